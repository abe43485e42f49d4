"""What the Send page says of people, money and states."""

from collections.abc import Mapping, Sequence

from connector.domain.budget import BudgetHolder, Period
from connector.domain.eligibility import SkipReason
from connector.domain.gift import Gift, RequestState
from connector.domain.vocabulary import TAKEN_BACK_STAGES, GiftStage
from connector.services.sending.gift_catalogue import Offer
from connector.services.sending.preview_gift import BudgetLeft

# What is wrong, and what to do about it. {person}: Contact or Lead.
_OBSTACLES: Mapping[SkipReason, tuple[str, str]] = {
    SkipReason.NO_EMAIL: (
        "There is no e-mail address.",
        "Enter one at the {person} in Salesforce, then reload this page.",
    ),
    SkipReason.NAME_MISSING: (
        "The first or the last name is missing.",
        "Enter both at the {person} in Salesforce, then reload this page.",
    ),
    SkipReason.EMAIL_OPT_OUT: (
        "This person opted out of e-mail.",
        "Gifts come by e-mail, so they get none until Email Opt Out is cleared with their consent.",
    ),
    SkipReason.GIFT_OPT_OUT: (
        "This person opted out of gifts.",
        "They get none until Gift Opt Out is cleared with their consent.",
    ),
    SkipReason.ADDRESS_INCOMPLETE: (
        "The postal address is incomplete.",
        "This gift is sent to it directly: complete it in Salesforce, or choose a gift by invitation.",
    ),
    SkipReason.ORG_BUDGET: (
        "The budget of the period is used up.",
        "Choose a gift of less value, or ask an administrator to raise the budget.",
    ),
    SkipReason.CAMPAIGN_BUDGET: (
        "The budget of the Campaign is used up.",
        "Choose a gift of less value or no Campaign, or ask an administrator to raise the budget.",
    ),
    SkipReason.TEAM_BUDGET: (
        "Your team's budget is used up.",
        "Choose a gift of less value, or ask an administrator to raise the budget.",
    ),
    SkipReason.USER_BUDGET: (
        "Your own budget is used up.",
        "Choose a gift of less value, or ask an administrator to raise the budget.",
    ),
    SkipReason.LEAD_CONVERTED: ("This lead was converted.", "Send the gift to the Contact."),
}
# As several people are told it; the rest is said in the reasons' own words.
_WHY_NONE = {
    SkipReason.DUPLICATE.value: "duplicate: a gift of this gift campaign goes, or went, to the same e-mail"
    " address",
}
_HOLDERS = {
    BudgetHolder.ORG: "your org's budget",
    BudgetHolder.CAMPAIGN: "the Campaign's budget",
    BudgetHolder.TEAM: "your team's budget",
    BudgetHolder.USER: "your own budget",
}
_PERIODS = {Period.TOTAL: "", Period.MONTH: "of this month", Period.QUARTER: "of this quarter"}
_STATES: Mapping[RequestState, tuple[str, str]] = {
    RequestState.AWAITING_APPROVAL: ("Waiting for approval", "warning"),
    RequestState.REFUSED: ("Not approved", "error"),
    RequestState.PLANNED: ("Waiting to be sent", "info"),
    RequestState.SENDING: ("Being sent to the platform", "info"),
    RequestState.UNKNOWN: ("The platform did not answer; it is asked again", "warning"),
    RequestState.PARKED: ("Waiting for an administrator", "warning"),
    RequestState.FAILED: ("Not sent", "error"),
}

_PLATFORMS = {"andopen": "&Open", "brilliant": "Brilliant"}


def platform_name(provider: str) -> str:
    """As the company writes itself; a provider of one's own by its code."""
    return _PLATFORMS.get(provider, provider)


def obstacle(reason: SkipReason, sobject: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    wrong, remedy = _OBSTACLES.get(reason, (f"{reason.value.capitalize()}.", ""))
    return wrong, remedy.format(person=sobject)


def why_none(reason: str) -> str:
    """Of one of several people. reason: the words of a SkipReason, or of somebody who is not there."""
    return _WHY_NONE.get(reason, reason)


def state_badge(gift: Gift) -> tuple[str, str]:
    """A few words on where the gift stands, and the kind of their badge."""
    if gift.state is RequestState.FAILED and gift.progress.stage is GiftStage.CANCELED:
        return "Canceled before it was sent", "warning"
    if gift.state is not RequestState.SENT:
        return _STATES[gift.state]
    stage = gift.progress.stage
    words = stage.value.replace("_", " ").capitalize()
    if stage in TAKEN_BACK_STAGES:
        return words, "error"
    return words, "success"


def budget_words(budget: BudgetLeft) -> str:
    """Which budget it is."""
    return (
        f"{_HOLDERS[budget.holder]} {_PERIODS.get(budget.period, f'of this {budget.period.value}')}".strip()
    )


def offer_choices(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """For a list to choose from; the platform is named where there are several."""
    several = len({offer.account_id for offer in offers}) > 1
    platforms = [f" ({platform_name(offer.provider)})" if several else "" for offer in offers]
    return [(offer.choice, f"{offer.campaign.name}{at}") for offer, at in zip(offers, platforms, strict=True)]
