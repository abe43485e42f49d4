"""What becomes of a campaign link after it was made: its schedule, pause and resume, and its end."""

from dataclasses import dataclass, replace
from datetime import time

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.schedule import Cadence, ScheduleInvalid, SyncSchedule
from connector.errors import CallerError, ConnectorError
from connector.ports import Clock, RecordWrite, WriteKind, WriteState
from connector.services.audit import record
from connector.services.connections.org_time_zone import org_time_zone
from connector.services.gift_sync.start_sync import own_link
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ManageLink:
    """Each for a link of the org that asks. Returned is whether the Campaign in Salesforce could be told.

    What is decided here holds whether Salesforce answers or not: a pause must not wait for it.
    """

    store: Store
    open_org: OpenOrg
    clock: Clock

    def schedule(
        self, org_id: str, link_id: str, cadence: Cadence, at: time, *, actor: str, time_zone: str = ""
    ) -> SyncSchedule:
        """time_zone: empty for the org's own. Turns count from now on; a day that had its turn has no second.

        Raises CallerError for a link of another org or a zone that is none, and the org's errors.
        """
        with self.store.read() as unit:
            own_link(unit, org_id, link_id)
            known = unit.schedules.get(link_id)
        zone_name = time_zone or (known.time_zone if known else "UTC")
        if cadence is Cadence.DAILY and not time_zone:
            zone_name = org_time_zone(self.open_org(org_id))
        now = self.clock()
        try:
            schedule = SyncSchedule(
                link_id=link_id,
                cadence=cadence,
                at=at,
                time_zone=zone_name,
                counted_until=now,
                last_slot=known.last_slot if known else "",
            )
        except ScheduleInvalid as problem:
            raise CallerError(
                str(problem), code="time_zone", remedy="Use a name such as Europe/Paris."
            ) from None
        details = {"cadence": cadence.value, "at": f"{at:%H:%M}", "time_zone": zone_name}
        with self.store.write() as unit:
            own_link(unit, org_id, link_id)
            unit.schedules.save(schedule)
            record(
                unit,
                now,
                org_id=org_id,
                actor=actor,
                action="sync.schedule",
                subject=link_id,
                details=details,
            )
        return schedule

    def pause(self, org_id: str, link_id: str, *, actor: str) -> bool:
        """No GiftSync, and no request from the org's flows, until it is resumed."""
        return self._switch(org_id, link_id, enabled=False, actor=actor)

    def resume(self, org_id: str, link_id: str, *, actor: str) -> bool:
        """Turns that passed meanwhile are not made up for."""
        return self._switch(org_id, link_id, enabled=True, actor=actor)

    def remove(self, org_id: str, link_id: str, *, actor: str) -> bool:
        """Forget the link. Gifts stay, and those that are planned are still sent."""
        now = self.clock()
        with self.store.write() as unit:
            link = own_link(unit, org_id, link_id)
            unit.links.remove(link_id)
            unit.schedules.remove(link_id)
            unit.watermarks.remove(link_id)
            details = {"campaign": link.campaign_id, "gift_campaign": link.gift_campaign_id}
            record(
                unit, now, org_id=org_id, actor=actor, action="link.remove", subject=link_id, details=details
            )
        return self._tell(link, {"Gift_Sync_Enabled__c": False, "Gift_Campaign__c": None})

    def _switch(self, org_id: str, link_id: str, *, enabled: bool, actor: str) -> bool:
        now = self.clock()
        with self.store.write() as unit:
            link = own_link(unit, org_id, link_id)
            unit.links.save(replace(link, enabled=enabled))
            schedule = unit.schedules.get(link_id)
            if enabled and not link.enabled and schedule is not None:
                unit.schedules.save(replace(schedule, counted_until=now))
            action = "sync.resume" if enabled else "sync.pause"
            record(unit, now, org_id=org_id, actor=actor, action=action, subject=link_id)
        return self._tell(link, {"Gift_Sync_Enabled__c": enabled})

    def _tell(self, link: CampaignLink, fields: dict[str, object]) -> bool:
        write = RecordWrite(WriteKind.UPDATE, "Campaign", {"Id": link.campaign_id, **fields})
        try:
            [outcome] = self.open_org(link.org_id).write([write])
        except ConnectorError as error:
            log.warning("campaign_not_told", campaign_id=link.campaign_id, code=error.code)
            return False
        return outcome.state is WriteState.DONE
