"""Who of a campaign gets a gift, and why the others do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.domain.delivery import Address
from connector.domain.recipient import Person, Recipient


class SkipReason(StrEnum):
    """Why a campaign member gets no gift; the words are shown to people. The weightiest first."""

    MEMBER_DELETED = "no longer a member of the campaign"
    ALREADY_GIFTED = "already gifted"
    LEAD_CONVERTED = "lead was converted"
    UNMAPPED = "field mapping cannot be used"
    NO_EMAIL = "no e-mail address"
    NAME_MISSING = "first or last name missing"
    ADDRESS_INCOMPLETE = "postal address incomplete"
    EMAIL_OPT_OUT = "opted out of e-mail"
    GIFT_OPT_OUT = "opted out of gifts"
    DUPLICATE = "duplicate: another member has the same e-mail address"
    CAMPAIGN_BUDGET = "the campaign's budget is used up"
    ORG_BUDGET = "the budget of the period is used up"
    TEAM_BUDGET = "the team's budget is used up"
    USER_BUDGET = "the sender's budget is used up"


# What an administrator does about each. docs/engine.md shows this table; a test holds the two together.
REMEDIES: Mapping[SkipReason, str] = {
    SkipReason.MEMBER_DELETED: "Nothing: somebody took the person off the Campaign. A gift that was only"
    " planned is called off.",
    SkipReason.ALREADY_GIFTED: "Nothing: each member gets a gift campaign's gift once. Gifts shows it, and"
    " offers to send it anew where it can.",
    SkipReason.LEAD_CONVERTED: "Add the Contact that the Lead became to the Campaign.",
    SkipReason.UNMAPPED: "Mend the mapping of the object on the page Mapping; the next run looks at its"
    " members again.",
    SkipReason.NO_EMAIL: "Enter an e-mail address at the Contact or Lead, or map another field to E-mail.",
    SkipReason.NAME_MISSING: "Enter first and last name at the Contact or Lead, or map other fields.",
    SkipReason.ADDRESS_INCOMPLETE: "Complete the postal address: this gift campaign sends to it without"
    " asking.",
    SkipReason.EMAIL_OPT_OUT: "Nothing, unless the person agrees: Email Opt Out is ticked.",
    SkipReason.GIFT_OPT_OUT: "Nothing, unless the person agrees: Gift Opt Out is ticked.",
    SkipReason.DUPLICATE: "Nothing, where it is one person; merge the records. Where several people share an"
    " address, change the link so that each is sent a gift.",
    SkipReason.CAMPAIGN_BUDGET: "Raise the Campaign's budget; the next run looks again.",
    SkipReason.ORG_BUDGET: "Raise the org's budget, or wait for its next period; the next run looks again.",
    SkipReason.TEAM_BUDGET: "Raise the team's budget. It concerns gifts that somebody sends by hand.",
    SkipReason.USER_BUDGET: "Raise the sender's budget. It concerns gifts that somebody sends by hand.",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A campaign member as Salesforce shows it. address: only where the gift is sent directly.

    is_unmapped: the fields that the mapping names could not be read, so nothing is known of the person.
    """

    member_id: str
    person: Person
    recipient: Recipient
    email_opt_out: bool = False
    gift_opt_out: bool = False
    lead_converted: bool = False
    member_deleted: bool = False
    address: Address | None = None
    is_unmapped: bool = False


def skip_reason(candidate: Candidate, *, already_gifted: bool) -> SkipReason | None:
    """The first reason that applies, or None for a member who gets a gift if the budget allows."""
    return next(iter(skip_reasons(candidate, already_gifted=already_gifted)), None)


def skip_reasons(candidate: Candidate, *, already_gifted: bool) -> list[SkipReason]:
    """Every reason that lies in the member alone, the weightiest first; not DUPLICATE, and no budget.

    A converted lead is skipped because the new Contact is a member of its own right or of none.
    """
    recipient = candidate.recipient
    checks = (
        (candidate.member_deleted, SkipReason.MEMBER_DELETED),
        (already_gifted, SkipReason.ALREADY_GIFTED),
        (candidate.lead_converted, SkipReason.LEAD_CONVERTED),
        (candidate.is_unmapped, SkipReason.UNMAPPED),
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
