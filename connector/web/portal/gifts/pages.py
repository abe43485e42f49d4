"""The list of gifts, and the page of one."""

import json
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import partial

from flask import Blueprint, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from connector.domain.gift import Gift, RequestState
from connector.domain.portal_session import Role
from connector.domain.vocabulary import GiftSource, GiftStage
from connector.errors import CallerError
from connector.services.audit import record
from connector.services.gifts.cancel_gift import can_cancel
from connector.services.gifts.gift_story import GiftStory, shown_headers
from connector.services.gifts.resend_gift import can_resend
from connector.services.gifts.retry_gift import can_retry
from connector.services.storage.gift_pages import GiftPlace
from connector.services.storage.hearing import InboxMessage
from connector.web.portal.gifts.container import GiftsContainer
from connector.web.portal.gifts.export import PAGE as EXPORT_PAGE
from connector.web.portal.gifts.export import as_csv
from connector.web.portal.gifts.filters import NAMES, place_after, place_in, wanted_by
from connector.web.portal.pages import PortalPages, row_number
from connector.web.portal.record_links import record_url
from connector.web.portal.viewer import refusal, viewer

_PAGE = 50
_DONE = {
    "retried": "The gift is tried again.",
    "canceled": "The gift is canceled. It was not sent.",
    "resent": "This gift stands in for the one before.",
    "settled": "What became of the request is settled.",
    "replayed": "The webhook is read again.",
}


def blueprint(container: GiftsContainer) -> Blueprint:
    """/gifts: senders see what they sent, managers everything."""
    views = PortalPages(
        "gift_pages",
        container,
        role=(Role.SENDER, Role.MANAGER),
        url_prefix="/gifts",
        label="Gifts",
        order=30,
        icon="open_folder",
    )

    @views.get("/")
    def index() -> str:
        given = {name: request.args[name] for name in NAMES if request.args.get(name)}
        wanted, place = wanted_by(viewer(), given), place_in(request.args.get("after", ""))
        with container.store.read() as unit:
            gifts = unit.gift_pages.page(wanted, after=place, limit=_PAGE + 1)
            links = [link for link in unit.links.all() if link.org_id == viewer().org_id]
        notices = container.notices(viewer().org_id) if viewer().may(Role.MANAGER) else []
        names = {link.campaign_id: link.campaign_name for link in links}
        return render_template(
            "portal/gifts/list.html",
            gifts=gifts[:_PAGE],
            next_page=place_after(gifts[_PAGE - 1]) if len(gifts) > _PAGE else "",
            is_first=place is None,
            given=given,
            notices=[notice for notice in notices if notice.code.startswith("gifts:")],
            campaigns=names,
            states=_options(RequestState),
            stages=_options(GiftStage),
            sources=_options(GiftSource),
        )

    @views.get("/<key>")
    def one(key: str) -> Response | str:
        story = _story(container, key)
        if story is None:
            return _no_gift()
        return render_template(
            "portal/gifts/one.html",
            story=story,
            gift=story.gift,
            is_manager=viewer().may(Role.MANAGER),
            can_retry=can_retry(story.gift) and not story.resent_as,
            can_resend=can_resend(story.gift) and not story.resent_as,
            can_cancel=can_cancel(story.gift),
            no_cancel=container.cancel_gift.obstacle(story.gift),
            is_unknown=story.gift.state is RequestState.UNKNOWN,
            deliveries=[_shown(delivery) for delivery in story.deliveries],
            done=_DONE.get(request.args.get("done", ""), ""),
            record_url=partial(record_url, viewer()),
        )

    _add_export(views, container)
    _add_actions(views, container)
    return views


def _add_export(views: PortalPages, container: GiftsContainer) -> None:
    @views.get("/export.csv")
    def export() -> Response:
        """What the filter finds. Who took data of recipients along is in the audit log."""
        given = {name: request.args[name] for name in NAMES if request.args.get(name)}
        wanted = wanted_by(viewer(), given)
        with container.store.write() as unit:
            record(
                unit,
                container.clock(),
                org_id=viewer().org_id,
                actor=viewer().username,
                action="gifts.exported",
                details={"filters": sorted(given)},
            )

        def read_page(place: GiftPlace | None) -> Sequence[Gift]:
            with container.store.read() as unit:
                return unit.gift_pages.page(wanted, after=place, limit=EXPORT_PAGE)

        name = f"gifts-{container.clock():%Y-%m-%d}.csv"
        return Response(
            stream_with_context(as_csv(read_page)),
            mimetype="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _add_actions(views: PortalPages, container: GiftsContainer) -> None:
    @views.post("/<key>/cancel")
    def cancel(key: str) -> Response:
        """By a manager, or by whoever sent it."""
        return _act(
            container,
            key,
            lambda gift: container.cancel_gift(gift.request.org_id, key, viewer().username),
            "canceled",
            for_senders=True,
        )

    @views.post("/<key>/retry")
    def retry(key: str) -> Response:
        return _act(
            container,
            key,
            lambda gift: container.retry_gift(gift.request.org_id, key, viewer().username),
            "retried",
        )

    @views.post("/<key>/resend")
    def resend(key: str) -> Response:
        return _act(
            container,
            key,
            lambda gift: container.resend_gift(gift.request.org_id, key, viewer().username),
            "resent",
        )

    @views.post("/<key>/settle")
    def settle(key: str) -> Response:
        """was_sent: whether the platform has it; provider_gift_id: under which id."""
        by_hand, gift_id = container.settle_by_hand, request.form.get("provider_gift_id", "").strip()
        if request.form.get("was_sent") != "yes":
            return _act(
                container, key, lambda gift: by_hand.was_not_sent(gift.key, viewer().username), "settled"
            )
        if not gift_id:
            raise CallerError("Say which id the gift has at the platform", code="gift_id_missing")
        return _act(
            container, key, lambda gift: by_hand.was_sent(gift.key, gift_id, viewer().username), "settled"
        )

    @views.post("/<key>/replay")
    def replay(key: str) -> Response:
        message_id = request.form.get("delivery", type=row_number) or 0

        def again(gift: Gift) -> None:
            container.replay_inbox.of_gift(gift, message_id, viewer().username, now=container.clock())
            container.wake_inbox()

        return _act(container, key, again, "replayed")


def _act(
    container: GiftsContainer,
    key: str,
    action: Callable[[Gift], Gift | None],
    done: str,
    *,
    for_senders: bool = False,
) -> Response:
    """Do it with a gift that the viewer may see, then show the gift that the action answers, or else this."""
    if not for_senders and not viewer().may(Role.MANAGER):
        return refusal(403, "You may not do this", "Ask an administrator for the permission set Gift Admin.")
    story = _story(container, key)
    if story is None:
        return _no_gift()
    after = action(story.gift)
    return redirect(url_for("gift_pages.one", key=after.key if after else key, done=done), code=303)


def _story(container: GiftsContainer, key: str) -> GiftStory | None:
    """None for a gift of another org, and for one of somebody else where the viewer manages nothing."""
    session = viewer()
    whole = session.may(Role.MANAGER)
    try:
        story = container.gift_story(session.org_id, key, whole=whole)
    except CallerError:
        return None
    return story if whole or story.gift.request.sender_user_id == session.user_id else None


def _options(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """For a choice in a form, with one that does not choose."""
    return [("", "Any"), *((word.value, word.value.replace("_", " ")) for word in words)]


def _no_gift() -> Response:
    return refusal(404, "There is no such gift", "It may belong to another org, or to somebody else.")


def _shown(delivery: InboxMessage) -> dict[str, object]:
    """A raw webhook for people: without what might open something."""
    try:
        shown = json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False)
        # JSON can say halves of characters, which no page can.
        body = shown.encode("utf-8", "replace").decode()
    except (ValueError, RecursionError):
        body = delivery.body.decode("utf-8", "replace")
    return {"message": delivery, "headers": shown_headers(delivery.headers), "body": body}
