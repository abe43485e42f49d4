"""`connector connect` and `connector provider`: the org, and accounts at gifting platforms."""

import os
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from connector.commands.running import AsJson, container, out, say, say_json
from connector.domain.audit import COMMAND_LINE
from connector.domain.connections import OrgConnection, ProviderAccount

if TYPE_CHECKING:
    from connector.app import Container
    from connector.ports import GiftCampaign

app = typer.Typer()
# It stands in the address that the platform calls.
_ACCOUNT_NAME = re.compile(r"[A-Za-z0-9._-]{1,36}")
SecretFile = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="File with the app's secret, where it asks for one."),
]
RenewedOption = Annotated[
    str, typer.Option(help="Id of a connected org that is connected anew; what is not given stays.")
]
provider_app = typer.Typer(no_args_is_help=True, help="Accounts at gifting platforms.")


@app.command()
def connect(
    org_url: Annotated[str, typer.Option(help="My Domain address of the org, https://…my.salesforce.com")],
    consumer_key: Annotated[str, typer.Option(help="Consumer key of the client app.")],
    username: Annotated[str, typer.Option(help="The integration user.")],
    private_key: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="PEM file of the app's key; without it the key of `connector certificate`.",
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="PEM file of that key's certificate, to be told before it ends.",
        ),
    ] = None,
    consumer_secret_file: SecretFile = None,
    login_url: Annotated[
        str, typer.Option(help="Where tokens are asked for; without it at the org's own address.")
    ] = "",
    org: RenewedOption = "",
) -> None:
    """Connect a Salesforce org with a certificate (OAuth JWT bearer), or connect it anew.

    It is tried first: where it does not work, what was connected stays. The app's secret comes from the file
    or from CONNECTOR_CONSUMER_SECRET; where there is neither, a kept one stays.
    """
    from connector.services.connections.connection_drafts import TypedIn

    typed = TypedIn(
        org_url=org_url,
        consumer_key=consumer_key,
        consumer_secret=_given(consumer_secret_file, "CONNECTOR_CONSUMER_SECRET"),
        username=username,
    )
    with container() as box:
        box.connection_drafts.keep(org, typed)
        known = partial(_with_key, private_key, certificate, login_url)
        identity = box.connection_drafts.connect(org, actor=COMMAND_LINE, adjusted=known)
    out.print(f"Connected org {identity.org_id} as {identity.username}, API version {identity.api_version}.")


def _with_key(
    private_key: Path | None, certificate: Path | None, login_url: str, found: OrgConnection
) -> OrgConnection:
    """The connection with what stands in files. Raises ConfigurationError for a pair that is none."""
    from connector.adapters.certificates import read_key_pair

    key_pem = private_key.read_text() if private_key else found.private_key_pem
    kept = found.certificate_pem if private_key is None else ""
    certificate_pem = certificate.read_text() if certificate else kept
    pair = read_key_pair(key_pem, certificate_pem) if certificate_pem else None
    return replace(
        found,
        login_url=login_url.rstrip("/") or found.login_url,
        private_key_pem=key_pem,
        certificate_pem=certificate_pem,
        certificate_ends_at=pair.ends_at if pair else None,
    )


@app.command("connect-in-browser")
def connect_in_browser(
    org_url: Annotated[str, typer.Option(help="My Domain address of the org, https://…my.salesforce.com")],
    consumer_key: Annotated[str, typer.Option(help="Consumer key of the client app.")],
    consumer_secret_file: SecretFile = None,
    org: RenewedOption = "",
) -> None:
    """Keep what the app needs, and print the link where the integration user allows the connector in.

    The app's secret comes from the file or from CONNECTOR_CONSUMER_SECRET; where there is neither, a kept one
    stays.
    """
    from connector.services.connections.connection_drafts import TypedIn

    typed = TypedIn(
        org_url=org_url,
        consumer_key=consumer_key,
        consumer_secret=_given(consumer_secret_file, "CONNECTOR_CONSUMER_SECRET"),
    )
    with container() as box:
        box.connection_drafts.keep(org, typed)
        if not org:
            out.print("Open this, which works once and for a day:")
            say(f"{box.settings.public_url}/setup/{box.portal_sessions.make_setup_link()}")
        out.print("Then go on here:" if not org else "Sign in as who manages gifting, and go on here:")
        say(f"{box.settings.public_url}/integrations/salesforce/connect/go")


@app.command("certificate")
def new_certificate(
    out_file: Annotated[
        Path, typer.Option("--out", dir_okay=False, help="Where the certificate goes, as PEM.")
    ] = Path("gifting-connector.pem"),
    org: RenewedOption = "",
) -> None:
    """Make a new key and write its certificate, for the app in Salesforce. `connector connect` then uses it.

    The key never leaves the connector. What is connected goes on with its own until the new one works.
    """
    with container() as box:
        draft = box.connection_drafts.new_certificate(org, actor=COMMAND_LINE)
    out_file.write_text(draft.certificate_pem)
    say(f"{out_file}, good until {draft.certificate_ends_at:%Y-%m-%d}: give it to the app in Salesforce.")


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

    An account that is there stays whose it is: one org's own, or for all orgs of this connector. One that was
    retired is in use again.

    Environment: CONNECTOR_PROVIDER_TOKEN and CONNECTOR_PROVIDER_WEBHOOK_SECRET.
    """
    if account and not _ACCOUNT_NAME.fullmatch(account):
        raise typer.BadParameter("an account's name has up to 36 letters, digits, dots, _ and -")
    added = ProviderAccount(
        account_id=account or uuid4().hex[:12],
        provider=provider,
        base_url=base_url.rstrip("/"),
        token=_secret("API token", token_file, "CONNECTOR_PROVIDER_TOKEN"),
        webhook_secret=_secret("Webhook secret", webhook_secret_file, "CONNECTOR_PROVIDER_WEBHOOK_SECRET"),
    )
    with container() as box:
        with box.store.read() as unit:
            known = unit.connections.account(added.account_id)
        campaigns = box.connect_account(replace(added, org_id=known.org_id) if known else added)
        out.print(f"Account {added.account_id}: {len(campaigns)} gift campaigns.")
        out.print(f"Webhook address: {_webhook_address(box, added)}", soft_wrap=True)


@provider_app.command("list")
def provider_list(as_json: AsJson = False) -> None:
    """The accounts and their gift campaigns."""
    with container() as box:
        with box.store.read() as unit:
            accounts = unit.connections.accounts()
        if as_json:
            say_json([_shown(box, account) for account in accounts])
            return
        for account in accounts:
            use = "  retired" if account.retired else ""
            say(f"{account.account_id}  {account.provider}  {account.base_url}{use}")
            say(f"  webhook address: {_webhook_address(box, account)}")
            for campaign in _gift_campaigns(box, account):
                say(f"  {campaign.gift_campaign_id}  {campaign.name}")


def _shown(box: "Container", account: ProviderAccount) -> dict[str, object]:
    return {
        "account_id": account.account_id,
        "provider": account.provider,
        "base_url": account.base_url,
        "retired": account.retired,
        "webhook_address": _webhook_address(box, account),
        "gift_campaigns": [
            {"id": each.gift_campaign_id, "name": each.name} for each in _gift_campaigns(box, account)
        ],
    }


def _gift_campaigns(box: "Container", account: ProviderAccount) -> list["GiftCampaign"]:
    """None of a retired account, whose credentials may be gone."""
    return [] if account.retired else list(box.providers.provider(account).gift_campaigns())


@provider_app.command("retire")
def retire(
    account: Annotated[str, typer.Argument(help="As `provider list` shows it.")],
    again: Annotated[bool, typer.Option("--use-again", help="Let gifts come from it once more.")] = False,
) -> None:
    """No new gifts come from an account; what was sent from it is followed to its end.

    Campaigns that are linked with it are linked with another first, or unmapped.
    """
    with container() as box:
        if again:
            box.retire_account.use_again(account, actor=COMMAND_LINE)
            out.print(f"Account {account}: in use again.")
            return
        box.retire_account(account, actor=COMMAND_LINE)
    out.print(f"Account {account}: retired. `connector provider retire {account} --use-again` takes it back.")


@provider_app.command("rotate-webhook-secret")
def rotate(
    account: Annotated[str, typer.Argument(help="As `provider list` shows it.")],
    finish: Annotated[
        bool, typer.Option("--finish", help="From now on only the new secret is valid.")
    ] = False,
    secret_file: Annotated[Path | None, typer.Option(exists=True, help="File with the new secret.")] = None,
) -> None:
    """Make a new webhook secret valid beside the old one; with --finish, the new one alone.

    The secret comes from the file, from CONNECTOR_PROVIDER_WEBHOOK_SECRET or a prompt. Running servers
    take it over with the next delivery.
    """
    with container() as box:
        if finish:
            box.rotate_webhook_secret.finish(account)
            out.print(f"Account {account}: only the newest secret is valid.")
            return
        secret = _secret("New webhook secret", secret_file, "CONNECTOR_PROVIDER_WEBHOOK_SECRET")
        box.rotate_webhook_secret.begin(account, secret)
    out.print(f"Account {account}: both secrets are valid. Change it at the platform now, and when no")
    out.print("delivery with the old one is under way any more, run this again with --finish.")


def _secret(name: str, file: Path | None, variable: str) -> str:
    return _given(file, variable) or str(typer.prompt(name, hide_input=True))


def _given(file: Path | None, variable: str) -> str:
    """From the file, else from the environment, else empty."""
    return file.read_text().strip() if file is not None else os.environ.get(variable, "")


def _webhook_address(box: "Container", account: ProviderAccount) -> str:
    return f"{box.settings.public_url}/webhooks/{account.provider}/{account.account_id}"
