"""The Send page in one rep's browser: what was opened, and what is sent with it."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.domain.portal_session import PortalSession
from tests.connector.world import ACCOUNT

GIFT = {"gift": f"{ACCOUNT}/campaign-1", "amount": "25.00", "currency": "EUR", "message": "Thank you, Ada."}


class SendForm:
    """What is shown once the page was opened with these parameters."""

    def __init__(self, client: FlaskClient, rep: PortalSession, **parameters: str) -> None:
        self.client, self.rep = client, rep
        self.parameters = {"org": rep.org_id, **parameters}
        self.shown = client.get("/send", query_string=self.parameters)
        if self.shown.status_code == 302:
            self.address = self.shown.headers["Location"]
            self.parameters["form"] = self.address.rpartition("form=")[2]
            self.shown = client.get(self.address)

    def post(self, step: str, **fields: str | list[str]) -> TestResponse:
        data = {**self.parameters, **GIFT, **fields, "step": step, "csrf_token": self.rep.csrf_token}
        return self.client.post("/send", data=data)


def form_for(client: FlaskClient, rep: PortalSession, record_id: str, sobject: str = "Contact") -> SendForm:
    """As it opens from the button on a record."""
    return SendForm(client, rep, object=sobject, record=record_id)


def form_for_selected(client: FlaskClient, rep: PortalSession, ids: list[str]) -> SendForm:
    """As it opens from a list of Contacts."""
    return SendForm(client, rep, object="Contact", ids=",".join(ids))
