"""The timeline: one Task for each milestone of each gift, never two."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from connector.domain.gift import Gift
from connector.domain.keys import timeline_key
from connector.ports import RecordWrite, SalesforceOrg, WriteOutcome, WriteState
from connector.services.soql import id_batches, quoted_list
from connector.services.storage.hearing import TimelineEntry, TimelineState
from connector.services.storage.store import Store, Unit
from connector.services.writing.follow_people import is_gone
from connector.services.writing.salesforce_fields import task_record

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TimelineTasks:
    """Plans, commits the intent of, and settles the Tasks of a batch of gifts."""

    store: Store

    def intend(
        self, org: SalesforceOrg, gifts: Mapping[str, Gift]
    ) -> list[tuple[TimelineEntry, RecordWrite]]:
        """Tasks to insert now. Their rows say WRITING, committed, when this returns.

        Rows that were WRITING before may be in Salesforce already: their keys are looked for first.
        """
        with self.store.write() as unit:
            unit.timeline.plan(list(_called_for(gifts.values())))
            entries = unit.timeline.open_of(list(gifts))
            unit.timeline.mark([entry.key for entry in entries], TimelineState.WRITING)
        found = _find(org, [entry.key for entry in entries if entry.state is TimelineState.WRITING])
        if found:
            with self.store.write() as unit:
                unit.timeline.settle(
                    [
                        replace(entry, state=TimelineState.WRITTEN, task_id=found[entry.key])
                        for entry in entries
                        if entry.key in found
                    ]
                )
        return [
            (entry, task_record(entry, gifts[entry.gift_key])) for entry in entries if entry.key not in found
        ]

    def settle(self, unit: Unit, entries: Sequence[TimelineEntry], outcomes: Sequence[WriteOutcome]) -> None:
        settled = []
        for entry, outcome in zip(entries, outcomes, strict=True):
            state = _STATE_AFTER[outcome.state]
            if outcome.code == "DUPLICATE_VALUE":
                state = TimelineState.WRITING  # its key is in the org: the next look for it finds it
            if is_gone(outcome):
                state = TimelineState.PLANNED  # for whoever the person lives on in
            settled.append(replace(entry, state=state, task_id=outcome.record_id, reason=outcome.code))
            log.debug("task_settled", gift=entry.gift_key, milestone=entry.milestone.value, state=state.value)
        unit.timeline.settle(settled)


_STATE_AFTER = {
    WriteState.DONE: TimelineState.WRITTEN,
    WriteState.RETRY: TimelineState.PLANNED,
    WriteState.PARK: TimelineState.PLANNED,
    WriteState.REFUSED: TimelineState.REFUSED,
    WriteState.UNKNOWN: TimelineState.WRITING,
}


def _called_for(gifts: Iterable[Gift]) -> Iterable[TimelineEntry]:
    for gift in gifts:
        for milestone, happened_at in gift.progress.milestones.items():
            yield TimelineEntry(
                key=timeline_key(gift.key, milestone),
                gift_key=gift.key,
                milestone=milestone,
                happened_at=happened_at,
            )


def _find(org: SalesforceOrg, keys: Sequence[str]) -> dict[str, str]:
    """Key to Task id, of those that are in the org."""
    soqls = [
        f"SELECT Id, Gift_Event_Key__c FROM Task WHERE Gift_Event_Key__c IN {quoted_list(batch)}"  # noqa: S608 - quoted
        for batch in id_batches(keys)
    ]
    if not soqls:
        return {}
    return {row["Gift_Event_Key__c"]: row["Id"] for rows in org.query_together(soqls) for row in rows}
