"""Whether people still want gifts, asked of Salesforce at the last moment before a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from connector.domain.circuit import CircuitState
from connector.domain.gift import Gift
from connector.domain.recipient import Person
from connector.errors import ConnectorError, PermanentError, ProviderPaused, TemporaryError
from connector.ports import Clock, SalesforceOrg
from connector.services.soql import id_batches, quoted_list
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

# Whoever was looked at longer ago is asked about again. Most gifts leave within moments.
_GOOD_FOR = timedelta(hours=1)
_ASK_AGAIN_SECONDS = 900.0

OPTED_OUT_OF_GIFTS = "opted out of gifts"
OPTED_OUT_OF_EMAIL = "opted out of e-mail"
NOT_THERE = "the recipient is not in the org any more"


def unwilling(org: SalesforceOrg, people: Iterable[Person]) -> dict[str, str]:
    """Record Id to the reason, of those who must get nothing. Up to 2,500 people in one API call."""
    ids = {
        sobject: sorted({person.record_id for person in people if person.sobject == sobject})
        for people in [list(people)]
        for sobject in ("Contact", "Lead")
    }
    soqls = [_query(sobject, batch) for sobject, listed in ids.items() for batch in id_batches(listed)]
    rows = {row["Id"]: row for found in (org.query_together(soqls) if soqls else []) for row in found}
    reasons = {}
    for record_id in [*ids["Contact"], *ids["Lead"]]:
        row = rows.get(record_id)
        if row is None:
            reasons[record_id] = NOT_THERE
        elif row.get("Gift_Opt_Out__c"):
            reasons[record_id] = OPTED_OUT_OF_GIFTS
        elif row.get("HasOptedOutOfEmail"):
            reasons[record_id] = OPTED_OUT_OF_EMAIL
    return reasons


@dataclass(frozen=True)
class KeepBack:
    """Gifts that waited for credentials, an org, a platform or a person: has anybody opted out meanwhile?"""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def __call__(self, org_id: str, gifts: Sequence[Gift]) -> Mapping[str, ConnectorError]:
        """Key to why a gift must not be asked for: for good, or for now.

        One API call where some of the gifts are older than an hour and would leave now, else none: while a
        platform is out of order for a day, its gifts spend no calls of the org.
        """
        old = [gift for gift in gifts if self._is_old(gift)]
        paused = self._paused({gift.request.account_id for gift in old})
        kept: dict[str, ConnectorError] = {
            gift.key: paused[gift.request.account_id] for gift in old if gift.request.account_id in paused
        }
        leaving = [gift for gift in old if gift.key not in kept]
        return kept | self._unwilling(org_id, leaving) if leaving else kept

    def _paused(self, account_ids: Iterable[str]) -> dict[str, ProviderPaused]:
        """Accounts whose circuit is open; of one that is parked, its refusal parks the gifts."""
        now = self.clock()
        with self.store.read() as unit:
            waits = {
                account_id: circuit.wait_seconds(now)
                for account_id in account_ids
                if (circuit := unit.circuits.get(account_id)).state is not CircuitState.PARKED
            }
        return {
            account_id: ProviderPaused(
                f"Account {account_id} is not called", code="account_paused", retry_after_seconds=wait
            )
            for account_id, wait in waits.items()
            if wait > 0
        }

    def _unwilling(self, org_id: str, old: Sequence[Gift]) -> dict[str, ConnectorError]:
        try:
            reasons = unwilling(self.open_org(org_id), [gift.request.person for gift in old])
        except ConnectorError as error:
            log.warning("consent_not_known", org_id=org_id, code=error.code, gifts=len(old))
            later = TemporaryError(
                f"Whether people still want gifts is not known: {error}",
                code=error.code,
                retry_after_seconds=error.retry_after_seconds or _ASK_AGAIN_SECONDS,
            )
            return {gift.key: later for gift in old}
        return {
            gift.key: PermanentError(f"withdrawn: {reasons[gift.request.person.record_id]}", code="unwilling")
            for gift in old
            if gift.request.person.record_id in reasons
        }

    def _is_old(self, gift: Gift) -> bool:
        """Whoever approves a gift has asked then."""
        looked_at = max(gift.planned_at, gift.approval.decided_at or gift.planned_at)
        return self.clock() - looked_at > _GOOD_FOR


def _query(sobject: str, ids: Sequence[str]) -> str:
    return (
        f"SELECT Id, HasOptedOutOfEmail, Gift_Opt_Out__c FROM {sobject} "  # noqa: S608 - quoted
        f"WHERE Id IN {quoted_list(ids)}"
    )
