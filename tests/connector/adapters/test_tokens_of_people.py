"""A person's pages ask together, and share one refresh token that is good once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from connector.adapters.salesforce.connections import OrgSettings
from connector.adapters.salesforce.user_access import UserOrgs
from connector.adapters.salesforce.web_flow import SalesforceAuthorization
from connector.domain.connections import OrgConnection
from connector.domain.portal_session import PortalSession, Role, UserTokens
from connector.errors import AuthenticationFailed, TemporaryError
from connector.services.sign_in.web_flow import AuthorizationServer, ClientApp
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.world import new_store

ADMIN = "admin@local.example"
REQUESTS = 6
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def local() -> Iterator[LocalOrg]:
    with start_local_org() as running:
        yield running


@pytest.fixture
def orgs(local: LocalOrg, tmp_path: Path) -> Iterator[UserOrgs]:
    local.reset()

    def open_server(app: ClientApp) -> AuthorizationServer:
        callback = "https://gifts.example/oauth/callback"
        return SalesforceAuthorization(
            app=app, callback_url=callback, ca_bundle=local.ca_bundle, allow_loopback=True
        )

    store = new_store(tmp_path)
    settings = OrgSettings(ca_bundle=local.ca_bundle, allow_loopback=True)
    yield UserOrgs(store, settings, open_server, lambda: NOW)
    store.close()


@pytest.fixture
def session(local: LocalOrg, orgs: UserOrgs) -> PortalSession:
    app = local.register_client("Gifting", rotates=True, secret_required=False)
    with local.org.lock:
        user = local.org.user(ADMIN)
        assert user is not None
        access, refresh = local._running._host.sessions.start_refreshable(
            user.id, client_id=app.consumer_key, scope="api refresh_token"
        )
    signed_in = PortalSession(
        digest="d" * 64,
        org_id=local.org.org_id,
        user_id=user.id,
        username=ADMIN,
        display_name="Ada",
        roles=frozenset({Role.SENDER}),
        csrf_token="c",
        started_at=NOW,
        seen_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        tokens=UserTokens(access_token=access, refresh_token=refresh, instance_url=local.base_url),
    )
    with orgs.store.write() as unit:
        unit.portal_sessions.add(signed_in)
        unit.connections.save_org(
            OrgConnection(
                org_id=signed_in.org_id,
                instance_url=local.base_url,
                login_url=local.base_url,
                consumer_key=app.consumer_key,
                username=ADMIN,
                api_version="66.0",
            )
        )
    return signed_in


def expire(local: LocalOrg) -> None:
    """As a timeout does: every access token is over, refresh tokens live on."""
    with local.org.lock:
        local._running._host.sessions.expire_all()


def test_requests_that_come_together_refresh_once_and_the_sign_in_goes_on(
    local: LocalOrg, orgs: UserOrgs, session: PortalSession
) -> None:
    gate = threading.Barrier(REQUESTS)

    def ask(_: int) -> str:
        gate.wait(timeout=60)
        return orgs.org(session).identity().username

    for _ in range(2):
        expire(local)
        with ThreadPoolExecutor(REQUESTS) as pool:
            assert list(pool.map(ask, range(REQUESTS))) == [ADMIN] * REQUESTS


def test_a_page_does_not_wait_for_an_org_that_is_silent(
    local: LocalOrg, orgs: UserOrgs, session: PortalSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.adapters.salesforce.session.PAGE_SECONDS", 0.5)
    org = orgs.org(session)
    answer = requests.post(
        f"{local.base_url}/_control/faults",
        json={"path_prefix": "/services/data", "action": "delay", "seconds": 3.0, "times": 9},
        verify=local.ca_certificate,
        timeout=10,
    )
    answer.raise_for_status()
    began = time.monotonic()

    with pytest.raises(TemporaryError) as failed:
        list(org.query("SELECT Id FROM Contact"))

    assert failed.value.code == "no_answer"
    assert time.monotonic() - began < 2.5


def test_who_is_let_in_no_more_is_told_to_sign_in_again(
    local: LocalOrg, orgs: UserOrgs, session: PortalSession
) -> None:
    assert session.tokens is not None
    with orgs.store.write() as unit:
        unit.portal_sessions.keep_tokens(session.digest, replace(session.tokens, refresh_token="revoked"))
    expire(local)

    with pytest.raises(AuthenticationFailed) as refused:
        orgs.org(session).identity()

    assert refused.value.code == "signed_out"
    assert "sign in again" in refused.value.remedy
