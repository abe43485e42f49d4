"""What a rep filled into the form, and what of it cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.domain.money import Money, MoneyInvalid
from connector.services.sending.find_recipient import SalesforceCampaign
from connector.services.sending.gift_catalogue import Offer

MESSAGE_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields as they came.

    again: the box that says that one more gift is meant. duplicates: of several people who share an e-mail
    address each is meant.
    """

    choice: str = ""
    amount: str = ""
    currency: str = ""
    message: str = ""
    campaign_id: str = ""
    again: bool = False
    duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The draft, understood; or errors by field, and then the rest means nothing."""

    offer: Offer | None = None
    value: Money | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def read_draft(given: Mapping[str, str]) -> Draft:
    """From a form that was sent."""
    return Draft(
        choice=given.get("gift", ""),
        amount=given.get("amount", "").strip(),
        currency=given.get("currency", "").strip().upper(),
        # Browsers send line ends as two characters and count them as one.
        message=given.get("message", "").replace("\r\n", "\n").strip(),
        campaign_id=given.get("campaign", ""),
        again=given.get("again") == "yes",
        duplicates=given.get("duplicates") == "yes",
    )


def check(draft: Draft, offers: Sequence[Offer], campaigns: Sequence[SalesforceCampaign]) -> Checked:
    """Against what is there to be chosen; every error at once."""
    errors: dict[str, str] = {}
    offer = next((offer for offer in offers if offer.choice == draft.choice), None)
    if offer is None:
        errors["gift"] = "Choose a gift campaign."
    value = None
    try:
        value = Money.parse(draft.amount, draft.currency)
        if not value.minor_units:
            errors["amount"] = "Enter what the gift is worth: more than nothing."
    except MoneyInvalid:
        errors["amount"] = "Enter an amount such as 25.00, and a currency such as EUR."
    if len(draft.message) > MESSAGE_LENGTH:
        errors["message"] = (
            f"Shorten the message to {MESSAGE_LENGTH} characters; it has {len(draft.message)}."
        )
    if draft.campaign_id and draft.campaign_id not in {item.campaign_id for item in campaigns}:
        errors["campaign"] = "You do not see this Campaign. Choose another, or none."
    return Checked(offer, value, errors)
