"""Random histories of gifts that wait: decisions, crashes, cancellations, sweeps, in any order.

Whatever happens, what is asked of the platform was agreed to before, once, by somebody else than its sender.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from connector.domain.approval import ApprovalRules
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.errors import CallerError, ConnectorError, OutcomeUnknown, PermanentError, TemporaryError
from connector.services.checkpoints import Step
from connector.services.gifts.decide_approval import Decider
from connector.services.sending.ask_for_gift import AskedGift
from tests.connector.services.crashes import WorldThatCrashes
from tests.connector.world import ACCOUNT

SENDERS = ["005000000000001AAA", "005000000000002AAA"]
MANAGERS = [Decider(SENDERS[0], "one@example.com"), Decider("005000000000003AAA", "two@example.com")]
STEPS = sorted(
    {Step.INTENT_COMMITTED, Step.PROVIDER_ANSWERED, Step.OUTCOME_COMMITTED, Step.PLAN_PAGE_COMMITTED}
)
WHICH = st.integers(min_value=0, max_value=5)


class NothingUnapprovedIsSent(WorldThatCrashes):
    """The gifts of gift campaign campaign-1 wait; those of campaign-2 wait above 50.00 EUR."""

    @initialize()
    def begin(self) -> None:
        self.new_world()
        self.agreed: set[str] = set()
        self.asked = 0
        with self.world.store.write() as unit:
            unit.approval_rules.save(
                ApprovalRules(
                    org_id=self.world.org_id,
                    above=Money(5000, "EUR"),
                    gift_campaigns={(ACCOUNT, "campaign-1"): "Welcome"},
                )
            )
        self.campaign = self.world.campaign(contacts=1)
        self.link_id = self.world.link(self.campaign).link_id

    @rule()
    def sync(self) -> None:
        self.alive(lambda: self.world.plan_sync(self.link_id))

    @rule()
    def join(self) -> None:
        self.world.contact_member(self.campaign, Email=f"m{self.asked}@example.com")

    @rule(sender=st.sampled_from(["", *SENDERS]), units=st.sampled_from([2500, 5000, 5001]))
    def ask(self, sender: str, units: int) -> None:
        self.asked += 1
        email = f"a{self.asked}@example.com"
        self.world.contact_member(self.campaign, Email=email)
        record_id = next(k for k, c in self.world.org.records["Contact"].items() if c["Email"] == email)
        self.world.ask_for_gift(
            AskedGift(
                org_id=self.world.org_id,
                request_key=f"key-{self.asked}",
                record_id=record_id,
                gift_campaign_id="campaign-2",
                value=Money(units, "EUR"),
                sender_user_id=sender,
            )
        )

    @rule(which=WHICH, manager=st.sampled_from(MANAGERS), agrees=st.booleans())
    def decide(self, which: int, manager: Decider, agrees: bool) -> None:
        keys = [gift.key for gift in self.world.gifts()][which : which + 2]
        if not keys:
            return
        if agrees:
            self.agreed |= set(self.world.decide_approvals.approve(self.world.org_id, keys, manager).done)
        else:
            self.world.decide_approvals.refuse(self.world.org_id, keys, manager, "No")

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        for gift in self.world.gifts()[which : which + 1]:
            try:
                self.world.cancel_gift(self.world.org_id, gift.key)
            except CallerError:
                continue

    @rule(which=WHICH)
    def say_it_was_not_sent(self, which: int) -> None:
        for gift in self.world.gifts()[which : which + 1]:
            try:
                self.world.settle_by_hand.was_not_sent(gift.key)
            except CallerError:
                continue

    @rule()
    def work(self) -> None:
        self.alive(self.world.sweep)
        self.alive(self.world.run_jobs)

    @rule()
    def write(self) -> None:
        self.alive(lambda: self.world.write_back(self.world.org_id))

    @rule()
    def expire(self) -> None:
        self.world.expire_approvals()

    @rule(hours=st.sampled_from([1, 24, 15 * 24]))
    def wait(self, hours: int) -> None:
        self.world.clock.move(hours=hours)

    @rule(step=st.sampled_from(STEPS))
    def crash_soon(self, step: Step) -> None:
        self.crash_at = step

    @rule(failure=st.sampled_from([TemporaryError, OutcomeUnknown, PermanentError]))
    def fail_at_the_platform(self, failure: type[ConnectorError]) -> None:
        self.world.provider.failures.append(failure("by chance"))

    @rule()
    def opt_out(self) -> None:
        for record_id in list(self.world.org.records.get("Contact", {}))[-1:]:
            self.world.org.change(record_id, Gift_Opt_Out__c=True)

    @invariant()
    def only_agreed_gifts_have_left(self) -> None:
        if not hasattr(self, "world"):
            return
        waits = {
            gift.key: gift
            for gift in self.world.gifts()
            if gift.request.gift_campaign_id == "campaign-1" or gift.request.value.minor_units > 5000
        }
        ordered = {order.dedupe_key for order in self.world.provider.orders}
        assert ordered & set(waits) <= self.agreed
        for key, gift in waits.items():
            assert gift.intent_at is None or key in self.agreed
            assert not gift.request.sender_user_id or (
                gift.approval.approver_user_id != gift.request.sender_user_id
            )
            if gift.state is RequestState.REFUSED:
                assert key not in ordered


NothingUnapprovedIsSent.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestNothingUnapprovedIsSent = NothingUnapprovedIsSent.TestCase
