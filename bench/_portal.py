"""A person signed in to the connector's pages, for benchmarks of pages."""

from datetime import timedelta

from flask.testing import FlaskClient

from connector.app import Container
from connector.domain.connections import OrgConnection
from connector.domain.portal_session import PortalSession, Role, UserTokens, digest_of, new_secret

ORG, USER = "00D000000000001EAA", "005000000000001AAA"
_ADDRESS = "https://x.example"


def sign_in(box: Container, client: FlaskClient, *roles: Role) -> PortalSession:
    """Connect the org, keep a session of an hour for USER in it, and give the client its cookie."""
    secret, now = new_secret(), box.clock()
    session = PortalSession(
        digest=digest_of(secret),
        org_id=ORG,
        user_id=USER,
        username="ada@example.com",
        display_name="Ada",
        roles=frozenset(roles),
        csrf_token=new_secret(),
        started_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=1),
        tokens=UserTokens(access_token="-", instance_url=_ADDRESS),
    )
    connection = OrgConnection(
        org_id=ORG,
        instance_url=_ADDRESS,
        login_url=_ADDRESS,
        consumer_key="-",
        username="-",
        private_key_pem="-",
    )
    with box.store.write() as unit:
        unit.portal_sessions.add(session)
        unit.connections.save_org(connection)
    client.set_cookie("gifting_session", secret)
    return session
