"""What became of the gifts that were sent: of one, and of several sent together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256

import structlog
from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from connector.domain.gift import Gift
from connector.errors import ConnectorError
from connector.services.gifts.candidates import person_sobject
from connector.services.sending.sent_gift import is_settled
from connector.services.storage.sending import SendBatch
from connector.web.portal.pages import PortalPages
from connector.web.portal.record_links import record_url
from connector.web.portal.send import words
from connector.web.portal.send.container import SendContainer
from connector.web.portal.send.several import NAMED
from connector.web.portal.viewer import refusal, viewer

log = structlog.get_logger(__name__)

_DONE = {
    "sent": "The gift is on its way.",
    "before": "This form was sent already. Here is its gift; no second one was sent.",
}

_DONE_SEVERAL = {
    "sent": "The gifts are on their way.",
    "before": "This form was sent already. Here are its gifts; no second ones were sent.",
}


def add_results(pages: PortalPages, container: SendContainer) -> None:
    """/send/gift/<key> and /send/batch/<which>. Their parts that change are asked for anew by themselves."""

    @pages.get("/gift/<key>")
    def gift(key: str) -> Response:
        """A gift that was sent from here, as it stands; its part that changes is asked for anew by itself."""
        found = container.sent_gift(viewer(), key)
        if found is None:
            return make_response(refusal(404, "No such gift", "Check the link, or look in Salesforce."))
        state = _state([found])
        if request.args.get("part") and request.args.get("seen") == state:
            return Response(status=204)
        template = "portal/send/_gift.html" if request.args.get("part") else "portal/send/gift.html"
        person = found.request.person
        page = render_template(
            template,
            gift=found,
            state=state,
            state_badge=words.state_badge(found),
            is_settled=is_settled(found),
            done=_DONE.get(request.args.get("done", "")),
            person=person,
            record_url=record_url(viewer(), person.sobject, person.record_id),
            gift_url=record_url(viewer(), "Gift__c", found.salesforce_id) if found.salesforce_id else "",
        )
        return make_response(page)

    @pages.get("/batch/<which>")
    def batch(which: str) -> Response:
        """What a form sent to several people, person by person, while it is sent and afterwards."""
        found = container.send_gifts.batch(viewer(), which)
        if found is None:
            return make_response(refusal(404, "No such gifts", "Check the link, or look in Salesforce."))
        is_part = bool(request.args.get("part"))
        return _batch_page(*found, {} if is_part else _names(container, found[0]))


def _names(container: SendContainer, batch: SendBatch) -> Mapping[str, str]:
    """Of those who got none, as Salesforce shows them now; empty where it does not answer."""
    ids = [record_id for record_id, _ in batch.skipped[:NAMED]]
    if not ids:
        return {}
    try:
        return container.find_recipients.names(container.open_org_as(viewer()), ids)
    except ConnectorError as error:
        log.info("names_not_read", code=error.code)
        return {}


def _batch_page(batch: SendBatch, gifts: Sequence[Gift], names: Mapping[str, str]) -> Response:
    state = _state(gifts)
    if request.args.get("part") and request.args.get("seen") == state:
        return Response(status=204)
    settled = sum(is_settled(gift) for gift in gifts)
    counts = Counter(words.state_badge(gift)[0] for gift in gifts)
    page = render_template(
        "portal/send/_batch.html" if request.args.get("part") else "portal/send/batch.html",
        batch=batch,
        gifts=gifts,
        rows=[(gift, words.state_badge(gift)) for gift in gifts[:NAMED]],
        counts=counts.most_common(),
        settled=settled,
        is_settled=settled == len(gifts),
        state=state,
        done=_DONE_SEVERAL.get(request.args.get("done", "")),
        skipped=[
            (names.get(each) or each, words.why_none(why), record_url(viewer(), person_sobject(each), each))
            for each, why in batch.skipped
        ],
    )
    return make_response(page)


def _state(gifts: Sequence[Gift]) -> str:
    """Another word whenever the page would show something else."""
    seen = [(gift.state.value, gift.version, gift.written_version, gift.last_error) for gift in gifts]
    return sha256(repr(seen).encode()).hexdigest()[:16]
