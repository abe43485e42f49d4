"""Sessions: what they open, and how they end."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import requests

from emulators.salesforce.oauth.sessions import LIFETIME, Sessions, digest_of
from emulators.salesforce.testing import LocalOrg, start_local_org

LIMITS = "/services/data/v66.0/nothing-here"
INVALID = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_stranger_is_refused(http: requests.Session, local: LocalOrg) -> None:
    answer = http.get(local.base_url + LIMITS, timeout=10)

    assert (answer.status_code, answer.json()) == (401, INVALID)


@pytest.mark.parametrize("scheme", ["Bearer", "OAuth"])
@pytest.mark.parametrize("prefix", ["", "/emu.my.salesforce.com", "/emu.lightning.force.com"])
def test_every_scheme_and_every_form_of_the_address_is_served(
    http: requests.Session, local: LocalOrg, scheme: str, prefix: str
) -> None:
    headers = {"Authorization": f"{scheme} {local.access_token}"}

    answer = http.get(local.base_url + prefix + LIMITS, headers=headers, timeout=10)

    assert answer.status_code == 404
    assert answer.json() == [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]


def test_revoke_ends_the_session(http: requests.Session, local: LocalOrg, as_admin: dict[str, str]) -> None:
    first = http.post(
        f"{local.base_url}/services/oauth2/revoke", data={"token": local.access_token}, timeout=10
    )
    second = http.post(
        f"{local.base_url}/services/oauth2/revoke", data={"token": local.access_token}, timeout=10
    )

    assert first.status_code == 200
    assert second.json()["error"] == "invalid_token"
    assert http.get(local.base_url + LIMITS, headers=as_admin, timeout=10).json() == INVALID


def test_the_control_ends_all_sessions(
    http: requests.Session, local: LocalOrg, as_admin: dict[str, str]
) -> None:
    ended = http.post(f"{local.base_url}/_control/sessions/expire", timeout=10).json()["expired"]

    assert ended >= 1
    assert http.get(local.base_url + LIMITS, headers=as_admin, timeout=10).json() == INVALID


def test_a_session_ends_by_itself() -> None:
    now = [datetime(2026, 11, 22, tzinfo=UTC)]
    with start_local_org(clock=lambda: now[0]) as local, requests.Session() as http:
        http.trust_env = False
        http.verify = local.ca_bundle
        headers = {"Authorization": f"Bearer {local.access_token}"}
        before = http.get(local.base_url + LIMITS, headers=headers, timeout=10)

        now[0] += LIFETIME + timedelta(seconds=1)
        after = http.get(local.base_url + LIMITS, headers=headers, timeout=10)

    assert (before.status_code, after.status_code) == (404, 401)


def test_sessions_that_ran_out_are_forgotten_and_those_that_go_on_are_not(local: LocalOrg) -> None:
    org, now = local.org, datetime(2026, 11, 22, tzinfo=UTC)
    with patch.object(org, "clock", lambda: now):
        sessions, user = Sessions(org), org.user("admin@local.example").id
        for _ in range(3):
            sessions.start(user)
        _, refresh = sessions.start_refreshable(user, client_id="app", scope="api")
        before = len(org.db.all("SELECT 1 FROM _session"))
        now += LIFETIME
        token = sessions.start(user)

        kept = {row["digest"] for row in org.db.all("SELECT * FROM _session")}

    assert before >= 5
    assert {digest_of(token), digest_of(refresh)} <= kept
    assert len(kept) == before - 4 + 1


def test_tokens_are_kept_as_digests_only(local: LocalOrg) -> None:
    with local.org.lock:
        kept = [dict(row) for row in local.org.db.all("SELECT * FROM _session")]

    assert digest_of(local.access_token) in {row["digest"] for row in kept}
    assert local.access_token not in repr(kept)


def test_the_identity_url_answers_its_own_user_and_tokens_for_apis(
    http: requests.Session, local: LocalOrg, as_admin: dict[str, str]
) -> None:
    org_id = local.org.org_id
    own, other = (local.org.user(name).id for name in ("admin@local.example", "rep@local.example"))

    mine = http.get(f"{local.base_url}/id/{org_id}/{own}", headers=as_admin, timeout=10)
    theirs = http.get(f"{local.base_url}/id/{org_id}/{other}", headers=as_admin, timeout=10)
    nobodys = http.get(f"{local.base_url}/id/{org_id}/{other[:-4]}", headers=as_admin, timeout=10)

    assert mine.json()["username"] == "admin@local.example"
    assert theirs.json()["username"] == "rep@local.example"
    assert (nobodys.status_code, nobodys.text) == (403, "Bad_Id")


def test_userinfo_without_a_good_token_is_refused_in_its_own_words(
    http: requests.Session, local: LocalOrg
) -> None:
    url = f"{local.base_url}/services/oauth2/userinfo"

    missing = http.get(url, timeout=10)
    bad = http.get(url, headers={"Authorization": "Bearer x"}, timeout=10)

    assert (missing.status_code, missing.text) == (403, "Missing_OAuth_Token")
    assert (bad.status_code, bad.text) == (403, "Bad_OAuth_Token")
