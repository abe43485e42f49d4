"""The pages of a connection, for people who come by a setup link or with a session."""

from flask.testing import FlaskClient

from connector.domain.connections import OrgConnection
from connector.domain.portal_session import PortalSession
from tests.connector.web.world_behind import WorldBehindTheWeb

PAGE = "/integrations/salesforce"


def operator(behind: WorldBehindTheWeb, client: FlaskClient) -> PortalSession:
    """By a setup link."""
    secret = behind.portal_sessions.make_setup_link()
    client.post(f"/setup/{secret}")
    cookie = client.get_cookie("gifting_session")
    assert cookie is not None
    session = behind.portal_sessions.recognise(cookie.value)
    assert session is not None
    return session


def post(client: FlaskClient, session: PortalSession, path: str, **fields: str) -> tuple[int, str, str]:
    """Status, where it leads, text."""
    answer = client.post(f"{PAGE}{path}", data={"csrf_token": session.csrf_token, **fields})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def stored(behind: WorldBehindTheWeb, org_id: str = "") -> OrgConnection:
    """As it is kept."""
    with behind.world.store.read() as unit:
        org = unit.connections.org(org_id or behind.world.org_id)
    assert org is not None
    return org
