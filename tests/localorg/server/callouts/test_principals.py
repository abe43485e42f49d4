"""The parameters of a credential's principal, as an administrator sets them."""

from typing import Any

import pytest
import requests

from emulators.salesforce.testing import LocalOrg
from tests.localorg.server.callouts.conftest import CREDENTIAL, PRINCIPAL


def test_a_principals_parameters_are_set_replaced_and_never_shown(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str]
) -> None:
    url = gifting.base_url + CREDENTIAL
    body = {**PRINCIPAL, "authenticationProtocol": "Custom", "credentials": {"ApiKey": {"value": "other"}}}

    again = http.post(url, json=body, headers=as_admin, timeout=30)
    replaced = http.put(url, json=body, headers=as_admin, timeout=30)
    shown = http.get(url, params=PRINCIPAL, headers=as_admin, timeout=30)

    assert (again.status_code, replaced.status_code) == (400, 200)
    assert shown.json()["authenticationStatus"] == "Configured"
    assert list(shown.json()["credentials"]) == ["ApiKey"]
    assert "other" not in shown.text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"principalName": "Nobody"}, 404),
        ({"principalType": "PerUserPrincipal"}, 400),
        ({"authenticationProtocol": "OAuth"}, 400),
        ({"credentials": {"ApiKey": "bare"}}, 400),
    ],
)
def test_parameters_of_what_is_not_there_are_refused(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str], changes: dict[str, Any], status: int
) -> None:
    body = {**PRINCIPAL, "authenticationProtocol": "Custom", "credentials": {"ApiKey": {"value": "x"}}}

    answer = http.put(gifting.base_url + CREDENTIAL, json=body | changes, headers=as_admin, timeout=30)

    assert answer.status_code == status


def test_only_an_administrator_sets_parameters(gifting: LocalOrg, http: requests.Session) -> None:
    headers = {"Authorization": f"Bearer {gifting.login('rep@local.example')}"}

    answer = http.get(gifting.base_url + CREDENTIAL, params=PRINCIPAL, headers=headers, timeout=30)

    assert answer.status_code == 403
