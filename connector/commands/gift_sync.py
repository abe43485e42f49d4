"""`connector map`, `sync`, `status` and `settle`: from Campaigns to gifts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.commands.running import AsJson, container, err, only, out, say, say_json
from connector.commands.schedules import links_named
from connector.domain.delivery import LineItem
from connector.domain.gift import RequestState
from connector.domain.money import Money, MoneyInvalid

if TYPE_CHECKING:
    from connector.app import Container
    from connector.domain.campaign_link import CampaignLink
    from connector.services.gift_sync.plan_sync import SyncReport

app = typer.Typer()


@app.command("map")
def map_campaign(
    campaign: Annotated[str, typer.Argument(help="Id or exact name of the Salesforce Campaign.")],
    gift_campaign: Annotated[str, typer.Argument(help="Id of the platform's gift campaign.")],
    value: Annotated[str, typer.Option(help="What one gift is worth, such as 25.00")],
    currency: Annotated[str, typer.Option(help="ISO 4217, such as EUR")],
    org: Annotated[str, typer.Option(help="Org Id; not needed while there is one.")] = "",
    account: Annotated[str, typer.Option(help="Account; not needed while there is one.")] = "",
    item: Annotated[
        list[str] | None, typer.Option(help="Variant to send directly, or VARIANT=QUANTITY; repeatable.")
    ] = None,
    duplicates: Annotated[
        bool | None,
        typer.Option(
            "--duplicates/--no-duplicates",
            help="Whether members who share an e-mail address get a gift each; one gets it where not said.",
        ),
    ] = None,
) -> None:
    """Map a Campaign to a gift campaign and provision its member statuses."""
    from connector.services.gift_sync.link_campaign import WantedGift

    try:
        worth = Money.parse(value, currency)
    except MoneyInvalid as error:
        raise typer.BadParameter(str(error)) from None
    with container() as box:
        with box.store.read() as unit:
            orgs = [row.org_id for row in unit.connections.orgs()]
            accounts = [row.account_id for row in unit.connections.accounts() if not row.retired]
        org_id = org or only(orgs, "org", "connector connect")
        link = box.link_campaign(
            WantedGift(
                account_id=account or only(accounts, "account", "connector provider add"),
                gift_campaign_id=gift_campaign,
                value=worth,
                line_items=tuple(_line_item(text) for text in item or []),
                allow_duplicates=duplicates,
            ),
            org_id=org_id,
            campaign=campaign,
        )
    out.print(f"{link.campaign_name} ({link.campaign_id}) gets {link.gift_campaign_name}, {link.value} each.")


@app.command()
def sync(
    campaign: Annotated[
        str, typer.Argument(help="Id or name of a mapped Campaign; all of them if empty.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would get a gift, and send nothing.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Look at every member again, not only at what changed.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until every gift is sent and written back.")
    ] = False,
    timeout_seconds: Annotated[
        float, typer.Option("--timeout", help="Patience of --wait, in seconds.")
    ] = 3_600.0,
    as_json: AsJson = False,
) -> None:
    """GiftSync: plan a gift for every member of the mapped Campaigns who is to get one."""
    from connector.sync_progress import wait_for_gifts

    reports: list[dict[str, Any]] = []
    with container() as box:
        for link in links_named(box, campaign):
            if not link.enabled and not campaign and not dry_run:
                err.print(f"{link.campaign_name} is paused and left out.", highlight=False)
                continue
            unmapped = box.keep_mapping.follow(link.org_id)
            report = box.plan_sync(link.link_id, dry_run=dry_run, full=full, unmapped=unmapped)
            if as_json:
                reports.append(_shown(link, report))
            else:
                _print_report(box, link, report, dry_run=dry_run)
        if as_json:
            say_json(reports)
        if wait and not dry_run and not wait_for_gifts(box, err, timeout_seconds=timeout_seconds):
            err.print(
                "connector: not everything was done in time; `connector status` says what is left",
                style="red",
            )
            raise typer.Exit(6)


@app.command()
def status(as_json: AsJson = False) -> None:
    """How things stand, in numbers."""
    with container() as box:
        state = box.state_in_numbers()
        with box.store.read() as unit:
            unknown = unit.gifts.in_state(RequestState.UNKNOWN, limit=20)
    if as_json:
        say_json(state)
        return
    for name, numbers in state.items():
        say(f"{name.replace('_', ' ')}: {_in_words(numbers) or 'none'}")
    for gift in unknown:
        waits = "is looked up" if gift.next_attempt_at else "waits for a webhook or `connector settle`"
        out.print(f"unknown outcome: {gift.key} {waits}", highlight=False, soft_wrap=True)


def _in_words(numbers: Any) -> str:
    if isinstance(numbers, dict):
        return ", ".join(f"{name} {_in_words(each)}" for name, each in numbers.items())
    if isinstance(numbers, list):
        return ", ".join(map(_in_words, numbers))
    return "unknown" if numbers is None else str(numbers)


@app.command()
def settle(
    key: Annotated[
        str, typer.Argument(help="Key of a request of unknown outcome, as `connector status` shows it.")
    ],
    sent: Annotated[str, typer.Option("--sent", help="The platform has it, under this gift id.")] = "",
    not_sent: Annotated[bool, typer.Option("--not-sent", help="The platform never got it: send it.")] = False,
) -> None:
    """Say what became of a request that got no answer and cannot be looked up."""
    if bool(sent) == not_sent:
        raise typer.BadParameter("give either --sent with the platform's gift id, or --not-sent")
    with container() as box:
        if sent:
            box.settle_by_hand.was_sent(key, sent)
        else:
            box.settle_by_hand.was_not_sent(key)
    out.print("Settled.")


def _line_item(text: str) -> LineItem:
    variant, _, quantity = text.partition("=")
    if not variant or not (quantity or "1").isdecimal() or quantity == "0":
        raise typer.BadParameter("an item is VARIANT or VARIANT=QUANTITY")
    return LineItem(variant, int(quantity or 1))


def _shown(link: "CampaignLink", report: "SyncReport") -> dict[str, Any]:
    return {
        "campaign_id": link.campaign_id,
        "campaign": link.campaign_name,
        "run_id": report.run.run_id,
        "dry_run": report.run.dry_run,
        "members": report.run.members,
        "gifts": report.run.planned,
        "skipped": dict(sorted(report.run.skips.items())),
    }


def _print_report(box: "Container", link: "CampaignLink", report: "SyncReport", *, dry_run: bool) -> None:
    run = report.run
    verb = "would get" if dry_run else "get"
    cost = link.value.times(run.planned)
    out.print(f"{link.campaign_name}: {run.members} members, {run.planned} {verb} a gift, {cost} in all.")
    for reason, count in sorted(run.skips.items()):
        out.print(f"  {count} skipped: {reason}", highlight=False)
    if not dry_run:
        return
    calls = box.estimate_calls(run.members, run.planned)
    out.print(
        f"  about {calls.until_sent} API calls until they are sent,"
        f" {calls.each_change} more each time that all of them change",
        highlight=False,
    )
    from rich.table import Table

    table = Table("Member", "Record", "Gift", box=None)
    for candidate in report.recipients:
        table.add_row(candidate.member_id, candidate.person.record_id, str(link.value))
    for candidate, reason in report.skipped:
        table.add_row(candidate.member_id, candidate.person.record_id, f"none: {reason.value}")
    out.print(table)
    if report.unnamed:
        out.print(f"  and {report.unnamed} members more")
