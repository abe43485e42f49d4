"""A gift that waits for a person is not sent before one agrees, whichever way it came."""

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from connector.adapters.store.store import SqlStore
from connector.domain.approval import ApprovalRules
from connector.domain.gift import Gift, RequestState
from connector.domain.money import Money
from connector.domain.vocabulary import ApprovalStatus
from connector.errors import CallerError, TemporaryError
from connector.services.gifts.decide_approval import Decided, Decider
from connector.services.sending.ask_for_gift import AskedGift
from tests.connector.world import ACCOUNT, World

MIA = Decider("005000000000007AAA", "mia@example.com")
NOA = Decider("005000000000008AAA", "noa@example.com")
CONNECTOR = Path(__file__).resolve().parents[3] / "connector"


def always(world: World, **changes: object) -> None:
    """Gifts of the first gift campaign wait."""
    rules = ApprovalRules(org_id=world.org_id, gift_campaigns={(ACCOUNT, "campaign-1"): "Welcome"})
    with world.store.write() as unit:
        unit.approval_rules.save(replace(rules, **changes))  # type: ignore[arg-type]


def asked(world: World, *, sender: str = "", key: str = "deal-1", **fields: object) -> Gift:
    contact = world.org.add(
        "Contact",
        **{
            "FirstName": "Ada",
            "LastName": "Byron",
            "Email": "ada@example.com",
            "HasOptedOutOfEmail": False,
            "Gift_Opt_Out__c": False,
            **fields,
        },
    )
    return world.ask_for_gift(
        AskedGift(
            org_id=world.org_id,
            request_key=key,
            record_id=contact,
            gift_campaign_id="campaign-1",
            value=Money(2500, "EUR"),
            sender_user_id=sender,
        )
    )


def work(world: World) -> None:
    """All that the worker does by itself, a day long."""
    for _ in range(2):
        world.sweep()
        world.run_jobs()
        world.apply_events()
        world.reconcile()
        world.write_back(world.org_id)
        world.clock.move(hours=12)


def shown(world: World) -> dict[str, object]:
    """The one Gift__c of the org."""
    [record] = world.org.records["Gift__c"].values()
    return record


def test_gifts_of_gift_sync_wait_and_are_sent_when_somebody_agrees(world: World) -> None:
    always(world)
    world.sync(world.campaign(contacts=2))
    work(world)
    sent_before = len(world.provider.orders)

    decided = world.decide_approvals.approve(world.org_id, [gift.key for gift in world.gifts()], MIA, "Fine")
    work(world)

    assert sent_before == 0
    assert len(decided.done) == 2
    assert [gift.state for gift in world.gifts()] == [RequestState.SENT] * 2
    assert len(world.provider.orders) == 2


def test_a_second_sync_plans_nobody_who_waits_again(world: World) -> None:
    always(world)
    campaign = world.campaign(contacts=2)
    world.sync(campaign)

    report = world.sync(campaign)

    assert report.run.skips == {"already gifted": 2}
    assert world.provider.orders == []


def test_a_gift_that_a_flow_asks_for_waits_and_the_flow_is_told(world: World) -> None:
    always(world)

    gift = asked(world)
    work(world)

    assert gift.state is RequestState.AWAITING_APPROVAL
    assert world.provider.orders == []


def test_salesforce_shows_that_a_gift_waits_why_and_who_decided(world: World) -> None:
    always(world)
    gift = asked(world)
    world.write_back(world.org_id)
    waiting = dict(shown(world))

    world.decide_approvals.approve(world.org_id, [gift.key], MIA, "For the renewal")
    world.write_back(world.org_id)

    assert (waiting["Approval_Status__c"], waiting["Approver__c"]) == ("Pending", None)
    assert waiting["Approval_Note__c"] == "Gifts of this gift campaign need approval."
    after = shown(world)
    assert after["Approval_Status__c"] == "Approved"
    assert (after["Approver__c"], after["Approval_Note__c"]) == (MIA.user_id, "For the renewal")


def test_a_refused_gift_is_never_sent_and_salesforce_shows_the_reason(world: World) -> None:
    always(world)
    gift = asked(world)

    world.decide_approvals.refuse(world.org_id, [gift.key], MIA, "Too soon")
    work(world)

    [after] = world.gifts()
    assert (after.state, after.approval.status) == (RequestState.REFUSED, ApprovalStatus.REJECTED)
    assert world.provider.orders == []
    assert (shown(world)["Approval_Status__c"], shown(world)["Approval_Note__c"]) == ("Rejected", "Too soon")


def test_no_reason_no_refusal(world: World) -> None:
    always(world)
    gift = asked(world)

    with pytest.raises(CallerError) as refused:
        world.decide_approvals.refuse(world.org_id, [gift.key], MIA, " ")

    assert refused.value.code == "reason_missing"
    assert world.gifts()[0].state is RequestState.AWAITING_APPROVAL


@pytest.mark.parametrize(
    ("value", "waits"),
    [
        (Money(2500, "EUR"), False),
        (Money(2501, "EUR"), True),
        (Money(1, "USD"), True),
        (Money(0, "USD"), False),
    ],
)
def test_gifts_wait_above_a_value_and_in_a_currency_that_cannot_be_compared(
    value: Money, waits: bool
) -> None:
    rules = ApprovalRules(org_id="00D1", above=Money(2500, "EUR"))

    assert bool(rules.why(ACCOUNT, "campaign-1", value)) is waits


def test_nobody_approves_what_is_sent_in_their_own_name(world: World) -> None:
    always(world)
    gift = asked(world, sender=MIA.user_id[:15])

    by_sender = world.decide_approvals.approve(world.org_id, [gift.key], MIA)
    by_other = world.decide_approvals.approve(world.org_id, [gift.key], NOA)

    assert "in your name" in by_sender.not_done[gift.key]
    assert by_other.done == [gift.key]


def test_an_org_may_do_without_four_eyes(world: World) -> None:
    always(world, four_eyes=False)
    gift = asked(world, sender=MIA.user_id)

    assert world.decide_approvals.approve(world.org_id, [gift.key], MIA).done == [gift.key]


def test_when_nobody_decides_in_time_the_gift_is_refused_and_cannot_be_approved(world: World) -> None:
    always(world, days=3)
    gift = asked(world)
    world.clock.move(days=3)

    late = world.decide_approvals.approve(world.org_id, [gift.key], MIA)
    expired = world.expire_approvals()
    again = world.expire_approvals()
    work(world)

    assert late.not_done == {gift.key: "Nobody decided in time."}
    assert (expired, again) == (1, 0)
    [after] = world.gifts()
    assert (after.state, after.approval.note) == (RequestState.REFUSED, "Nobody decided in time.")
    assert world.provider.orders == []


def test_a_gift_is_not_expired_a_moment_too_early(world: World) -> None:
    always(world, days=3)
    asked(world)
    world.clock.move(days=3, seconds=-1)

    assert world.expire_approvals() == 0


def test_who_opted_out_meanwhile_gets_nothing_though_it_was_approved(world: World) -> None:
    always(world)
    gift = asked(world)
    world.org.change(gift.request.person.record_id, Gift_Opt_Out__c=True)

    decided = world.decide_approvals.approve(world.org_id, [gift.key], MIA)
    work(world)

    assert decided.not_done == {gift.key: "Refused instead: opted out of gifts."}
    assert world.gifts()[0].state is RequestState.REFUSED
    assert world.provider.orders == []


def test_when_salesforce_cannot_be_asked_nothing_is_decided(world: World) -> None:
    always(world)
    gift = asked(world)
    world.org.next_failures.append(TemporaryError("unavailable"))

    with pytest.raises(TemporaryError):
        world.decide_approvals.approve(world.org_id, [gift.key], MIA)

    assert world.gifts()[0].state is RequestState.AWAITING_APPROVAL


def test_another_orgs_manager_decides_nothing(world: World) -> None:
    always(world)
    gift = asked(world)

    decided = world.decide_approvals.refuse("00D000000000002EAA", [gift.key], MIA, "No")

    assert decided.not_done == {gift.key: "There is no such gift."}
    assert world.gifts()[0].state is RequestState.AWAITING_APPROVAL


def test_a_gift_that_waits_can_be_canceled_and_then_not_be_approved(world: World) -> None:
    always(world)
    gift = asked(world)
    world.write_back(world.org_id)

    canceled = world.cancel_gift(world.org_id, gift.key)
    decided = world.decide_approvals.approve(world.org_id, [gift.key], MIA)
    work(world)

    assert canceled.state is RequestState.FAILED
    assert decided.done == []
    assert world.provider.orders == []
    assert shown(world)["Approval_Status__c"] == "Rejected"


def test_every_decision_is_in_the_audit_log(world: World) -> None:
    always(world)
    first, second = asked(world), asked(world, key="deal-2")

    world.decide_approvals.approve(world.org_id, [first.key], MIA)
    world.decide_approvals.refuse(world.org_id, [second.key], NOA, "Too much")

    with world.store.read() as unit:
        entries = [(entry.actor, entry.action, entry.subject) for entry in unit.audit.all_of(world.org_id)]
    assert entries == [
        (MIA.username, "gift.approved", first.key),
        (NOA.username, "gift.refused", second.key),
    ]


def test_two_managers_who_click_at_once_decide_once(world: World) -> None:
    always(world)
    world.sync(world.campaign(contacts=20))
    keys = [gift.key for gift in world.gifts()]
    outcomes: list[Decided] = []
    both_ready = threading.Barrier(4)

    def click(decide: object) -> None:
        both_ready.wait()
        outcomes.append(decide())  # type: ignore[operator]

    clicks = [
        lambda: world.decide_approvals.approve(world.org_id, keys, MIA),
        lambda: world.decide_approvals.approve(world.org_id, keys, MIA),
        lambda: world.decide_approvals.approve(world.org_id, keys, NOA),
        lambda: world.decide_approvals.refuse(world.org_id, keys, NOA, "No"),
    ]
    threads = [threading.Thread(target=click, args=(decide,)) for decide in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.run_jobs()

    assert sorted(key for outcome in outcomes for key in outcome.done) == sorted(keys)
    states = {gift.state for gift in world.gifts()}
    assert states in ({RequestState.SENT}, {RequestState.REFUSED})
    assert len(world.provider.orders) == (20 if states == {RequestState.SENT} else 0)


@pytest.mark.parametrize("state", ["planned", "sending", "unknown", "sent", "parked"])
def test_the_database_itself_refuses_to_let_an_unapproved_gift_go(
    world: World, store: SqlStore, state: str
) -> None:
    always(world)
    gift = asked(world)

    def force() -> None:
        with store.engine.begin() as connection:
            connection.execute(text(f"UPDATE gift SET state = '{state}'"))  # noqa: S608

    with pytest.raises(IntegrityError):
        force()

    assert world.gifts() == [gift]


def test_there_is_one_way_into_the_ledger() -> None:
    adding = re.compile(r"\bgifts\.add\(")
    found = {
        str(path.relative_to(CONNECTOR))
        for path in CONNECTOR.rglob("*.py")
        if adding.search(path.read_text(encoding="utf-8"))
    }

    assert found == {"services/gifts/admit_gifts.py"}
