"""`connector reconcile` and `connector inbox`: looking after what webhooks and writes left behind."""

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Annotated

import typer
from rich.console import Console

from connector.app import Container
from connector.services.find_drift import DriftReport
from connector.services.reconcile import SilenceReport
from connector.services.storage import InboxOutcome

Containers = Callable[[], AbstractContextManager[Container]]


def add_reconcile(app: typer.Typer, container: Containers, out: Console) -> None:
    """The command `reconcile`."""

    @app.command()
    def reconcile(
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Report, and neither ask platforms nor mend.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Ask platforms about gifts that have been silent, and mend what differs in Salesforce."""
        with container() as box:
            silence = box.reconcile(dry_run=dry_run)
            with box.store.read() as unit:
                orgs = [org.org_id for org in unit.connections.orgs()]
            drifts = {org_id: box.find_drift(org_id, dry_run=dry_run) for org_id in orgs}
        if as_json:
            told = {"dry_run": dry_run, "silent": vars(silence), "orgs": _shown(drifts)}
            sys.stdout.write(json.dumps(told, indent=2) + "\n")
            return
        _tell_silence(silence, out, dry_run=dry_run)
        for org_id, drift in drifts.items():
            _tell_drift(org_id, drift, out, dry_run=dry_run)


def _shown(drifts: Mapping[str, DriftReport]) -> dict[str, object]:
    """By org; gifts by their keys, which `connector status` and the portal know them by."""
    return {
        org_id: {
            "compared": drift.compared,
            "missing": drift.missing,
            "differing_fields": dict(sorted(drift.fields.items())),
            "gifts": drift.keys,
        }
        for org_id, drift in drifts.items()
    }


def _tell_silence(silence: SilenceReport, out: Console, *, dry_run: bool) -> None:
    verb = "to ask about" if dry_run else "asked about"
    out.print(
        f"Silent gifts: {silence.asked} {verb}, {silence.moved} had news, {silence.unanswered} not answered."
    )


def _tell_drift(org_id: str, drift: DriftReport, out: Console, *, dry_run: bool) -> None:
    verb = "differ" if dry_run else "differed and are written again"
    out.print(
        f"Org {org_id}: {drift.compared} gifts compared, {len(drift.keys)} {verb},"
        f" {drift.missing} of them missing.",
        highlight=False,
    )
    for name, count in sorted(drift.fields.items()):
        out.print(f"  {name}: {count}", highlight=False)


def inbox_commands(container: Containers, out: Console) -> typer.Typer:
    """List and replay."""
    app = typer.Typer(no_args_is_help=True, help="Webhook deliveries as they came.")

    @app.command("list")
    def list_inbox(
        outcome: Annotated[InboxOutcome | None, typer.Option(help="Only those that ended so.")] = None,
        limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 50,
    ) -> None:
        """Deliveries and what became of them; no names, no bodies."""
        with container() as box, box.store.read() as unit:
            messages = unit.inbox.listed(outcome=outcome, limit=limit)
        for message in messages:
            line = (
                f"{message.message_id}  {message.received_at:%Y-%m-%d %H:%M:%S}  {message.account_id}  "
                f"{message.outcome}  {message.provider_gift_id}  {message.reason}"
            )
            out.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)

    @app.command()
    def replay(
        message_ids: Annotated[
            list[int] | None, typer.Argument(help="Numbers as `inbox list` shows them.")
        ] = None,
        outcome: Annotated[InboxOutcome | None, typer.Option(help="All that ended so.")] = None,
    ) -> None:
        """Queue deliveries again. What they told before changes nothing a second time."""
        with container() as box:
            queued = box.replay_inbox(message_ids or [], outcome)
        out.print(f"{queued} deliveries are queued again.")

    return app
