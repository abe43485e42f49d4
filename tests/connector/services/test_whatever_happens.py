"""Random histories of a whole connector with fakes at its ends: crashes, lost answers, webhooks in any order.

However they go, in the end each member has one gift and each milestone one Task, and ledger, platform and org
agree.
"""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from connector.domain.gift import RequestState
from connector.errors import ConnectorError, OutcomeUnknown, SignatureInvalid, TemporaryError
from connector.ports import ProviderStatus, WriteOutcome, WriteState
from connector.services.checkpoints import Step
from tests.connector.services.crashes import WorldThatCrashes
from tests.connector.world import ACCOUNT

MEMBERS = 3
STEPS = sorted(set(Step) - {Step.JOBS_DISPATCHED, Step.INBOX_COMMITTED})
STATUSES = [ProviderStatus.REDEEMED, ProviderStatus.DISPATCHED, ProviderStatus.DELIVERED]
OBJECTS = ["Gift__c", "CampaignMember", "Contact", "Task"]


class WhateverHappens(WorldThatCrashes):
    """Each rule is something that happens; at the end everything is given time to settle."""

    @initialize()
    def begin(self) -> None:
        self.new_world()
        self.deliveries: list[tuple[str, str]] = []
        self.world.plan_sync(self.world.link(self.world.campaign(contacts=2, leads=1)).link_id)

    @rule()
    def work(self) -> None:
        self.alive(self.world.run_jobs)

    @rule()
    def sweep(self) -> None:
        self.alive(self.world.sweep)
        self.alive(self.world.run_jobs)

    @rule()
    def read_the_inbox(self) -> None:
        self.alive(self.world.apply_events)

    @rule(lost=st.sampled_from(["", "", "Gift__c", "Task"]))
    def write(self, lost: str) -> None:
        """lost: the answer to the call that writes this object never arrives."""
        self.world.org.lose_next_answer_with = lost
        self.alive(lambda: self.world.write_back(self.world.org_id))

    @rule()
    def reconcile(self) -> None:
        self.alive(self.world.reconcile)

    @rule(minutes=st.sampled_from([1, 20, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.world.clock.move(minutes=minutes)

    @rule(step=st.sampled_from(STEPS))
    def crash_soon(self, step: Step) -> None:
        self.crash_at = step

    @rule(failure=st.sampled_from([TemporaryError, OutcomeUnknown]))
    def fail_at_the_platform(self, failure: type[ConnectorError]) -> None:
        self.world.provider.failures.append(failure("by chance"))

    @rule(sobject=st.sampled_from(OBJECTS))
    def lock_a_row(self, sobject: str) -> None:
        outcome = WriteOutcome(WriteState.RETRY, code="UNABLE_TO_LOCK_ROW", message="locked")
        self.world.org.next_outcomes.setdefault(sobject, []).append(outcome)

    @rule()
    def fail_at_the_org(self) -> None:
        self.world.org.next_failures.append(TemporaryError("unavailable"))

    @rule(which=st.integers(min_value=0, max_value=MEMBERS), is_delivered=st.booleans())
    def go_on(self, which: int, is_delivered: bool) -> None:
        """A gift takes its next step; its webhook comes, or is lost."""
        gifts = list(self.world.provider.gifts.values())
        if not gifts:
            return
        gift = gifts[which % len(gifts)]
        later = STATUSES[STATUSES.index(gift.status) + 1 :] if gift.status in STATUSES else STATUSES
        if not later:
            return
        self.world.clock.move(minutes=1)
        self.world.provider.move(gift.provider_gift_id, later[0])
        event_id = f"event-{len(self.deliveries)}"
        self.deliveries.append((gift.provider_gift_id, event_id))
        if is_delivered:
            self.world.deliver(gift.provider_gift_id, event_id=event_id)

    @rule(which=st.integers(min_value=0, max_value=20))
    def deliver_again(self, which: int) -> None:
        if self.deliveries:
            gift_id, event_id = self.deliveries[which % len(self.deliveries)]
            self.world.deliver(gift_id, event_id=event_id)

    @rule()
    def forge(self) -> None:
        for gift_id in list(self.world.provider.gifts)[:1]:
            headers, body = self.world.provider.event(gift_id)
            try:
                self.world.receive_event(ACCOUNT, headers, body.replace(b"submitted", b"delivered") + b" ")
            except SignatureInvalid:
                continue
            raise AssertionError("a forged delivery was taken in")

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self._settle()
                self._check()
        finally:
            super().teardown()

    def _settle(self) -> None:
        self.crash_at = None
        self.world.provider.failures.clear()
        self.world.org.next_failures.clear()
        self.world.org.next_outcomes.clear()
        self.world.org.lose_next_answer_with = ""
        self.world.restart()
        for _ in range(4):
            self.world.clock.move(hours=25)
            self.world.sweep()
            self.world.run_jobs()
            self.world.apply_events()
            self.world.reconcile()
            self.world.write_back(self.world.org_id)

    def _check(self) -> None:
        rows, platform, org = self.world.gifts(), self.world.provider, self.world.org
        assert [row.state for row in rows] == [RequestState.SENT] * MEMBERS
        assert len(platform.orders) == len(platform.gifts) == MEMBERS
        assert {row.provider_gift_id for row in rows} == set(platform.gifts)
        stages = {
            "submitted": "sent",
            "redeemed": "claimed",
            "dispatched": "shipped",
            "delivered": "delivered",
        }
        for row in rows:
            assert row.progress.stage == stages[platform.gifts[row.provider_gift_id].status]
            assert row.dirty_since is None
        shown = {gift["External_Id__c"]: gift for gift in org.records["Gift__c"].values()}
        assert len(shown) == len(org.records["Gift__c"]) == MEMBERS
        for row in rows:
            assert shown[row.key]["Order_Status__c"] == row.progress.order_status
        tasks = Counter(task["Gift_Event_Key__c"] for task in org.records["Task"].values())
        assert set(tasks.values()) == {1}
        assert len(tasks) == sum(len(row.progress.milestones) for row in rows)


WhateverHappens.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverHappens = WhateverHappens.TestCase
