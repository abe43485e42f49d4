"""GiftSync and write-back over the real adapter, against the local org with the package and its faults."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from connector.adapters.salesforce.connections import OrgSettings, connect
from connector.domain.connections import OrgConnection
from connector.domain.eligibility import SkipReason
from connector.domain.field_mapping import Attribute, default_mapping
from connector.domain.gift import RequestState
from connector.ports import ProviderStatus
from connector.services.checkpoints import Step
from connector.services.writing.find_drift import FindDrift
from emulators.salesforce.testing import LocalOrg
from tests.connector.crash.packaged import API_VERSION
from tests.connector.crash.stand import ADMIN, OrgSide
from tests.connector.fakes import utc_now
from tests.connector.world import World, new_store

PACKAGE = "package"
COMPOSITE = f"/services/data/v{API_VERSION}/composite"


@dataclass
class There:
    """A world whose org is the local one. at: what happens at a step, once."""

    world: World
    side: OrgSide
    at: dict[Step, Callable[[], None]]

    def checkpoint(self, step: Step) -> None:
        if action := self.at.pop(step, None):
            action()

    def sync(self, campaign_id: str) -> None:
        self.world.sync(campaign_id)
        self.write_back()

    def write_back(self) -> None:
        self.world.write_back(self.world.org_id)

    def after_a_while(self, minutes: float = 1) -> None:
        self.world.clock.move(minutes=minutes)
        self.write_back()

    def tell(self, status: ProviderStatus) -> None:
        """Every gift gets a status, and a webhook tells of it."""
        self.world.clock.move(hours=1)
        for gift_id in list(self.world.provider.gifts):
            self.world.provider.move(gift_id, status)
            self.world.deliver(gift_id)
        while self.world.apply_events():
            pass
        self.write_back()

    def api_calls(self) -> int:
        """As the org counts them; asking it is not counted."""
        return int(self.side.control("GET", "api-usage")["used"])

    def rows(self, sobject: str, *fields: str) -> list[dict[str, Any]]:
        return self.side.query(f"SELECT {', '.join(['Id', *fields])} FROM {sobject}")  # noqa: S608 - the tests' own

    def tasks(self) -> list[str]:
        return sorted(row["Subject"] for row in self.rows("Task", "Subject"))

    @property
    def is_home(self) -> bool:
        return all(gift.dirty_since is None for gift in self.world.gifts())


@pytest.fixture(scope="module")
def side(local_org: LocalOrg) -> OrgSide:
    local_org.reset()
    made = OrgSide(local_org)
    made.control("POST", "snapshots", name=PACKAGE)
    return made


@pytest.fixture
def there(side: OrgSide, tmp_path: Path) -> Iterator[There]:
    side.control("POST", f"snapshots/{PACKAGE}/restore")
    local = side.local
    settings = OrgSettings(ca_bundle=local.ca_certificate, allow_loopback=True, floor_calls=0)
    connection = OrgConnection(
        instance_url=local.instance_url,
        login_url=local.instance_url,
        consumer_key=local.ci_app.consumer_key,
        username=ADMIN,
        private_key_pem=local.ci_app.private_key,
    )
    world = World(new_store(tmp_path))
    ahead = utc_now() - world.clock()
    # The real time of day at first, which tokens need, and then moved as the world's clock is.
    org = connect(connection, settings, lambda: world.clock() + ahead)
    world.open_org = lambda _: org  # type: ignore[method-assign]  # the local org in place of the fake one
    made = There(world, side, {})
    world.checkpoint = made.checkpoint  # type: ignore[method-assign]  # something happens between two effects
    yield made
    world.store.close()


def test_a_campaign_comes_home_with_its_totals(there: There) -> None:
    campaign = there.side.campaign()

    there.sync(campaign)
    there.tell(ProviderStatus.REDEEMED)

    assert there.is_home
    assert there.tasks() == ["Gift Claimed"] * 6 + ["Gift Created"] * 6
    [row] = there.rows("Campaign", "Gifts_Sent__c", "Gifts_Redeemed__c", "Gifting_Cost__c")
    assert (row["Gifts_Sent__c"], row["Gifts_Redeemed__c"], row["Gifting_Cost__c"]) == (6, 6, 150.0)
    assert {row["Status"] for row in there.rows("CampaignMember", "Status")} == {"Gift fulfilment"}


def test_each_stage_of_a_few_gifts_takes_three_calls_by_the_orgs_own_count(there: There) -> None:
    there.world.sync(there.side.campaign())
    counts = [there.api_calls()]

    there.write_back()
    counts.append(there.api_calls())
    for status in (ProviderStatus.REDEEMED, ProviderStatus.DELIVERED):
        there.tell(status)
        counts.append(there.api_calls())

    assert [after - before for before, after in pairwise(counts)] == [3, 3, 3]
    assert there.is_home


def test_a_locked_row_is_written_later_and_the_others_now(there: There) -> None:
    campaign = there.side.campaign()
    there.world.sync(campaign)
    locked = there.rows("Contact")[0]["Id"]
    there.at[Step.TASKS_INTENT_COMMITTED] = lambda: there.side.control(
        "POST", "row-locks", record_id=locked, times=1
    )

    there.write_back()
    at_once = there.is_home
    there.after_a_while()

    assert not at_once
    assert there.is_home
    assert there.tasks() == ["Gift Created"] * 6


def test_a_session_that_ends_in_the_middle_of_a_batch_is_renewed(there: There) -> None:
    campaign = there.side.campaign()
    there.world.sync(campaign)
    there.at[Step.GIFTS_MARKED] = lambda: there.side.control("POST", "sessions/expire")

    there.write_back()

    assert there.is_home


def test_an_answer_that_is_lost_after_the_tasks_were_written_doubles_none(there: There) -> None:
    campaign = there.side.campaign()
    there.world.sync(campaign)
    there.at[Step.TASKS_INTENT_COMMITTED] = lambda: there.side.control(
        "POST", "faults", path_prefix=COMPOSITE, action="commit_then_reset"
    )

    there.write_back()
    written = there.tasks()
    at_once = there.is_home
    there.after_a_while()

    assert written == there.tasks() == ["Gift Created"] * 6
    assert not at_once
    assert there.is_home


def test_a_quota_that_ends_in_the_middle_parks_the_rest_and_resumes_by_itself(there: There) -> None:
    campaign = there.side.campaign()
    there.world.sync(campaign)
    usage = there.side.control("GET", "api-usage")
    there.at[Step.GIFTS_MARKED] = lambda: there.side.control("PUT", "api-usage", used=usage["allocation"])

    there.write_back()
    parked = {gift.sync_error.partition(":")[0] for gift in there.world.gifts()}
    there.side.control("PUT", "api-usage", used=usage["used"])
    there.after_a_while(minutes=1)
    too_early = there.is_home
    there.after_a_while(minutes=16)

    assert parked <= {"REQUEST_LIMIT_EXCEEDED", "api_floor"}
    assert parked
    assert not too_early
    assert there.is_home
    assert there.tasks() == ["Gift Created"] * 6


def test_a_record_that_is_refused_in_a_good_answer_is_told_on_its_own_gift(there: There) -> None:
    campaign = there.side.campaign()
    there.world.sync(campaign)
    gone = there.rows("CampaignMember")[0]["Id"]
    there.side.call_plain("DELETE", f"sobjects/CampaignMember/{gone}")

    there.write_back()

    errors = [row["Sync_Error__c"] for row in there.rows("Gift__c", "Sync_Error__c") if row["Sync_Error__c"]]
    assert len(errors) == 1
    assert there.tasks() == ["Gift Created"] * 6
    assert there.is_home


def test_a_lead_that_is_converted_between_two_milestones_keeps_one_task_for_each(there: There) -> None:
    campaign = there.side.campaign()
    there.sync(campaign)
    lead = there.rows("Lead")[0]["Id"]
    contact = there.side.control("POST", "convert-lead", lead_id=lead)["contact_id"]

    there.tell(ProviderStatus.REDEEMED)

    assert there.is_home
    assert there.tasks() == ["Gift Claimed"] * 6 + ["Gift Created"] * 6
    claimed = there.side.query(f"SELECT Subject FROM Task WHERE WhoId = '{contact}' ORDER BY Subject")  # noqa: S608 - the org's own Id
    assert [row["Subject"] for row in claimed] == ["Gift Claimed", "Gift Created"]


def test_news_of_a_gift_goes_on_to_its_person_after_its_campaign_was_deleted(there: There) -> None:
    campaign = there.side.campaign()
    there.sync(campaign)
    there.side.call_plain("DELETE", f"sobjects/Campaign/{campaign}")

    there.tell(ProviderStatus.REDEEMED)

    assert there.is_home
    gifts = there.rows("Gift__c", "Order_Status__c", "Campaign__c")
    assert {(row["Order_Status__c"], row["Campaign__c"]) for row in gifts} == {("Awaiting Fulfillment", None)}
    assert there.tasks() == ["Gift Claimed"] * 6 + ["Gift Created"] * 6


def test_news_of_a_gift_goes_on_after_its_person_was_deleted(there: There) -> None:
    there.sync(there.side.campaign())
    contact = there.rows("Contact")[0]["Id"]
    there.side.call_plain("DELETE", f"sobjects/Contact/{contact}")

    there.tell(ProviderStatus.REDEEMED)

    assert there.is_home
    gifts = there.rows("Gift__c", "Order_Status__c", "Contact__c", "Lead__c", "Sync_Error__c")
    assert [row["Order_Status__c"] for row in gifts] == ["Awaiting Fulfillment"] * 6
    [alone] = [row for row in gifts if not row["Contact__c"] and not row["Lead__c"]]
    assert alone["Sync_Error__c"] == (
        "ENTITY_IS_DELETED: Contact: was deleted; only the gift itself is kept up to date"
    )
    assert [row["Sync_Error__c"] for row in gifts if row is not alone] == [None] * 5


def test_a_gift_of_a_merged_contact_stays_with_the_one_it_lives_on_in(there: There) -> None:
    there.sync(there.side.campaign())
    merged, master, *_ = (row["Id"] for row in there.rows("Contact"))
    there.side.merge("Contact", master, merged)

    there.tell(ProviderStatus.REDEEMED)

    assert there.is_home
    gifts = there.rows("Gift__c", "Order_Status__c", "Contact__c", "Lead__c", "Sync_Error__c")
    assert sum(row["Contact__c"] == master for row in gifts) == 2
    assert {row["Order_Status__c"] for row in gifts} == {"Awaiting Fulfillment"}
    assert [gift.sync_error for gift in there.world.gifts()].count("") >= 5
    assert there.tasks() == ["Gift Claimed"] * 6 + ["Gift Created"] * 6


def test_a_converted_lead_that_is_deleted_takes_nothing_from_the_gift_of_its_contact(there: There) -> None:
    there.sync(there.side.campaign())
    lead = there.rows("Lead")[0]["Id"]
    contact = there.side.control("POST", "convert-lead", lead_id=lead)["contact_id"]
    there.side.call_plain("DELETE", f"sobjects/Lead/{lead}")

    there.tell(ProviderStatus.REDEEMED)
    there.tell(ProviderStatus.DELIVERED)

    assert there.is_home
    gifts = there.rows("Gift__c", "Order_Status__c", "Contact__c", "Lead__c")
    [its] = [row for row in gifts if row["Contact__c"] == contact]
    assert (its["Order_Status__c"], its["Lead__c"]) == ("Delivered", None)
    [row] = there.side.query(f"SELECT Gift_Status__c FROM Contact WHERE Id = '{contact}'")  # noqa: S608 - the org's own Id
    assert row["Gift_Status__c"] == "Delivered"
    [known] = [gift for gift in there.world.gifts() if gift.request.person.contact_id == contact]
    assert known.request.person.lead_id == lead
    assert "was deleted" not in known.sync_error


def test_a_gift_whose_person_was_deleted_before_it_was_written_says_why_it_is_not_there(there: There) -> None:
    """The package wants a person at every new gift."""
    there.world.sync(there.side.campaign())
    contact = there.rows("Contact")[0]["Id"]
    there.side.call_plain("DELETE", f"sobjects/Contact/{contact}")

    there.write_back()

    assert there.is_home
    assert len(there.rows("Gift__c")) == 5
    assert [gift.sync_error for gift in there.world.gifts() if gift.sync_error] == [
        "ENTITY_IS_DELETED: Gift__c: ENTITY_IS_DELETED"
    ]


def test_only_changes_are_read_and_a_deleted_member_gets_nothing(there: There) -> None:
    campaign = there.side.campaign()
    link = there.world.link(campaign)
    first = there.world.plan_sync(link.link_id)
    member = there.rows("CampaignMember")[0]["Id"]
    there.side.call_plain("DELETE", f"sobjects/CampaignMember/{member}")

    second = there.world.plan_sync(link.link_id)

    assert first.run.planned == 6
    assert second.run.skips[SkipReason.MEMBER_DELETED] == 1
    failed = [gift for gift in there.world.gifts() if gift.state is RequestState.FAILED]
    assert [gift.request.campaign_member_id for gift in failed] == [member]


def test_the_org_takes_the_question_for_changes_of_a_record_that_a_mapping_leads_to(there: There) -> None:
    campaign = there.side.campaign_of_contacts(2)
    first, second = (row["Id"] for row in there.rows("Contact"))
    there.side.call_plain("PATCH", f"sobjects/Contact/{first}", json={"ReportsToId": second})
    link = there.world.link(campaign)
    with there.world.store.write() as unit:
        mapping = default_mapping("Contact").changed(Attribute.EMAIL, "ReportsTo.Email")
        unit.mappings.save(there.world.org_id, mapping)
    there.side.call_plain("PATCH", f"sobjects/Contact/{second}", json={"Email": None})
    before = there.world.plan_sync(link.link_id)

    there.side.call_plain("PATCH", f"sobjects/Contact/{second}", json={"Email": "reached@example.com"})
    after = there.world.plan_sync(link.link_id)

    assert before.run.skips == {SkipReason.NO_EMAIL: 2}
    assert (after.run.planned, [gift.request.recipient.email for gift in there.world.gifts()]) == (
        1,
        ["reached@example.com"],
    )


def test_drift_is_found_in_the_org_and_mended(there: There) -> None:
    campaign = there.side.campaign()
    there.sync(campaign)
    first, second, *_ = (row["Id"] for row in there.rows("Gift__c"))
    there.side.call_plain("PATCH", f"sobjects/Gift__c/{first}", json={"Order_Status__c": "Delivered"})
    there.side.call_plain("DELETE", f"sobjects/Gift__c/{second}")

    report = FindDrift(there.world.store, there.world.open_org, there.world.clock)(there.world.org_id)
    there.write_back()

    assert (report.compared, report.missing, dict(report.fields)) == (6, 1, {"Order_Status__c": 1})
    assert [row["Order_Status__c"] for row in there.rows("Gift__c", "Order_Status__c")] == ["Pending"] * 6


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_thousand_gifts_take_seventeen_calls_over_their_whole_life(there: There) -> None:
    """The members and the Campaign's moment of sync; then five calls for each of three stages."""
    link = there.world.link(there.side.campaign_of_contacts(1_000))
    counts = [there.api_calls()]

    there.world.plan_sync(link.link_id)
    counts.append(there.api_calls())
    there.world.run_jobs()
    there.write_back()
    counts.append(there.api_calls())
    for status in (ProviderStatus.REDEEMED, ProviderStatus.DELIVERED):
        there.tell(status)
        counts.append(there.api_calls())

    assert [after - before for before, after in pairwise(counts)] == [2, 5, 5, 5]
    assert there.is_home
    assert {row["Order_Status__c"] for row in there.rows("Gift__c", "Order_Status__c")} == {"Delivered"}
    [row] = there.rows("Campaign", "Gifts_Sent__c", "Gifts_Redeemed__c", "Gifting_Cost__c")
    assert (row["Gifts_Sent__c"], row["Gifts_Redeemed__c"], row["Gifting_Cost__c"]) == (
        1_000,
        1_000,
        25_000.0,
    )
