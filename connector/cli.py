"""The command `connector`.

Exit codes: 0 done; 1 a defect of ours; 2 wrong usage; 3 an administrator must act, as the message says; 4 try
again later; 5 refused: the request cannot be fulfilled as it stands; 6 --wait ran out of time.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table

from connector.app import Container
from connector.cli_api_keys import commands as api_key_commands
from connector.cli_database import add_copy
from connector.cli_fields import field_commands
from connector.cli_keys import key_commands
from connector.cli_privacy import audit_commands, privacy_commands
from connector.cli_secrets import add_rotation
from connector.cli_spending import approval_commands, budget_commands, team_commands
from connector.cli_sync import add_pause_commands, add_schedule_commands, links_named
from connector.cli_upkeep import add_reconcile, inbox_commands
from connector.config import load_settings
from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.delivery import LineItem
from connector.domain.gift import RequestState
from connector.domain.money import Money, MoneyInvalid
from connector.errors import AdminError, CallerError, ConfigurationError, ConnectorError, TemporaryError
from connector.logs import set_up_logs
from connector.running_worker import rescuer
from connector.secret_key import make_key_file
from connector.serve import serve, serve_web, work
from connector.services.plan_sync import SyncReport
from connector.sync_progress import wait_for_gifts
from connector.web.api.document import openapi_document
from connector.web.application import create_app

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Gifting for Salesforce.")
provider_app = typer.Typer(no_args_is_help=True, help="Accounts at gifting platforms.")
database_app = typer.Typer(no_args_is_help=True, help="The connector's own database.")
app.add_typer(provider_app, name="provider")
app.add_typer(database_app, name="db")

out = Console()
err = Console(stderr=True)


@contextmanager
def _container(*, quiet: bool = True) -> Iterator[Container]:
    """A container for one command, with its errors turned into one line and an exit code."""
    try:
        settings = load_settings()
        level = "WARNING" if quiet and settings.log_level == "INFO" else settings.log_level
        set_up_logs(log_format=settings.log_format, log_level=level)
        container = Container(settings)
        try:
            yield container
        finally:
            container.close()
    except ConnectorError as error:
        _fail(error)


def _fail(error: ConnectorError) -> NoReturn:
    remedy = f" — {error.remedy}" if error.remedy else ""
    err.print(f"connector: {error}{remedy}", style="red", markup=False, highlight=False, soft_wrap=True)
    codes: list[tuple[type[ConnectorError], int]] = [(AdminError, 3), (TemporaryError, 4), (CallerError, 5)]
    raise typer.Exit(next((code for kind, code in codes if isinstance(error, kind)), 5))


@app.command()
def init() -> None:
    """Make the data directory, the key file and the database. Does nothing to what is there."""
    with _container() as box:
        key_file = box.settings.key_file
        made = make_key_file(key_file)
        box.sql_store.upgrade()
        box.engine.prepare()
        with box.store.read() as unit:
            is_new = not unit.connections.orgs()
        link = _new_setup_link(box) if is_new else ""
    out.print(f"{'Made' if made else 'Kept'} the key file {key_file}: back it up apart from the database.")
    if link:
        out.print("Once the connector runs, connect your Salesforce org here (works once, for a day):")
        out.print(link, soft_wrap=True)


@app.command("setup-link")
def setup_link() -> None:
    """Print a link that lets its first holder connect an org, within a day. Older links stop working."""
    with _container() as box:
        link = _new_setup_link(box)
    out.print(link, soft_wrap=True)


@database_app.command("upgrade")
def upgrade() -> None:
    """Bring the database to the version of this program."""
    with _container() as box:
        box.sql_store.upgrade()
        box.engine.prepare()
    out.print("The database is up to date.")


@app.command()
def openapi() -> None:
    """Print the description of the API that flows call. Needs neither database nor key file."""
    with _container() as box:
        sys.stdout.write(openapi_document(create_app(box)))


@app.command()
def run() -> None:
    """Web server, worker and scheduler in one process. SIGTERM lets work under way finish."""
    with _container(quiet=False) as box:
        serve(box)


@app.command("serve")
def serve_only() -> None:
    """The web server alone, any number of times; needs a worker somewhere. See also `gunicorn`."""
    with _container(quiet=False) as box:
        box.sql_store.check_version()
        serve_web(box)


@app.command()
def worker() -> None:
    """A worker alone, with a name of its own in CONNECTOR_WORKER_ID. SIGTERM lets work under way finish."""
    with _container(quiet=False) as box:
        work(box)


@app.command()
def janitor() -> None:
    """Queue the jobs of workers that went silent, once. Workers do the same by themselves."""
    with _container() as box:
        box.engine.connect()
        try:
            rescued = rescuer(box)()
        finally:
            box.engine.stop()
    out.print(f"{rescued} jobs were queued again.")


@app.command()
def connect(
    org_url: Annotated[str, typer.Option(help="My Domain address of the org, https://…my.salesforce.com")],
    consumer_key: Annotated[str, typer.Option(help="Consumer key of the External Client App.")],
    username: Annotated[str, typer.Option(help="The integration user.")],
    private_key: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="PEM file of the app's key.")
    ],
    login_url: Annotated[
        str, typer.Option(help="Audience of the token request.")
    ] = "https://login.salesforce.com",
) -> None:
    """Connect a Salesforce org over OAuth JWT bearer, trying it first."""
    draft = OrgConnection(
        instance_url=org_url.rstrip("/"),
        login_url=login_url.rstrip("/"),
        consumer_key=consumer_key,
        username=username,
        private_key_pem=private_key.read_text(),
    )
    with _container() as box:
        identity = box.connect_org(draft)
    out.print(f"Connected org {identity.org_id} as {identity.username}, API version {identity.api_version}.")


@provider_app.command("add")
def provider_add(
    provider: Annotated[str, typer.Argument(help="andopen or brilliant")],
    base_url: Annotated[str, typer.Option(help="Address of the platform's API, or its region.")],
    account: Annotated[str, typer.Option(help="Name in the webhook address; a new one if empty.")] = "",
    token_file: Annotated[
        Path | None, typer.Option(exists=True, help="File that holds the API token.")
    ] = None,
    webhook_secret_file: Annotated[
        Path | None, typer.Option(exists=True, help="File with the secret.")
    ] = None,
) -> None:
    """Add or replace an account. Token and secret come from a file, the environment or a prompt.

    Brilliant's token is <API key>:<API secret key>; its webhook secret is ours, any long random text.

    Environment: CONNECTOR_PROVIDER_TOKEN and CONNECTOR_PROVIDER_WEBHOOK_SECRET.
    """
    added = ProviderAccount(
        account_id=account or uuid4().hex[:12],
        provider=provider,
        base_url=base_url.rstrip("/"),
        token=_secret("API token", token_file, "CONNECTOR_PROVIDER_TOKEN"),
        webhook_secret=_secret("Webhook secret", webhook_secret_file, "CONNECTOR_PROVIDER_WEBHOOK_SECRET"),
    )
    with _container() as box:
        campaigns = box.connect_account(added)
        out.print(f"Account {added.account_id}: {len(campaigns)} gift campaigns.")
        out.print(f"Webhook address: {_webhook_address(box, added)}", soft_wrap=True)


@provider_app.command("list")
def provider_list() -> None:
    """The accounts and their gift campaigns."""
    with _container() as box:
        with box.store.read() as unit:
            accounts = unit.connections.accounts()
        for account in accounts:
            out.print(f"{account.account_id}  {account.provider}  {account.base_url}", soft_wrap=True)
            out.print(f"  webhook address: {_webhook_address(box, account)}", soft_wrap=True)
            for campaign in box.providers.provider(account).gift_campaigns():
                out.print(f"  {campaign.gift_campaign_id}  {campaign.name}", soft_wrap=True)


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
) -> None:
    """Map a Campaign to a gift campaign and provision its member statuses."""
    try:
        worth = Money.parse(value, currency)
    except MoneyInvalid as error:
        raise typer.BadParameter(str(error)) from None
    with _container() as box:
        with box.store.read() as unit:
            orgs = [row.org_id for row in unit.connections.orgs()]
            accounts = [row.account_id for row in unit.connections.accounts()]
        link = box.link_campaign(
            org_id=org or _only(orgs, "org", "connector connect"),
            campaign=campaign,
            account_id=account or _only(accounts, "account", "connector provider add"),
            gift_campaign_id=gift_campaign,
            value=worth,
            line_items=tuple(_line_item(text) for text in item or []),
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
) -> None:
    """GiftSync: plan a gift for every member of the mapped Campaigns who is to get one."""
    with _container() as box:
        for link in links_named(box, campaign):
            if not link.enabled and not campaign and not dry_run:
                out.print(f"{link.campaign_name} is paused and left out.", highlight=False)
                continue
            box.keep_mapping.refresh(link.org_id)
            report = box.plan_sync(link.link_id, dry_run=dry_run, full=full)
            _print_report(box, link, report, dry_run=dry_run)
        if wait and not dry_run and not wait_for_gifts(box, err, timeout_seconds=timeout_seconds):
            err.print(
                "connector: not everything was done in time; `connector status` says what is left",
                style="red",
            )
            raise typer.Exit(6)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """How things stand, in numbers."""
    with _container() as box:
        state = box.state_in_numbers()
        with box.store.read() as unit:
            unknown = unit.gifts.in_state(RequestState.UNKNOWN, limit=20)
    if as_json:
        sys.stdout.write(json.dumps(state, indent=2) + "\n")
        return
    for name, numbers in state.items():
        text = (
            ", ".join(f"{k} {v}" for k, v in numbers.items()) if isinstance(numbers, dict) else str(numbers)
        )
        out.print(f"{name.replace('_', ' ')}: {text or 'none'}", highlight=False, soft_wrap=True)
    for gift in unknown:
        waits = "is looked up" if gift.next_attempt_at else "waits for a webhook or `connector settle`"
        out.print(f"unknown outcome: {gift.key} {waits}", highlight=False, soft_wrap=True)


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
    with _container() as box:
        if sent:
            box.settle_by_hand.was_sent(key, sent)
        else:
            box.settle_by_hand.was_not_sent(key)
    out.print("Settled.")


def _new_setup_link(box: Container) -> str:
    return f"{box.settings.public_url}/setup/{box.portal_sessions.make_setup_link()}"


def _line_item(text: str) -> LineItem:
    variant, _, quantity = text.partition("=")
    if not variant or not (quantity or "1").isdecimal() or quantity == "0":
        raise typer.BadParameter("an item is VARIANT or VARIANT=QUANTITY")
    return LineItem(variant, int(quantity or 1))


def _secret(name: str, file: Path | None, variable: str) -> str:
    if file is not None:
        return file.read_text().strip()
    return os.environ.get(variable) or str(typer.prompt(name, hide_input=True))


def _webhook_address(box: Container, account: ProviderAccount) -> str:
    return f"{box.settings.public_url}/webhooks/{account.provider}/{account.account_id}"


def _only(ids: list[str], noun: str, command: str) -> str:
    if len(ids) == 1:
        return ids[0]
    remedy = f"name one with --{noun}: {', '.join(ids)}" if ids else f"run `{command}`"
    raise ConfigurationError(f"There are {len(ids)} {noun}s", code=f"which_{noun}", remedy=remedy)


def _print_report(box: Container, link: CampaignLink, report: SyncReport, *, dry_run: bool) -> None:
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
    table = Table("Member", "Record", "Gift", box=None)
    for candidate in report.recipients:
        table.add_row(candidate.member_id, candidate.person.record_id, str(link.value))
    for candidate, reason in report.skipped:
        table.add_row(candidate.member_id, candidate.person.record_id, f"none: {reason.value}")
    out.print(table)
    if report.unnamed:
        out.print(f"  and {report.unnamed} members more")


def _only_org(box: Container) -> str:
    with box.store.read() as unit:
        return _only([row.org_id for row in unit.connections.orgs()], "org", "connector connect")


app.add_typer(privacy_commands(_container, _only_org, out), name="privacy")
app.add_typer(audit_commands(_container, out), name="audit")
app.add_typer(budget_commands(_container, _only_org, out), name="budget")
app.add_typer(team_commands(_container, _only_org, out), name="team")
app.add_typer(approval_commands(_container, _only_org, out), name="approval")
app.add_typer(field_commands(_container, _only_org, out), name="fields")
app.add_typer(inbox_commands(_container, out), name="inbox")
add_reconcile(app, _container, out)
add_copy(database_app, _container, out)
add_schedule_commands(app, _container, out)
add_pause_commands(app, _container, out)
add_rotation(provider_app, _container, _secret, out)
app.add_typer(key_commands(_container, out), name="keys")
app.add_typer(api_key_commands(_container, _only_org, out), name="api-key")
