"""Run now, dry run, and what became of each: progress, counts, and every member with the reason."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.eligibility import REMEDIES, SkipReason
from connector.domain.money import Money
from connector.services.gift_sync.show_sync import RunShown
from connector.services.gifts.candidates import person_sobject
from connector.services.operations.notices import NO_WORKER, Notice
from connector.services.storage.sync import RunState
from connector.web.portal.pages import PortalPages
from connector.web.portal.record_links import record_url
from connector.web.portal.sync.container import GiftSyncContainer
from connector.web.portal.sync.forms import page_number
from connector.web.portal.viewer import viewer

# In the address: "" cannot be told from a filter that is not there.
GIFTS = "gift"


def add_views(pages: PortalPages, container: GiftSyncContainer) -> None:
    """Register them."""

    @pages.post("/<link_id>/run")
    def start(link_id: str) -> Response:
        """The button pressed says which kind."""
        link = container.show_sync.link(viewer().org_id, link_id).link
        dry_run = request.form.get("kind") == "dry"
        run = container.start_sync(
            link,
            dry_run=dry_run,
            full=dry_run or request.form.get("kind") == "full",
            actor=viewer().username,
        )
        return redirect(url_for("sync.run", run_id=run.run_id), 303)

    @pages.get("/runs/<run_id>")
    def run(run_id: str) -> str:
        shown = container.show_sync.run(viewer().org_id, run_id)
        wanted = request.args.get("reason", "")
        reason = {"": None, GIFTS: ""}.get(wanted, wanted)
        page = page_number(request.args.get("page", ""))
        return render_template(
            "portal/sync/run.html",
            shown=shown,
            decisions=container.show_sync.decisions(
                run_id, container.open_org_as(viewer()), reason=reason, page=page
            ),
            page=page,
            wanted=wanted,
            reasons=_reasons(shown),
            remedy=_remedy(wanted),
            record_url=lambda person_id: record_url(viewer(), person_sobject(person_id), person_id),
            **_figures(container, shown),
        )

    @pages.get("/runs/<run_id>/progress")
    def progress(run_id: str) -> Response | str:
        """What the run page shows of it while it is not over; once it is, the page is loaded anew."""
        shown = container.show_sync.run(viewer().org_id, run_id)
        if not shown.is_open and not shown.waiting:
            return Response(status=204, headers={"HX-Refresh": "true"})
        return render_template("portal/sync/_progress.html", shown=shown, **_figures(container, shown))


def _figures(container: GiftSyncContainer, shown: RunShown) -> dict[str, object]:
    """What the gifts come to, and what they take. The value is the link's as it is now."""
    planned, members = shown.counts.get("", 0), sum(shown.counts.values())
    cost: Money | None = shown.link.value.times(planned) if shown.link else None
    return {
        "members": members,
        "planned": planned,
        "cost": cost,
        "estimate": container.estimate_calls(members, planned),
        "no_worker": _no_worker(container) if shown.run.state is RunState.QUEUED else [],
    }


def _no_worker(container: GiftSyncContainer) -> list[Notice]:
    """Why a queued run does not begin; empty while somebody is there to begin it."""
    return [notice for notice in container.notices(viewer().org_id) if notice.code == NO_WORKER]


def _remedy(wanted: str) -> tuple[str, str] | None:
    """What the reason that is looked at means, and what to do about it."""
    found = SkipReason.__members__.get(wanted)
    return (found.value, REMEDIES[found]) if found else None


def _reasons(shown: RunShown) -> list[tuple[str, str, int]]:
    """Filters: word in the address, words for people, members."""
    everyone = ("", "everyone", sum(shown.counts.values()))
    gifts = (GIFTS, "a gift", shown.counts.get("", 0))
    skips = [(name, SkipReason[name].value, count) for name, count in sorted(shown.counts.items()) if name]
    return [everyone, gifts, *skips]
