"""Fakes that pass the same contract suites as the real adapters (tests/connector/adapters)."""

import hashlib
import hmac
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from connector.domain.circuit import Circuit
from connector.domain.delivery import LineItem
from connector.domain.package import NEWEST_VERSION
from connector.domain.record_id import case_safe_id
from connector.errors import (
    ConfigurationError,
    ConnectorError,
    LookUpUnsupported,
    OutcomeUnknown,
    PermanentError,
    RequestTooLate,
    SignatureInvalid,
)
from connector.ports import (
    ApiUsage,
    FieldDescription,
    GiftCampaign,
    GiftOrder,
    GiftRecipient,
    LayoutDescription,
    ObjectDescription,
    OrgIdentity,
    ProviderGift,
    ProviderStatus,
    Record,
    RecordPageDescription,
    RecordWrite,
    WebhookEvent,
    WriteKind,
    WriteOutcome,
    WriteState,
)
from connector.services.connections.call_tally import note_call
from tests.connector import tiny_soql

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class FakeCircuits:
    """Circuits in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Circuit] = {}

    def load(self, account_id: str) -> Circuit:
        return self.kept.get(account_id, Circuit())

    def save(self, account_id: str, circuit: Circuit) -> None:
        self.kept[account_id] = circuit


class FakeProvider:
    """A gifting platform in a dictionary.

    failures: taken one by one by request_gift; an OutcomeUnknown is raised after the gift was made, any other
    one before. read_failures: taken by the calls that read; parse_failures: by parse_webhook.
    """

    name = "fake"
    how_to_cancel = "Ask the fake platform to cancel {gift}."
    reads_webhooks_anew = False

    def __init__(self, clock: Clock = utc_now, *, secret: str = "fake-secret") -> None:
        self.clock, self.secret = clock, secret
        self.campaigns = [GiftCampaign("campaign-1", "Welcome"), GiftCampaign("campaign-2", "Thanks")]
        self.gifts: dict[str, ProviderGift] = {}
        self.orders: list[GiftOrder] = []
        self.failures: list[ConnectorError] = []
        self.read_failures: list[ConnectorError] = []
        self.parse_failures: list[ConnectorError] = []
        self.items = (LineItem("variant-1"),)
        self.lists_gifts = True

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        if self.read_failures:
            raise self.read_failures.pop(0)
        yield from self.campaigns

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        failure = self.failures.pop(0) if self.failures else None
        if failure and not isinstance(failure, OutcomeUnknown):
            raise failure
        if order.valid_until is not None and self.clock() >= order.valid_until:
            raise RequestTooLate("its time was over", code="too_late")
        if order.gift_campaign_id not in {campaign.gift_campaign_id for campaign in self.campaigns}:
            raise ConfigurationError("no such gift campaign", code="invalid_reference")
        if "@" not in order.recipient.email:
            raise PermanentError("not an address", code="invalid_format")
        now = self.clock()
        gift = ProviderGift(
            provider_gift_id=str(uuid.uuid4()),
            status=ProviderStatus.SUBMITTED,
            gift_campaign_id=order.gift_campaign_id,
            recipient=order.recipient,
            created_at=now,
            updated_at=now,
            redemption_url="https://gift.example/r/1",
        )
        self.orders.append(order)
        self.gifts[gift.provider_gift_id] = gift
        if failure:
            raise failure
        return gift

    def gift(self, provider_gift_id: str) -> ProviderGift:
        if self.read_failures:
            raise self.read_failures.pop(0)
        if provider_gift_id not in self.gifts:
            raise PermanentError("no such gift", code="not_found")
        return self.gifts[provider_gift_id]

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        if not self.lists_gifts:
            raise LookUpUnsupported("no list", code="not_found")
        for gift in list(self.gifts.values()):
            if gift.gift_campaign_id == gift_campaign_id and gift.created_at >= created_since:
                yield gift

    def move(self, provider_gift_id: str, status: ProviderStatus, **shipment: str) -> ProviderGift:
        """What recipients and carriers do."""
        gift = replace(self.gifts[provider_gift_id], status=status, updated_at=self.clock(), **shipment)
        self.gifts[provider_gift_id] = gift
        return gift

    def cancel(self, provider_gift_id: str) -> None:
        """What the sender does."""
        self.move(provider_gift_id, ProviderStatus.CANCELLED)

    def event(
        self, provider_gift_id: str, *, event_id: str = "", signed_at: datetime | None = None
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a signed delivery about a gift as it is now."""
        gift = self.gifts[provider_gift_id]
        shown = {name: str(getattr(gift, name)) for name in ProviderGift.__slots__ if name != "recipient"} | {
            name: getattr(gift.recipient, name) for name in GiftRecipient.__slots__
        }
        body = json.dumps(shown).encode()
        timestamp = int((signed_at or self.clock()).timestamp())
        headers = {
            "Fake-Event-Id": event_id or str(uuid.uuid4()),
            "Fake-Event-Type": "gift.changed",
            "Fake-Timestamp": str(timestamp),
            "Fake-Signature": self._sign(timestamp, body),
        }
        return headers, body

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        timestamp = int(headers.get("Fake-Timestamp", "0"))
        if not hmac.compare_digest(headers.get("Fake-Signature", ""), self._sign(timestamp, body)):
            raise SignatureInvalid("not signed", code="signature_mismatch")
        if abs(now.timestamp() - timestamp) > 300:
            raise SignatureInvalid("too old", code="stale")
        return headers["Fake-Event-Id"]

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        if self.parse_failures:
            raise self.parse_failures.pop(0)
        try:
            shown: dict[str, Any] = json.loads(body)
            recipient = GiftRecipient(*(shown.pop(name) for name in GiftRecipient.__slots__))
            dates = {name: datetime.fromisoformat(shown.pop(name)) for name in ("created_at", "updated_at")}
            status = ProviderStatus(shown.pop("status"))
        except (ValueError, KeyError, TypeError) as problem:
            raise PermanentError("not a gift", code="unreadable_payload") from problem
        gift = ProviderGift(status=status, recipient=recipient, **dates, **shown)
        return WebhookEvent(headers["Fake-Event-Id"], headers["Fake-Event-Type"], gift)

    def _sign(self, timestamp: int, body: bytes) -> str:
        return hmac.new(self.secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


class FakeSalesforceOrg:
    """An org in dictionaries: records[object][Id]. Queries are run by tiny_soql.

    next_outcomes: for the next writes of an object, taken one by one; those writes are not carried out.
    next_failures: raised by the next calls, one each. lose_answers: so many write calls are carried out and
    answer UNKNOWN. lose_next_answer_with: the next one that writes this object does.
    """

    def __init__(self) -> None:
        self.records: dict[str, dict[str, dict[str, Any]]] = {}
        self._numbers = count(1)
        self.next_outcomes: dict[str, list[WriteOutcome]] = {}
        self.next_failures: list[ConnectorError] = []
        self.lose_answers = 0
        self.lose_next_answer_with = ""
        self.usage: ApiUsage | None = None
        self.calls = Counter[str]()
        self.clock: Clock = utc_now
        self.written: list[RecordWrite] = []
        self.described = dict(_DESCRIBED)
        self.lightning_pages: dict[str, list[RecordPageDescription]] = {}
        self.page_layouts: dict[str, list[LayoutDescription]] = {}

    def add(self, sobject: str, **fields: Any) -> str:
        """A record that is there already; returns its Id."""
        table = self.records.setdefault(sobject, {})
        record_id = case_safe_id(f"{_PREFIXES.get(sobject, 'a00')}{next(self._numbers):012d}")
        table[record_id] = {"Id": record_id, "IsDeleted": False, **self._stamp(), **fields}
        return record_id

    def change(self, record_id: str, **fields: Any) -> None:
        """What somebody in the org does to a record."""
        for table in self.records.values():
            if record_id in table:
                table[record_id] |= {**fields, **self._stamp()}

    def delete(self, record_id: str, *, merged_into: str | None = None) -> None:
        """To the recycle bin; merged_into: the record that took over."""
        self.change(record_id, IsDeleted=True, MasterRecordId=merged_into)

    def _stamp(self) -> dict[str, str]:
        return {"SystemModstamp": self.clock().strftime("%Y-%m-%dT%H:%M:%S.000+0000")}

    def _visible(self) -> dict[str, dict[str, dict[str, Any]]]:
        return {
            sobject: {key: row for key, row in table.items() if not row.get("IsDeleted")}
            for sobject, table in self.records.items()
        }

    def identity(self) -> OrgIdentity:
        self._call("identity")
        return OrgIdentity(
            "00D000000000001EAA",
            "005000000000001AAA",
            "integration@example.com",
            "https://example.my.salesforce.com",
            "66.0",
        )

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        self._call("query")
        yield from tiny_soql.run(soql, self.records if with_deleted else self._visible())

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        for _ in range(0, len(soqls), 5):
            self._call("query")
        return [list(tiny_soql.run(soql, self._visible())) for soql in soqls]

    def describe(self, sobject: str) -> ObjectDescription:
        self._call("describe")
        if sobject not in self.described:
            raise ConfigurationError("no such object", code="NOT_FOUND")
        return self.described[sobject]

    def layouts(self, sobject: str) -> list[LayoutDescription]:
        self._call("describe")
        return self.page_layouts.get(sobject, [])

    def record_pages(self, sobject: str) -> list[RecordPageDescription]:
        self._call("describe")
        return self.lightning_pages.get(sobject, [])

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        before_call()
        self._call("write")
        self.written += writes
        outcomes = [self._write(write) for write in writes]
        if self.lose_next_answer_with in {write.sobject for write in writes}:
            self.lose_next_answer_with = ""
            return [WriteOutcome(WriteState.UNKNOWN, code="no_answer")] * len(writes)
        if self.lose_answers:
            self.lose_answers -= 1
            return [WriteOutcome(WriteState.UNKNOWN, code="no_answer")] * len(writes)
        return outcomes

    def api_usage(self) -> ApiUsage | None:
        return self.usage

    def _call(self, kind: str) -> None:
        if self.next_failures:
            raise self.next_failures.pop(0)
        self.calls[kind] += 1
        note_call()
        used = self.usage.used if self.usage else 0
        self.usage = ApiUsage(used + 1, self.usage.allocation if self.usage else 100_000)

    def _write(self, write: RecordWrite) -> WriteOutcome:
        if planned := self.next_outcomes.get(write.sobject):
            return planned.pop(0)
        fields = dict(write.fields)
        if write.sobject == "CampaignMember":
            self._default_status(fields)
        record_id = self._existing(write)
        if write.sobject == "Task" and fields.get("WhatId") and _is_lead(fields.get("WhoId")):
            return WriteOutcome(WriteState.REFUSED, code="FIELD_INTEGRITY_EXCEPTION", message="WhatId")
        if record_id is None and write.kind is WriteKind.UPDATE:
            code = "INVALID_CROSS_REFERENCE_KEY"
            return WriteOutcome(WriteState.REFUSED, code=code, message=code)
        if record_id is None:
            record_id = self.add(write.sobject, **fields)
            if write.sobject == "Campaign":
                self.add("CampaignMemberStatus", CampaignId=record_id, **_SENT)
                self.add("CampaignMemberStatus", CampaignId=record_id, **_RESPONDED)
            return WriteOutcome(WriteState.DONE, record_id)
        if self.records[write.sobject][record_id].get("IsDeleted"):
            code = "ENTITY_IS_DELETED"
            return WriteOutcome(WriteState.REFUSED, code=code, message=code)
        self.records[write.sobject][record_id] |= {**fields, **self._stamp()}
        return WriteOutcome(WriteState.DONE, record_id)

    def _existing(self, write: RecordWrite) -> str | None:
        table = self.records.setdefault(write.sobject, {})
        if write.kind is WriteKind.INSERT:
            return None
        if write.kind is WriteKind.UPDATE:
            return write.fields["Id"] if write.fields["Id"] in table else None
        name = write.external_id_field
        return next((key for key, row in table.items() if row.get(name) == write.fields[name]), None)

    def _default_status(self, fields: dict[str, Any]) -> None:
        """As Salesforce: an unknown status becomes the campaign's default without a word."""
        if "Id" in fields and "Status" not in fields:
            return
        member = self.records.get("CampaignMember", {}).get(fields.get("Id", ""), fields)
        statuses = [
            row
            for row in self.records.get("CampaignMemberStatus", {}).values()
            if row["CampaignId"] == member.get("CampaignId")
        ]
        if statuses and fields.get("Status") not in {row["Label"] for row in statuses}:
            default = next((row["Label"] for row in statuses if row.get("IsDefault")), fields.get("Status"))
            fields["Status"] = default


def _is_lead(record_id: str | None) -> bool:
    return (record_id or "").startswith(_PREFIXES["Lead"])


def _object(name: str, *fields: FieldDescription) -> ObjectDescription:
    return ObjectDescription(name, name, fields)


def _text(*names: str) -> tuple[FieldDescription, ...]:
    return tuple(FieldDescription(name, f"{name} label", "string") for name in names)


def settings_of(version: str) -> ObjectDescription:
    """The package's settings, as that version of it describes them."""
    return _object(
        "Gifting_Settings__c",
        FieldDescription("Package_Version__c", "Package Version", "string", default=f'"{version}"'),
    )


_EMAIL = FieldDescription("Email", "Email", "email")
_BORN = FieldDescription("Birthdate", "Birthdate", "date")
_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_DESCRIBED = {
    "Contact": _object(
        "Contact",
        *_text("FirstName", "LastName", "Title", *(f"Mailing{part}" for part in _ADDRESS)),
        _EMAIL,
        _BORN,
        FieldDescription("AccountId", "Account ID", "reference", "Account", ("Account",)),
        FieldDescription("OwnerId", "Owner ID", "reference", "Owner", ("User", "Group")),
    ),
    "Lead": _object("Lead", *_text("FirstName", "LastName", "Company", *_ADDRESS), _EMAIL),
    "Account": _object("Account", *_text("Name", "BillingCity")),
    "Gifting_Settings__c": settings_of(NEWEST_VERSION),
}

# What Salesforce gives to every new campaign.
_SENT = {"Label": "Sent", "IsDefault": True, "HasResponded": False, "SortOrder": 1}
_RESPONDED = {"Label": "Responded", "IsDefault": False, "HasResponded": True, "SortOrder": 2}
_PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "Campaign": "701",
    "CampaignMember": "00v",
    "CampaignMemberStatus": "01Y",
    "Task": "00T",
    "User": "005",
}
