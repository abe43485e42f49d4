"""Gifts of three months, as an org has them: pages show something, and pictures fit the manual."""

from datetime import timedelta

from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.keys import gift_key
from connector.domain.money import Money
from connector.domain.recipient import Person, Recipient
from connector.domain.statuses import Progress
from connector.domain.vocabulary import GiftSource, GiftStage
from tests.portal.stage import ACCOUNT, PortalStage

_PEOPLE = (
    ("Amelia", "Clarke"),
    ("Jonas", "Weber"),
    ("Camille", "Laurent"),
    ("Priya", "Raman"),
    ("Mateo", "Alvarez"),
    ("Ingrid", "Solberg"),
    ("Oliver", "Bennett"),
    ("Yuki", "Tanaka"),
    ("Femi", "Adeyemi"),
    ("Lucia", "Moretti"),
    ("Henrik", "Lindqvist"),
    ("Zoe", "Papadakis"),
)
_LIVES = (
    (GiftStage.SENT, GiftStage.CLAIMED, GiftStage.DELIVERED),
    (GiftStage.SENT, GiftStage.CLAIMED),
    (GiftStage.SENT, GiftStage.CLAIMED, GiftStage.IN_FULFILLMENT, GiftStage.SHIPPED),
    (GiftStage.SENT,),
    (GiftStage.SENT, GiftStage.EXPIRED),
)
_GIFTS = 84


def three_months_of_gifts(stage: PortalStage, org_id: str) -> None:
    """Straight into the ledger: nothing of them is sent or written, and each is as it would be afterwards."""
    now = stage.container.clock()
    gifts = []
    for number in range(_GIFTS):
        first, last = _PEOPLE[number % len(_PEOPLE)]
        asked = now - timedelta(days=number * number % 89, hours=number % 9 + 1)
        life = _LIVES[number % len(_LIVES)]
        stages = {step: asked + timedelta(hours=1 + 9 * place) for place, step in enumerate(life)}
        is_failed = number % 21 == 20
        key = gift_key(org_id, GiftSource.FLOW, f"tidy-{number}")
        request = GiftRequest(
            key=key,
            org_id=org_id,
            source=GiftSource.FLOW,
            source_key=f"tidy-{number}",
            account_id=ACCOUNT,
            gift_campaign_id="thank-you",
            person=Person(contact_id=f"003{number:012d}AAA"),
            recipient=Recipient(first, last, f"{first}.{last}@example.com".lower()),
            value=Money(2_500 + 500 * (number % 4), "EUR"),
        )
        gifts.append(
            Gift(
                request=request,
                planned_at=asked,
                state=RequestState.FAILED if is_failed else RequestState.SENT,
                last_error="RECIPIENT_INVALID: the platform refuses the address" if is_failed else "",
                provider_gift_id="" if is_failed else f"gift-{number:04d}",
                progress=Progress() if is_failed else Progress(stages),
                heard_at=None if is_failed else now,
            )
        )
    with stage.container.store.write() as unit:
        unit.gifts.add(gifts)
