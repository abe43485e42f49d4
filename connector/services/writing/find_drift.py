"""Compare Gift__c with the ledger, and have what differs written again: the ledger is right."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from connector.domain.gift import Gift
from connector.ports import Clock, Record, SalesforceOrg
from connector.services.gifts.hearing import told
from connector.services.soql import id_batches, quoted_list
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg
from connector.services.writing.salesforce_fields import gift_record

log = structlog.get_logger(__name__)

# One composite call of five queries with 300 keys each.
_PAGE = 1_500
# What the connector alone writes. Last_Synced__c says when, and the lookups follow conversions and merges.
COMPARED = (
    "Provider_Gift_Id__c",
    "Send_Status__c",
    "Order_Status__c",
    "Gift_Value__c",
    "Gift_Cost__c",
    "Gift_Link__c",
    "Tracking_Number__c",
    "Sync_Error__c",
)


@dataclass
class DriftReport:
    """compared: gifts.

    fields: how often each differed. missing: gifts that are not in the org. keys: of both.
    """

    compared: int = 0
    missing: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FindDrift:
    """Of gifts that were written and have no news: what is waiting to be written is no drift."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def __call__(self, org_id: str, *, dry_run: bool = False) -> DriftReport:
        """Pages of 1,500 gifts, one API call each. dry_run: reports and changes nothing.

        Raises the org's errors; pages before that are mended already.
        """
        org, report, after = self.open_org(org_id), DriftReport(), ""
        while True:
            with self.store.read() as unit:
                gifts = unit.gifts.written(org_id, after=after, limit=_PAGE)
            if not gifts:
                log.info("drift_looked_for", org_id=org_id, gifts=report.compared, drifted=len(report.keys))
                return report
            drifted = self._compare(org, gifts, report)
            if not dry_run:
                self._mend(drifted)
            after = gifts[-1].key

    def _compare(self, org: SalesforceOrg, gifts: Sequence[Gift], report: DriftReport) -> list[str]:
        found = _read(org, [gift.key for gift in gifts])
        drifted = []
        for gift in gifts:
            differing = _differences(gift, found.get(gift.key), now=self.clock())
            report.compared += 1
            report.missing += gift.key not in found
            report.fields.update(differing)
            if differing or gift.key not in found:
                drifted.append(gift.key)
        report.keys += drifted
        return drifted

    def _mend(self, keys: Sequence[str]) -> None:
        with self.store.write() as unit:
            gifts = unit.gifts.named(keys)
            unit.gifts.change({key: told(gift, now=self.clock()) for key, gift in gifts.items()})


def _read(org: SalesforceOrg, keys: Sequence[str]) -> dict[str, Record]:
    soqls = [
        f"SELECT External_Id__c, {', '.join(COMPARED)} FROM Gift__c "  # noqa: S608 - quoted
        f"WHERE External_Id__c IN {quoted_list(batch)}"
        for batch in id_batches(keys)
    ]
    return {row["External_Id__c"]: row for rows in org.query_together(soqls) for row in rows}


def _differences(gift: Gift, row: Record | None, *, now: datetime) -> list[str]:
    if row is None:
        return []
    wanted: Mapping[str, Any] = gift_record(gift, "", now=now).fields
    return [name for name in COMPARED if (row[name] or None) != (wanted[name] or None)]
