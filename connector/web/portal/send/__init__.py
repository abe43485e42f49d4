"""The Send page, opened by the buttons of the package."""

from urllib.parse import urlencode

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.portal_session import Role
from connector.errors import AdminError, CallerError, ConnectorError, TemporaryError
from connector.services.sending.find_recipient import NOTHING_SENT
from connector.services.sending.send_gift import is_form_key, new_form_key
from connector.web.portal.pages import PortalPages, show_error
from connector.web.portal.send.address import SendAddress, read_address
from connector.web.portal.send.container import SendContainer
from connector.web.portal.send.draft import read_draft
from connector.web.portal.send.one import OnePerson
from connector.web.portal.send.results import add_results
from connector.web.portal.send.several import SeveralPeople
from connector.web.portal.viewer import viewer

__all__ = ["SendContainer", "blueprint"]


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
        return _people(container, address, form_key).fill_in()

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
        people = _people(container, read_address(request.form, viewer()), form_key)
        draft = read_draft(request.form)
        steps = {"send": people.send, "change": people.fill_in}
        return steps.get(request.form.get("step", ""), people.look_over)(draft)

    add_results(pages, container)
    pages.register_error_handler(ConnectorError, _nothing_sent)
    return pages


def _nothing_sent(error: ConnectorError) -> Response:
    """What stands in the way, what to do, and that nothing was sent: what fails here fails before that."""
    told, remedy = str(error), error.remedy
    if isinstance(error, TemporaryError):
        told, remedy = "Salesforce or the gifting platform does not answer.", "Try again in some minutes."
    elif not remedy and isinstance(error, AdminError):
        remedy = "Tell an administrator of the gifting connector."
    if NOTHING_SENT not in remedy:
        remedy = f"{remedy} {NOTHING_SENT}".strip()
    return show_error(type(error)(told, code=error.code, remedy=remedy))


def _people(container: SendContainer, address: SendAddress, form_key: str) -> OnePerson | SeveralPeople:
    if address.is_for_several:
        statuses = tuple(request.form.getlist("status"))
        return SeveralPeople(container, viewer(), address, form_key, statuses)
    return OnePerson(container, viewer(), address, form_key)


def _org_url() -> str:
    tokens = viewer().tokens
    return tokens.instance_url if tokens is not None else ""
