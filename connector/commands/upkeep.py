"""`connector reconcile` and `connector inbox`: looking after what webhooks and writes left behind."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from connector.commands.running import AsJson, container, out, say, say_json
from connector.domain.inbox import InboxOutcome

if TYPE_CHECKING:
    from connector.services.inbox.reconcile import SilenceReport
    from connector.services.writing.find_drift import DriftReport

app = typer.Typer()


@app.command()
def reconcile(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report, and neither ask platforms nor mend.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask platforms about gifts that have been silent, and mend what differs in Salesforce."""
    with container() as box:
        silence = box.reconcile(dry_run=dry_run)
        with box.store.read() as unit:
            orgs = [org.org_id for org in unit.connections.orgs()]
        drifts = {org_id: box.find_drift(org_id, dry_run=dry_run) for org_id in orgs}
    if as_json:
        told = {"dry_run": dry_run, "silent": vars(silence), "orgs": _shown(drifts)}
        say_json(told)
        return
    _tell_silence(silence, dry_run=dry_run)
    for org_id, drift in drifts.items():
        _tell_drift(org_id, drift, dry_run=dry_run)


def _shown(drifts: Mapping[str, "DriftReport"]) -> dict[str, object]:
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


def _tell_silence(silence: "SilenceReport", *, dry_run: bool) -> None:
    verb = "to ask about" if dry_run else "asked about"
    out.print(
        f"Silent gifts: {silence.asked} {verb}, {silence.moved} had news, {silence.unanswered} not answered."
    )


def _tell_drift(org_id: str, drift: "DriftReport", *, dry_run: bool) -> None:
    verb = "differ" if dry_run else "differed and are written again"
    out.print(
        f"Org {org_id}: {drift.compared} gifts compared, {len(drift.keys)} {verb},"
        f" {drift.missing} of them missing.",
        highlight=False,
    )
    for name, count in sorted(drift.fields.items()):
        out.print(f"  {name}: {count}", highlight=False)


inbox_app = typer.Typer(no_args_is_help=True, help="Webhook deliveries as they came.")


@inbox_app.command("list")
def list_inbox(
    outcome: Annotated[InboxOutcome | None, typer.Option(help="Only those that ended so.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Deliveries and what became of them; no names, no bodies."""
    with container() as box, box.store.read() as unit:
        messages = unit.inbox.listed(outcome=outcome, limit=limit)
    if as_json:
        names = ("message_id", "received_at", "account_id", "outcome", "provider_gift_id", "reason")
        say_json([{name: getattr(message, name) for name in names} for message in messages])
        return
    for message in messages:
        line = (
            f"{message.message_id}  {message.received_at:%Y-%m-%d %H:%M:%S}  {message.account_id}  "
            f"{message.outcome}  {message.provider_gift_id}  {message.reason}"
        )
        say(line.rstrip())


@inbox_app.command()
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
