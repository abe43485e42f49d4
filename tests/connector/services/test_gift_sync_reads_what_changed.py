from dataclasses import replace
from threading import Thread

from connector.domain.budget import BudgetHolder, GiftBudget, Period
from connector.domain.delivery import Address
from connector.domain.eligibility import SkipReason
from connector.domain.field_mapping import Attribute, default_mapping
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.ports import FieldDescription
from connector.services.gift_sync.plan_sync import SyncReport
from connector.services.mapping.map_field import MapField
from tests.connector.world import World


def budget(world: World, limit: int, *, scope: str = "", period: Period = Period.TOTAL) -> None:
    with world.store.write() as unit:
        holder = BudgetHolder.CAMPAIGN if scope else BudgetHolder.ORG
        limit_eur = Money(limit, "EUR")
        unit.gift_budgets.save(
            GiftBudget(org_id=world.org_id, limit=limit_eur, holder=holder, scope=scope, period=period)
        )


def test_the_second_run_reads_only_who_is_new(world: World) -> None:
    campaign = world.campaign(contacts=3)
    link = world.link(campaign)
    world.plan_sync(link.link_id)
    world.clock.move(hours=1)
    world.contact_member(campaign, Email="new@example.com")

    second = world.plan_sync(link.link_id)
    third = world.plan_sync(link.link_id)

    # The first three changed within the overlap before the first watermark: the second run sees them again.
    assert (second.run.members, second.run.planned) == (4, 1)
    assert (third.run.members, third.run.planned) == (1, 0)


def test_a_change_inside_the_overlap_is_not_lost(world: World) -> None:
    campaign = world.campaign(contacts=1)
    link = world.link(campaign)
    world.plan_sync(link.link_id)
    world.clock.move(minutes=-5)
    world.contact_member(campaign, Email="late@example.com")
    world.clock.move(minutes=65)

    assert world.plan_sync(link.link_id).run.planned == 1


def test_a_member_whose_person_changed_is_looked_at_again(world: World) -> None:
    campaign = world.campaign()
    world.contact_member(campaign, Email=None)
    link = world.link(campaign)
    first = world.plan_sync(link.link_id)
    [contact] = world.org.records["Contact"]
    world.clock.move(hours=1)
    world.org.change(contact, Email="ada@example.com")

    second = world.plan_sync(link.link_id)

    assert first.run.skips == {SkipReason.NO_EMAIL: 1}
    assert second.run.planned == 1


def test_a_member_is_looked_at_again_when_a_record_that_its_mapping_leads_to_changes(world: World) -> None:
    campaign = world.campaign()
    office = world.org.add("Office__c", Mailbox__c=None)
    world.contact_member(campaign, Email=None, Office__c=office)
    world.contact_member(campaign, Email=None)
    with world.store.write() as unit:
        mapping = default_mapping("Contact").changed(Attribute.EMAIL, "Office__r.Mailbox__c")
        unit.mappings.save(world.org_id, mapping)
    link = world.link(campaign)
    first = world.plan_sync(link.link_id)
    world.clock.move(hours=1)
    world.org.change(office, Mailbox__c="ada@example.com")

    second = world.plan_sync(link.link_id)
    world.clock.move(hours=1)
    world.contact_member(campaign, Email=None)
    third = world.plan_sync(link.link_id)

    assert first.run.skips == {SkipReason.NO_EMAIL: 2}
    assert (second.run.members, second.run.planned) == (2, 1)
    # The second run reached as far as the office had changed, so who is without one is not read again.
    assert third.run.members == 2


def test_the_owner_of_a_record_is_not_asked_when_it_changed() -> None:
    mapping = default_mapping("Lead").changed(Attribute.EMAIL, "Owner.Email")
    mapping = mapping.changed(Attribute.FIRST_NAME, "Office__r.Head__r.FirstName")
    mapping = mapping.changed(Attribute.CITY, "Site__r.City__c")

    assert mapping.look_ups(with_address=False) == ["Office__r", "Office__r.Head__r"]
    assert mapping.look_ups(with_address=True) == ["Office__r", "Office__r.Head__r", "Site__r"]


def test_a_run_that_was_cut_off_begins_again_where_it_began(world: World) -> None:
    campaign = world.campaign(contacts=2)
    link = world.link(campaign)
    query = world.org.query

    def cut_off(soql: str, *, with_deleted: bool = False) -> object:
        yield from list(query(soql, with_deleted=with_deleted))[:1]
        raise ConnectionError

    world.org.query = cut_off  # type: ignore[method-assign,assignment]  # the org breaks off in the middle
    try:
        world.plan_sync(link.link_id)
    except ConnectionError:
        world.org.query = query  # type: ignore[method-assign]  # and is itself again

    assert world.plan_sync(link.link_id).run.planned == 2


def test_a_full_run_reads_everyone(world: World) -> None:
    link = world.link(world.campaign(contacts=3))
    world.plan_sync(link.link_id)
    world.clock.move(hours=1)

    full = world.plan_sync(link.link_id, full=True)

    assert full.run.skips == {SkipReason.ALREADY_GIFTED: 3}


def test_another_gift_campaign_is_for_everyone(world: World) -> None:
    campaign = world.campaign(contacts=2)
    world.plan_sync(world.link(campaign).link_id)
    world.clock.move(hours=1)

    second = world.plan_sync(world.link(campaign, "campaign-2").link_id)

    assert second.run.planned == 2


def test_a_member_taken_from_the_campaign_gets_nothing_that_has_not_left_yet(world: World) -> None:
    campaign = world.campaign(contacts=2)
    link = world.link(campaign)
    world.plan_sync(link.link_id)
    member = next(iter(world.org.records["CampaignMember"]))
    world.clock.move(hours=1)
    world.org.delete(member)

    report = world.plan_sync(link.link_id)
    world.run_jobs()

    assert report.run.skips[SkipReason.MEMBER_DELETED] == 1
    states = {gift.request.campaign_member_id: gift.state for gift in world.gifts()}
    assert states[member] is RequestState.FAILED
    assert len(world.provider.orders) == 1


def test_a_member_with_both_is_a_contact_after_conversion(world: World) -> None:
    campaign = world.campaign(leads=1)
    link = world.link(campaign)
    world.plan_sync(link.link_id)
    [member] = world.org.records["CampaignMember"]
    contact = world.org.add("Contact", FirstName="Alan", LastName="Turing", Email="alan@example.com")
    world.clock.move(hours=1)
    world.org.change(member, ContactId=contact)

    report = world.plan_sync(link.link_id)

    assert report.run.skips == {SkipReason.ALREADY_GIFTED: 1}


def test_a_budget_of_the_campaign_is_kept_and_who_found_it_empty_is_asked_again(world: World) -> None:
    link = world.link(world.campaign(contacts=3))
    budget(world, 5_000, scope=link.link_id)

    first = world.plan_sync(link.link_id)
    budget(world, 7_500, scope=link.link_id)
    second = world.plan_sync(link.link_id)

    assert (first.run.planned, first.run.skips) == (2, {SkipReason.CAMPAIGN_BUDGET: 1})
    assert second.run.planned == 1


def test_a_dry_run_counts_the_budget_down_as_well(world: World) -> None:
    link = world.link(world.campaign(contacts=3))
    budget(world, 5_000)

    report = world.plan_sync(link.link_id, dry_run=True)

    assert (report.run.planned, report.run.skips) == (2, {SkipReason.ORG_BUDGET: 1})


def test_a_period_begins_anew(world: World) -> None:
    link = world.link(world.campaign(contacts=2))
    budget(world, 2_500, period=Period.MONTH)
    march = world.plan_sync(link.link_id)
    world.clock.move(days=31)

    april = world.plan_sync(link.link_id)

    assert (march.run.planned, april.run.planned) == (1, 1)


def test_two_runs_at_once_share_one_budget(world: World) -> None:
    links = [world.link(world.campaign(contacts=10, name=name)) for name in ("Spring", "Autumn")]
    budget(world, 5 * 2_500)
    reports: list[SyncReport] = []

    threads = [
        Thread(target=lambda link_id=link.link_id: reports.append(world.plan_sync(link_id))) for link in links
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(report.run.planned for report in reports) == 5
    assert len(world.gifts()) == 5


def test_what_was_taken_back_is_free_again(world: World) -> None:
    campaign = world.campaign(contacts=2)
    link = world.link(campaign)
    budget(world, 2_500, scope=link.link_id)
    world.sync(campaign)
    gift_id = next(iter(world.provider.gifts))
    world.provider.cancel(gift_id)
    world.deliver(gift_id)
    world.apply_events()

    assert world.plan_sync(link.link_id).run.planned == 1


def test_recipients_are_read_by_the_orgs_own_fields(world: World) -> None:
    campaign = world.campaign()
    world.contact_member(campaign, Email="office@example.com", Private_Email__c="ada@home.example")
    private = FieldDescription("Private_Email__c", "Private E-mail", "email")
    world.org.described["Contact"] = replace(
        world.org.described["Contact"], fields=(*world.org.described["Contact"].fields, private)
    )
    map_field = MapField(world.store, world.open_org, world.clock)
    map_field(world.org_id, "Contact", Attribute.EMAIL, "Private_Email__c")

    world.sync(campaign)

    assert [order.recipient.email for order in world.provider.orders] == ["ada@home.example"]


def test_a_gift_that_is_sent_directly_needs_and_gets_an_address(world: World) -> None:
    world.provider.campaigns = [
        replace(campaign, direct_send=True, line_items=world.provider.items)
        for campaign in world.provider.campaigns
    ]
    campaign = world.campaign()
    world.contact_member(campaign)
    home = {"MailingStreet": "1 Main St", "MailingCity": "Dublin", "MailingPostalCode": "D02"}
    world.contact_member(campaign, **home, MailingCountry="IE")

    report = world.sync(campaign)

    assert report.run.skips == {SkipReason.ADDRESS_INCOMPLETE: 1}
    [order] = world.provider.orders
    assert order.address == Address("1 Main St", "Dublin", "", "D02", "IE")
    assert order.line_items == world.provider.items
