"""`connector connect` and `connector provider`: the org, and accounts at gifting platforms."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from connector.commands.running import AsJson, container, out, say, say_json
from connector.domain.connections import OrgConnection, ProviderAccount

if TYPE_CHECKING:
    from connector.app import Container

app = typer.Typer()
provider_app = typer.Typer(no_args_is_help=True, help="Accounts at gifting platforms.")


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
    with container() as box:
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
    with container() as box:
        campaigns = box.connect_account(added)
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
            say(f"{account.account_id}  {account.provider}  {account.base_url}")
            say(f"  webhook address: {_webhook_address(box, account)}")
            for campaign in box.providers.provider(account).gift_campaigns():
                say(f"  {campaign.gift_campaign_id}  {campaign.name}")


def _shown(box: "Container", account: ProviderAccount) -> dict[str, object]:
    campaigns = box.providers.provider(account).gift_campaigns()
    return {
        "account_id": account.account_id,
        "provider": account.provider,
        "base_url": account.base_url,
        "webhook_address": _webhook_address(box, account),
        "gift_campaigns": [{"id": each.gift_campaign_id, "name": each.name} for each in campaigns],
    }


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
    if file is not None:
        return file.read_text().strip()
    return os.environ.get(variable) or str(typer.prompt(name, hide_input=True))


def _webhook_address(box: "Container", account: ProviderAccount) -> str:
    return f"{box.settings.public_url}/webhooks/{account.provider}/{account.account_id}"
