"""What is kept of a person: shown, handed out, and erased."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from connector.domain.gift import Gift, RequestState
from connector.domain.record_id import case_safe_id
from connector.errors import CallerError
from connector.ports import Clock, Record, RecordWrite, SalesforceOrg, WriteKind, WriteState
from connector.services.audit import record
from connector.services.gifts.candidates import person_sobject
from connector.services.gifts.outcomes import withdraw
from connector.services.soql import quoted_list
from connector.services.storage.privacy import KeptDelivery, PassedOver
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

_IN_FLIGHT = frozenset({RequestState.SENDING, RequestState.UNKNOWN})
_PERSON_FIELDS = (
    "Gift_Status__c, Gift_Value__c, Lifetime_Gifting_Cost__c, Gift_Sent_Date__c, Gift_Redeemed_Date__c,"
    " Gift_Delivery_Date__c, Gift_Opt_Out__c"
)
_GIFT_FIELDS = (
    "Id, Name, External_Id__c, Contact__c, Lead__c, Campaign__c, Send_Status__c, Order_Status__c,"
    " Gift_Value__c, Gift_Link__c, Tracking_Number__c, Message__c, CreatedDate"
)
_TASK_FIELDS = "Id, Subject, ActivityDate, Gift_Event_Key__c"


@dataclass(frozen=True, slots=True)
class KeptOfPerson:
    """Of one person in one org. record_ids: the Contacts and Leads that the gifts are bound to.

    passed_over: the times that others were sent gifts and this person, chosen with them, got none.
    """

    gifts: list[Gift]
    deliveries: list[KeptDelivery]
    record_ids: list[str]
    passed_over: list[PassedOver]

    @property
    def in_flight(self) -> list[Gift]:
        """Requests that may be under way at the platform: what they say is needed to find them again."""
        return [gift for gift in self.gifts if gift.state in _IN_FLIGHT]


@dataclass(frozen=True, slots=True)
class Erased:
    """gifts and deliveries: how many lost their personal data. withheld: keys of requests still under way.

    provider_gift_ids: what to name to the gifting platform, which keeps data of its own.
    """

    gifts: int
    deliveries: int
    withheld: list[str]
    provider_gift_ids: list[str]


@dataclass(frozen=True)
class Privacy:
    """Use cases of the page Privacy; each is for one org alone."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def find(self, org_id: str, wanted: str) -> KeptOfPerson:
        """wanted: an e-mail address, or the Id of a Contact or Lead. Raises CallerError for anything else.

        Who never got a gift is known by Id alone: addresses are kept with gifts.
        """
        email, record_id = _who(wanted)
        with self.store.read() as unit:
            gifts = unit.personal_data.gifts_of(org_id, email=email, record_id=record_id)
            deliveries = unit.personal_data.deliveries_of(gifts)
            bound = {gift.request.person.contact_id for gift in gifts} | {
                gift.request.person.lead_id for gift in gifts
            }
            record_ids = sorted((bound | {record_id}) - {""})
            passed_over = unit.personal_data.passed_over(org_id, record_ids)
        return KeptOfPerson(gifts, deliveries, record_ids, passed_over)

    def export(self, org_id: str, wanted: str, *, actor: str) -> str:
        """All that connector and Salesforce keep on gifts of the person, as JSON. Raises the org's errors."""
        kept = self.find(org_id, wanted)
        document = {
            "asked_for": wanted,
            "made_at": self.clock().isoformat(),
            "connector": {
                "gifts": [_shown_gift(gift) for gift in kept.gifts],
                "webhooks": [_shown_delivery(delivery) for delivery in kept.deliveries],
                "passed_over": [
                    {"at": each.at.isoformat(), "record_id": each.record_id, "reason": each.reason}
                    for each in kept.passed_over
                ],
            },
            "salesforce": self._in_salesforce(self.open_org(org_id), kept.record_ids),
            "gifting_platform": "keeps data of its own; ask it for the gifts named by provider_gift_id",
        }
        self._note(org_id, actor, "person.export", kept)
        return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True)

    def erase(
        self, org_id: str, wanted: str, *, actor: str, as_person: SalesforceOrg | None = None
    ) -> Erased:
        """Blank the person here; Salesforce follows by write-back.

        as_person: the org as whoever erases sees it. With it the person is opted out of gifts as well; the
        integration user may not touch opt-outs, so without it somebody does that by hand. Requests that have
        not left are called off. Those under way stay until they are settled; erase again then. The Contact or
        Lead itself is the org's own and is left alone. Raises the org's errors before anything is erased.
        """
        kept = self.find(org_id, wanted)
        if as_person is not None:
            self._opt_out(as_person, kept.record_ids)
        withheld = {gift.key for gift in kept.in_flight}
        keys = [gift.key for gift in kept.gifts if gift.key not in withheld]
        messages = [delivery.message_id for delivery in kept.deliveries]
        now = self.clock()
        with self.store.write() as unit:
            withdraw(unit, keys, "the person's data were erased", now=now)
            # Read again: a worker may have taken one up meanwhile.
            current = unit.gifts.named(keys)
            keys = [key for key in keys if current[key].state not in _IN_FLIGHT]
            unit.personal_data.erase_gifts(keys, now=now)
            unit.personal_data.erase_deliveries(messages)
            unit.personal_data.forget_passed_over(org_id, kept.record_ids)
            record(
                unit,
                now,
                org_id=org_id,
                actor=actor,
                action="person.erase",
                subject=kept.record_ids[0] if kept.record_ids else "",
                details={"gifts": keys, "deliveries": len(messages)},
            )
        still_here = [gift for gift in kept.gifts if gift.key not in keys]
        return Erased(
            gifts=len(keys),
            deliveries=len(messages),
            withheld=sorted(gift.key for gift in still_here),
            provider_gift_ids=sorted(gift.provider_gift_id for gift in kept.gifts if gift.provider_gift_id),
        )

    def _opt_out(self, org: SalesforceOrg, record_ids: Sequence[str]) -> None:
        """Records that are gone, or converted, need none."""
        writes = [
            RecordWrite(
                WriteKind.UPDATE, person_sobject(record_id), {"Id": record_id, "Gift_Opt_Out__c": True}
            )
            for record_id in record_ids
        ]
        outcomes = org.write(writes) if writes else []
        for write, outcome in zip(writes, outcomes, strict=True):
            if outcome.state in {WriteState.PARK, WriteState.RETRY, WriteState.UNKNOWN}:
                raise CallerError(
                    f"Salesforce did not take the opt-out of {write.fields['Id']} ({outcome.code})",
                    code="opt_out_refused",
                    remedy="Nothing was erased. Set Gift Opt Out on the record by hand, or try again later.",
                )

    def _in_salesforce(self, org: SalesforceOrg, record_ids: Sequence[str]) -> dict[str, Any]:
        if not record_ids:
            return {"gifts": [], "tasks": [], "people": []}
        ids = quoted_list(record_ids)
        by_object: dict[str, list[str]] = {}
        for record_id in record_ids:
            by_object.setdefault(person_sobject(record_id), []).append(record_id)
        queries = [
            f"SELECT {_GIFT_FIELDS} FROM Gift__c WHERE (Contact__c IN {ids} OR Lead__c IN {ids})",  # noqa: S608
            f"SELECT {_TASK_FIELDS} FROM Task WHERE WhoId IN {ids} AND Gift_Event_Key__c != null",  # noqa: S608
            *(
                f"SELECT Id, {_PERSON_FIELDS} FROM {sobject} WHERE Id IN {quoted_list(of_object)}"  # noqa: S608
                for sobject, of_object in sorted(by_object.items())
            ),
        ]
        gifts, tasks, *people = org.query_together(queries)
        return {
            "gifts": [_plain(row) for row in gifts],
            "tasks": [_plain(row) for row in tasks],
            "people": [_plain(row) for rows in people for row in rows],
        }

    def _note(self, org_id: str, actor: str, action: str, kept: KeptOfPerson) -> None:
        with self.store.write() as unit:
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action=action,
                subject=kept.record_ids[0] if kept.record_ids else "",
                details={"gifts": len(kept.gifts)},
            )


def _who(wanted: str) -> tuple[str, str]:
    """(e-mail, ""), or ("", record Id)."""
    text = wanted.strip()
    if "@" in text:
        return text, ""
    record_id = case_safe_id(text)
    if record_id and person_sobject(record_id):
        return "", record_id
    raise CallerError(
        "That is neither an e-mail address nor the Id of a Contact or Lead.",
        code="person_unclear",
        remedy="Copy the Id from the record's address in Salesforce: it begins with 003 or 00Q.",
    )


def _shown_gift(gift: Gift) -> dict[str, Any]:
    request = gift.request
    return {
        "key": gift.key,
        "planned_at": gift.planned_at.isoformat(),
        "state": gift.state.value,
        "stage": gift.progress.stage.value,
        "first_name": request.recipient.first_name,
        "last_name": request.recipient.last_name,
        "email": request.recipient.email,
        "contact_id": request.person.contact_id,
        "lead_id": request.person.lead_id,
        "message": request.message,
        "address": None if request.address is None else asdict(request.address),
        "value": str(request.value),
        "redemption_url": gift.progress.details.redemption_url,
        "tracking_number": gift.progress.details.tracking_number,
        "provider_gift_id": gift.provider_gift_id,
    }


def _shown_delivery(delivery: KeptDelivery) -> dict[str, Any]:
    return {
        "received_at": delivery.received_at.isoformat(),
        "provider_gift_id": delivery.provider_gift_id,
        "body": delivery.body.decode(errors="replace"),
    }


def _plain(row: Record) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "attributes"}
