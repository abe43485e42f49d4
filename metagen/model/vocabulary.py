"""spec/vocabulary.yml: the closed sets of words and the life cycle of a gift."""

from dataclasses import dataclass

from metagen.errors import Location
from metagen.nodes import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStatus:
    """A CampaignMember status.

    default: new members of a gifting campaign get it. responded: sets CampaignMember.HasResponded.
    """

    value: Text
    default: bool = False
    responded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a stage of the life cycle writes in Salesforce; None leaves the field as it is.

    milestone: a key of Vocabulary.milestones.
    gift_date: the date-time field of Gift__c for the event's moment.
    final: nothing but a later final stage follows.
    taken_back: the gift costs nothing, and which stages it went through before is not implied.
    """

    final: bool = False
    taken_back: bool = False
    send_status: Text | None = None
    order_status: Text | None = None
    member_status: Text | None = None
    milestone: Text | None = None
    gift_date: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All words. stages is ordered: a gift moves to any later stage and to no earlier one."""

    where: Location
    send_statuses: tuple[Text, ...]
    order_statuses: tuple[Text, ...]
    member_statuses: tuple[MemberStatus, ...]
    milestones: dict[Text, Text]
    sources: tuple[Text, ...]
    approval_statuses: tuple[Text, ...]
    recipient_attributes: tuple[Text, ...]
    stages: dict[Text, Stage]
    provider_statuses: dict[Text, Text]
