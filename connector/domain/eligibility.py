"""Who of a campaign gets a gift, and why the others do not."""

from dataclasses import dataclass
from enum import StrEnum

from connector.domain.delivery import Address
from connector.domain.recipient import Person, Recipient


class SkipReason(StrEnum):
    """Why a campaign member gets no gift; the words are shown to people."""

    MEMBER_DELETED = "no longer a member of the campaign"
    ALREADY_GIFTED = "already gifted"
    LEAD_CONVERTED = "lead was converted"
    NO_EMAIL = "no e-mail address"
    NAME_MISSING = "first or last name missing"
    ADDRESS_INCOMPLETE = "postal address incomplete"
    EMAIL_OPT_OUT = "opted out of e-mail"
    GIFT_OPT_OUT = "opted out of gifts"
    CAMPAIGN_BUDGET = "the campaign's budget is used up"
    ORG_BUDGET = "the budget of the period is used up"
    TEAM_BUDGET = "the team's budget is used up"
    USER_BUDGET = "the sender's budget is used up"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A campaign member as Salesforce shows it. address: only where the gift is sent directly."""

    member_id: str
    person: Person
    recipient: Recipient
    email_opt_out: bool = False
    gift_opt_out: bool = False
    lead_converted: bool = False
    member_deleted: bool = False
    address: Address | None = None


def skip_reason(candidate: Candidate, *, already_gifted: bool) -> SkipReason | None:
    """The first reason that applies, or None for a member who gets a gift if the budget allows."""
    return next(iter(skip_reasons(candidate, already_gifted=already_gifted)), None)


def skip_reasons(candidate: Candidate, *, already_gifted: bool) -> list[SkipReason]:
    """Every reason that applies, the weightiest first.

    A converted lead is skipped because the new Contact is a member of its own right or of none.
    """
    recipient = candidate.recipient
    checks = (
        (candidate.member_deleted, SkipReason.MEMBER_DELETED),
        (already_gifted, SkipReason.ALREADY_GIFTED),
        (candidate.lead_converted, SkipReason.LEAD_CONVERTED),
        (not recipient.email.strip(), SkipReason.NO_EMAIL),
        (not recipient.first_name.strip() or not recipient.last_name.strip(), SkipReason.NAME_MISSING),
        (
            candidate.address is not None and not candidate.address.is_complete,
            SkipReason.ADDRESS_INCOMPLETE,
        ),
        (candidate.email_opt_out, SkipReason.EMAIL_OPT_OUT),
        (candidate.gift_opt_out, SkipReason.GIFT_OPT_OUT),
    )
    return [reason for applies, reason in checks if applies]
