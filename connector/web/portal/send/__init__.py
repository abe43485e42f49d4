"""The Send page, opened by the buttons of the package."""

from urllib.parse import urlencode

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.errors import CallerError
from connector.services.find_recipient import NOTHING_SENT
from connector.services.send_gift import is_form_key, new_form_key
from connector.services.sent_gift import is_settled
from connector.web.portal.pages import PortalPages
from connector.web.portal.send import words
from connector.web.portal.send.address import read_address
from connector.web.portal.send.container import SendContainer
from connector.web.portal.send.draft import read_draft
from connector.web.portal.send.links import record_url
from connector.web.portal.send.one import OnePerson
from connector.web.portal.viewer import refusal, viewer

__all__ = ["SendContainer", "blueprint"]

_DONE = {
    "sent": "The gift is on its way.",
    "before": "This form was sent already. Here is its gift; no second one was sent.",
}


def blueprint(container: SendContainer) -> PortalPages:
    """/send: the form, its confirmation, and the gift that was sent."""
    pages = PortalPages(
        "send", container, role=Role.SENDER, url_prefix="/send", label="Send", order=10, icon="send"
    )

    @pages.get("")
    def index() -> Response:
        """The address gets its form's key, so that a reload and a copied tab are the same form."""
        if not request.args:
            return make_response(render_template("portal/send/start.html", org_url=_org_url()))
        address = read_address(request.args, viewer())
        form_key = request.args.get("form", "")
        if not is_form_key(form_key):
            asked = {**address.parameters, "form": new_form_key()}
            return redirect(f"{url_for('send.index')}?{urlencode(asked)}")
        return OnePerson(container, viewer(), address, form_key).fill_in()

    @pages.post("")
    def step() -> Response:
        """Back to the form, on to its confirmation, or sent: as the field `step` says."""
        form_key = request.form.get("form", "")
        if not is_form_key(form_key):
            raise CallerError(
                "This form is not one of this page.",
                code="form_unknown",
                remedy=f"Open the record in Salesforce and press Send a Gift there. {NOTHING_SENT}",
            )
        person = OnePerson(container, viewer(), read_address(request.form, viewer()), form_key)
        draft = read_draft(request.form)
        steps = {"send": person.send, "change": person.fill_in}
        return steps.get(request.form.get("step", ""), person.look_over)(draft)

    @pages.get("/gift/<key>")
    def gift(key: str) -> Response:
        """A gift that was sent from here, as it stands; its part that changes is asked for anew by itself."""
        found = container.sent_gift(viewer(), key)
        if found is None:
            return make_response(refusal(404, "No such gift", "Check the link, or look in Salesforce."))
        state = f"{found.state.value}-{found.version}-{found.written_version}"
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

    return pages


def _org_url() -> str:
    tokens = viewer().tokens
    return tokens.instance_url if tokens is not None else ""
