"""`connector schedule`, `schedules`, `runs`, `pause`, `resume`, `unmap`: what mapped Campaigns come to."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.commands.running import AsJson, container, out, say, say_json
from connector.domain.audit import COMMAND_LINE
from connector.domain.schedule import Cadence, SyncSchedule, zone
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.table import Table

    from connector.app import Container
    from connector.domain.campaign_link import CampaignLink
    from connector.services.storage.sync import SyncRun

app = typer.Typer()


_Campaign = Annotated[str, typer.Argument(help="Id or name of a mapped Campaign.")]


def links_named(box: "Container", campaign: str) -> "list[CampaignLink]":
    """Links of Campaigns with an Id or name; all of them where it is empty.

    Raises ConfigurationError where there are none.
    """
    with box.store.read() as unit:
        links = [link for link in unit.links.all() if campaign in {"", link.campaign_id, link.campaign_name}]
    if not links:
        raise ConfigurationError("No such Campaign is mapped", code="no_link", remedy="run `connector map`")
    return links


def _parse_at(text: str) -> time:
    """An hour, or hour and minute. Raises typer.BadParameter."""
    try:
        return time.fromisoformat(f"{int(text):02d}:00" if text.isdecimal() else text)
    except ValueError:
        raise typer.BadParameter("a time is an hour such as 6, or HH:MM") from None


@app.command()
def schedule(
    campaign: _Campaign,
    cadence: Annotated[Cadence, typer.Argument(help="How often.")],
    at: Annotated[str, typer.Option(help="Time of a daily run: an hour, or HH:MM.")] = "6",
    time_zone: Annotated[str, typer.Option(help="Such as Europe/Paris; the org's own if empty.")] = "",
) -> None:
    """Begin the GiftSync of a Campaign by itself: daily at a time, hourly, or only by hand."""
    moment = _parse_at(at)
    with container() as box:
        for link in links_named(box, campaign):
            box.manage_link.schedule(
                link.org_id, link.link_id, cadence, moment, actor=COMMAND_LINE, time_zone=time_zone
            )
            out.print(_line(box, link), highlight=False, soft_wrap=True)


@app.command()
def schedules(as_json: AsJson = False) -> None:
    """The mapped Campaigns, when each is synced next, and what became of it last."""
    with container() as box:
        links = links_named(box, "")
        if as_json:
            say_json([_shown(box, link) for link in links])
            return
        for link in links:
            say(_line(box, link))


@app.command()
def runs(
    campaign: _Campaign,
    limit: Annotated[int, typer.Option(min=1, help="So many at most, the newest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """What the GiftSyncs of a Campaign did."""
    with container() as box:
        links = links_named(box, campaign)
        if as_json:
            say_json([_run_shown(link, run) for link in links for run in _runs(box, link, limit)])
            return
        for link in links:
            out.print(link.campaign_name, highlight=False)
            out.print(_table(box, link, limit))


@app.command()
def pause(campaign: _Campaign) -> None:
    """No GiftSync of a Campaign, and no requests from the org's flows, until it is resumed."""
    with container() as box:
        for link in links_named(box, campaign):
            told = box.manage_link.pause(link.org_id, link.link_id, actor=COMMAND_LINE)
            out.print(f"{link.campaign_name} is paused.{_unless(told)}", highlight=False, soft_wrap=True)


@app.command()
def resume(campaign: _Campaign) -> None:
    """Go on where `pause` stopped. Turns that passed meanwhile are not made up for."""
    with container() as box:
        for link in links_named(box, campaign):
            told = box.manage_link.resume(link.org_id, link.link_id, actor=COMMAND_LINE)
            out.print(f"{link.campaign_name} goes on.{_unless(told)}", highlight=False, soft_wrap=True)


@app.command()
def unmap(
    campaign: _Campaign,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget the mapping of a Campaign. Gifts stay, and planned ones are still sent."""
    with container() as box:
        for link in links_named(box, campaign):
            if not yes and not typer.confirm(f"Forget the mapping of {link.campaign_name}?"):
                continue
            told = box.manage_link.remove(link.org_id, link.link_id, actor=COMMAND_LINE)
            out.print(f"{link.campaign_name} is not mapped any more.{_unless(told)}", highlight=False)


def _runs(box: "Container", link: "CampaignLink", limit: int) -> "list[SyncRun]":
    with box.store.read() as unit:
        return list(unit.runs.of_link(link.link_id, offset=0, limit=limit))


def _run_shown(link: "CampaignLink", run: "SyncRun") -> dict[str, Any]:
    names = ("run_id", "started_at", "finished_at", "dry_run", "members", "planned", "api_calls", "error")
    return {
        "campaign_id": link.campaign_id,
        **{name: getattr(run, name) for name in names},
        "state": run.state.value,
        "begun_by": run.requested_by or run.trigger.value,
    }


def _table(box: "Container", link: "CampaignLink", limit: int) -> "Table":
    from rich.table import Table

    table = Table("Begun (UTC)", "By", "State", "Members", "Gifts", "Calls", "Error", box=None)
    for run in _runs(box, link, limit):
        begun_by = run.requested_by or run.trigger.value
        kind = f"{begun_by}, dry run" if run.dry_run else begun_by
        counts = [str(count) for count in (run.members, run.planned, run.api_calls)]
        table.add_row(f"{run.started_at:%Y-%m-%d %H:%M}", kind, run.state.value, *counts, run.error)
    return table


def _schedule(box: "Container", link: "CampaignLink") -> "tuple[SyncSchedule, SyncRun | None]":
    """The Campaign's own schedule or the one of all without; and its last run."""
    from connector.services.gift_sync.start_sync import default_schedule

    with box.store.read() as unit:
        schedule = unit.schedules.get(link.link_id) or default_schedule(
            unit, link.link_id, box.default_sync_at, now=box.clock()
        )
        return schedule, unit.runs.last(link.link_id)


def _shown(box: "Container", link: "CampaignLink") -> dict[str, Any]:
    schedule, last = _schedule(box, link)
    return {
        "campaign_id": link.campaign_id,
        "campaign": link.campaign_name,
        "org_id": link.org_id,
        "cadence": schedule.cadence.value,
        "at": f"{schedule.at:%H:%M}" if schedule.cadence is Cadence.DAILY else None,
        "time_zone": schedule.time_zone,
        "paused": not link.enabled,
        "next_at": schedule.next_after(box.clock()) if link.enabled else None,
        "last_run": _run_shown(link, last) if last else None,
    }


def _line(box: "Container", link: "CampaignLink") -> str:
    schedule, last = _schedule(box, link)
    now = box.clock()
    parts: Sequence[str] = (
        f"{link.campaign_name} ({link.campaign_id}):",
        schedule.cadence.value,
        f"at {schedule.at:%H:%M} {schedule.time_zone}" if schedule.cadence is Cadence.DAILY else "",
        "paused" if not link.enabled else _next(schedule.next_after(now), schedule.time_zone),
        f"last run {last.started_at:%Y-%m-%d %H:%M} UTC {last.state.value}" if last else "not run yet",
    )
    return " ".join(filter(None, parts))


def _next(moment: datetime | None, time_zone: str) -> str:
    return "" if moment is None else f"next {moment.astimezone(zone(time_zone)):%Y-%m-%d %H:%M}"


def _unless(told: bool) -> str:
    return "" if told else " Salesforce could not be told: Gift_Sync_Enabled__c there says otherwise."
