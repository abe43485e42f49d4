"""What the services ask of the outside world, and the values that cross the border.

Adapters implement the protocols; services know nothing else of Salesforce, providers or the job engine.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from connector.domain.delivery import Address, LineItem

Record = Mapping[str, Any]


# --- Salesforce ---------------------------------------------------------------------------------------------


class WriteKind(StrEnum):
    """How a record is written."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """One record to write.

    fields: API name to JSON value. UPDATE needs Id among them; UPSERT needs external_id_field among them.
    """

    kind: WriteKind
    sobject: str
    fields: Record
    external_id_field: str = ""


class WriteState(StrEnum):
    """What became of one write. UNKNOWN: no answer came back; read before repeating."""

    DONE = "done"
    RETRY = "retry"
    PARK = "park"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """The result of one RecordWrite, decided by the closed table of Salesforce codes."""

    state: WriteState
    record_id: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ApiUsage:
    """The Sforce-Limit-Info header: calls used today, and the day's allocation."""

    used: int
    allocation: int


@dataclass(frozen=True, slots=True)
class OrgIdentity:
    """Who we are in the org, from userinfo and the token. scopes: empty where Salesforce did not say."""

    org_id: str
    user_id: str
    username: str
    instance_url: str
    api_version: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """A field as describe shows it. type: Salesforce's word, such as "string" or "reference".

    relationship: what a path over the field begins with, such as Account; refers_to: objects that it leads
    to. Both are empty for fields that are no look-up. default: the formula of the default value, as
    Salesforce words it: texts are in quotation marks.
    """

    name: str
    label: str
    type: str
    relationship: str = ""
    refers_to: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class ObjectDescription:
    """An object and the fields of it that the connected user sees."""

    name: str
    label: str
    fields: tuple[FieldDescription, ...]


@dataclass(frozen=True, slots=True)
class LayoutDescription:
    """A page layout. record_types: names of those that show it. buttons and actions: API names.

    related_objects: objects of which it lists the related records.
    """

    layout_id: str
    record_types: tuple[str, ...]
    buttons: tuple[str, ...]
    actions: tuple[str, ...]
    related_objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordPageDescription:
    """A Lightning record page. components: names, the org's own without a namespace.

    actions: API names, where the page chooses them itself; None where it leaves that to the layout.
    """

    name: str
    label: str
    components: tuple[str, ...]
    actions: tuple[str, ...] | None


class SalesforceOrg(Protocol):
    """One connected org. Every method may raise AdminError or TemporaryError of connector.errors."""

    def identity(self) -> OrgIdentity: ...

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        """Rows of one query, never all of them in memory. soql is built with soql.quote for every value.

        By pages of 2,000, each fetched when it is reached, or in bulk where there are many; the values are
        the same either way.

        with_deleted: rows in the recycle bin and merged ones as well (queryAll).
        """
        ...

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        """Rows of several queries, up to five to an API call; each completed page by page."""
        ...

    def describe(self, sobject: str) -> ObjectDescription:
        """Raises ConfigurationError where the user sees no such object."""
        ...

    def layouts(self, sobject: str) -> list[LayoutDescription]:
        """The page layouts that the user gets to see."""
        ...

    def record_pages(self, sobject: str) -> list[RecordPageDescription]:
        """The org's own Lightning record pages of an object; one call, and one more for each.

        Raises PermissionMissing where the user may not look into Setup.
        """
        ...

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        """Write in order, in the fewest API calls; one outcome for each write, in the same order.

        Never raises for single records. A call that got no answer makes its writes UNKNOWN.

        before_call: asked before each call, a bulk job being one. What it raises is raised: nothing more is
        written then, whatever was before.
        """
        ...

    def api_usage(self) -> ApiUsage | None:
        """As read on the last answer; None before the first."""
        ...


# --- Gifting providers --------------------------------------------------------------------------------------


class ProviderStatus(StrEnum):
    """What a provider says of a gift, in one vocabulary for all providers."""

    SUBMITTED = "submitted"
    REDEEMED = "redeemed"
    IN_FULFILLMENT = "in_fulfillment"
    PARTIALLY_DISPATCHED = "partially_dispatched"
    DISPATCHED = "dispatched"
    PARTIALLY_DELIVERED = "partially_delivered"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class GiftRecipient:
    """Whom the gift is for."""

    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class GiftOrder:
    """What is asked of the provider. dedupe_key: ours, the same for every attempt at this gift.

    address and line_items: for a gift that is sent directly, without asking the recipient; both or neither.
    valid_until: the request must not leave after this moment, because others may take it over then; looked at
    last thing before the first byte, and RequestTooLate is raised. None: no end.
    """

    dedupe_key: str
    gift_campaign_id: str
    recipient: GiftRecipient
    message: str = ""
    address: Address | None = None
    line_items: tuple[LineItem, ...] = ()
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProviderGift:
    """A gift as the provider shows it. dedupe_key is empty where the provider does not echo it.

    So is the recipient's e-mail address where the provider does not know it.
    """

    provider_gift_id: str
    status: ProviderStatus
    gift_campaign_id: str
    recipient: GiftRecipient
    created_at: datetime
    updated_at: datetime
    redemption_url: str = ""
    dedupe_key: str = ""
    gift_name: str = ""
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class GiftCampaign:
    """A gift campaign of the platform.

    direct_send: its gifts are sent to an address that we give. line_items: what is sent then, where the
    catalogue leaves no choice.
    """

    gift_campaign_id: str
    name: str
    direct_send: bool = False
    line_items: tuple[LineItem, ...] = ()


DELIVERY_ADDRESS_HEADER = "connector-delivery-address"
"""What followed the account in the address that a webhook came to, among its headers: put there by our own
web view, which drops what a sender gave under this name. Only providers that sign nothing look at it."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A verified delivery. event_id: the provider's, the same on every repetition."""

    event_id: str
    event_type: str
    gift: ProviderGift


class GiftProvider(Protocol):
    """One account at a gifting platform. Methods raise the errors of connector.errors.

    OutcomeUnknown from request_gift means: find_gifts before asking again.
    """

    name: str
    how_to_cancel: str
    """What a person does at the platform itself to take a gift back, because its API has no way: one or more
    sentences; {gift} stands for the gift."""
    reads_webhooks_anew: bool
    """Whether parse_webhook asks the provider, because deliveries prove nothing by themselves."""

    def gift_campaigns(self) -> Iterator[GiftCampaign]: ...

    def request_gift(self, order: GiftOrder) -> ProviderGift: ...

    def gift(self, provider_gift_id: str) -> ProviderGift: ...

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        """Gifts of a campaign created at or after a moment, or LookUpUnsupported where there is no way."""
        ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """The event id of an authentic delivery; raises SignatureInvalid. Does not parse the body."""
        ...

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """What a verified delivery says.

        Where deliveries are not signed, the gift is read anew at the provider.

        Raises PermanentError when the body is not what the provider documents, and then what gift() raises.
        """
        ...


# --- Job engine ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job as the engine sees it. state is the engine's own word, for people to read."""

    job_id: str
    name: str
    state: str


class JobEngine(Protocol):
    """Durable execution. A job may run more than once; every job is harmless when repeated."""

    def start(self, name: str, job_id: str, *arguments: str) -> None:
        """Enqueue; a second start with the same job_id does nothing."""
        ...

    def status(self, job_id: str) -> JobStatus | None: ...

    def unfinished(self) -> list[JobStatus]: ...

    def rescue(self, worker_ids: Sequence[str]) -> int:
        """Queue again what dead workers were running; how many jobs."""
        ...

    def take_up_lost(self) -> int:
        """Queue again what counts as running in this process and is not; how many jobs.

        To be called again and again by every worker: such a job is taken up at the second call
        that misses it.
        """
        ...

    def run(self, jobs: Mapping[str, Callable[..., None]]) -> None:
        """Start working in this process: recover what was cut off, then take new jobs."""
        ...

    def stop(self) -> None: ...


class Clock(Protocol):
    """Now, aware."""

    def __call__(self) -> datetime: ...
