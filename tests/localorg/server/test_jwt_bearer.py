"""The JWT bearer flow: what is admitted, what is refused, with which words."""

import base64
import hashlib
import hmac
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import parse_xml, text_of
from emulators.salesforce.testing import LocalOrg

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
INTEGRATION = "integration@local.example"
DEFAULT_SCOPES = "Api, RefreshToken"


def refused(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"]


def test_a_sound_assertion_gets_a_session(
    log_in: Callable[..., requests.Response], claims: dict[str, Any], http: requests.Session, local: LocalOrg
) -> None:
    answer = log_in(claims)

    token = answer.json()
    assert answer.status_code == 200
    assert token["token_type"] == "Bearer"
    assert token["instance_url"] == local.base_url
    assert token["id"] == f"{local.base_url}/id/{local.org.org_id}/{local.org.user('admin@local.example').id}"
    who = http.get(
        f"{local.base_url}/services/oauth2/userinfo",
        headers={"Authorization": f"Bearer {token['access_token']}"},
        timeout=10,
    ).json()
    assert who["preferred_username"] == "admin@local.example"
    assert who["organization_id"] == local.org.org_id


def test_a_client_of_the_path_form_is_told_the_path_form(
    log_in: Callable[..., requests.Response], claims: dict[str, Any], local: LocalOrg
) -> None:
    answer = log_in(claims, base=local.instance_url)

    assert answer.json()["instance_url"] == local.instance_url


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(lambda c: {"exp": c["exp"] - 120}, id="CumulusCI: expires now"),
        pytest.param(lambda c: {"exp": c["exp"] * 1000}, id="sf: milliseconds"),
        pytest.param(lambda c: {"exp": str(c["exp"])}, id="simple-salesforce: digits in a string"),
        pytest.param(lambda _: {"aud": "https://login.salesforce.com/"}, id="sf: trailing slash"),
        pytest.param(lambda _: {"aud": "https://test.salesforce.com"}, id="a sandbox's audience"),
        pytest.param(lambda c: {"sub": c["sub"].upper()}, id="user names know no case"),
    ],
)
def test_what_real_clients_send_is_tolerated(
    log_in: Callable[..., requests.Response],
    claims: dict[str, Any],
    changes: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    assert log_in(claims | changes(claims)).status_code == 200


def test_the_orgs_own_address_is_an_audience(
    log_in: Callable[..., requests.Response], claims: dict[str, Any], local: LocalOrg
) -> None:
    assert log_in(claims | {"aud": local.base_url}).status_code == 200
    assert log_in(claims | {"aud": local.base_url + "/"}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        (lambda _: {"iss": "3MVGnobody"}, "invalid_client_id", "client identifier invalid"),
        (lambda _: {"aud": "https://elsewhere.example"}, "invalid_grant", "audience is invalid"),
        (lambda c: {"exp": c["exp"] - 600}, "invalid_grant", "expired"),
        (lambda c: {"exp": c["exp"] + 600}, "invalid_grant", "expired"),
        (lambda _: {"exp": "soon"}, "invalid_grant", "invalid assertion"),
        (lambda _: {"exp": 10**400}, "invalid_grant", "invalid assertion"),
        (lambda _: {"sub": "nobody@local.example"}, "invalid_grant", "user hasn't approved this consumer"),
        (lambda _: {"sub": INTEGRATION}, "invalid_grant", "user hasn't approved this consumer"),
    ],
)
def test_an_unsound_assertion_is_refused_with_its_reason(
    log_in: Callable[..., requests.Response],
    claims: dict[str, Any],
    changes: Callable[[dict[str, Any]], dict[str, Any]],
    error: str,
    description: str,
) -> None:
    answer = log_in(claims | changes(claims))

    assert refused(answer) == (400, error, description)


def test_another_key_does_not_sign(
    log_in: Callable[..., requests.Response], claims: dict[str, Any], connector_key: tuple[str, str]
) -> None:
    answer = log_in(claims, key=connector_key[0])

    assert refused(answer) == (400, "invalid_grant", "invalid assertion")


def test_only_rs256_is_taken(log_in: Callable[..., requests.Response], claims: dict[str, Any]) -> None:
    answer = log_in(claims, algorithm="RS512")

    assert refused(answer) == (400, "invalid_grant", "invalid assertion")
    assert refused(log_in(claims, key="x" * 32, algorithm="HS256"))[1] == "invalid_grant"


def test_a_named_assertion_is_good_once(
    log_in: Callable[..., requests.Response], claims: dict[str, Any]
) -> None:
    named = claims | {"jti": "one"}

    first, second = log_in(named), log_in(named)

    assert first.status_code == 200
    assert refused(second) == (400, "invalid_grant", "invalid assertion")


def deploy_app(
    org: Org, certificate: str, *, policies: bool = True, scopes: str = DEFAULT_SCOPES
) -> tuple[str, str]:
    app = (
        f"<ExternalClientApplication {NS}><distributionState>Local</distributionState><label>C</label>"
        "</ExternalClientApplication>"
    )
    owner = "<externalClientApplication>Conn</externalClientApplication>"
    global_settings = (
        f"<callbackUrl>https://c.example/cb</callbackUrl><certificate>{certificate}</certificate>{owner}"
    )
    files = {
        "externalClientApps/Conn.eca": app,
        "extlClntAppGlobalOauthSets/Conn.ecaGlblOauth": (
            f"<ExtlClntAppGlobalOauthSettings {NS}>{global_settings}</ExtlClntAppGlobalOauthSettings>"
        ),
        "extlClntAppOauthSettings/Conn.ecaOauth": (
            f"<ExtlClntAppOauthSettings {NS}><commaSeparatedOauthScopes>{scopes}</commaSeparatedOauthScopes>"
            f"{owner}"
            "<label>C</label></ExtlClntAppOauthSettings>"
        ),
        "permissionsets/Conn_User.permissionset": (
            f"<PermissionSet {NS}><label>Conn User</label></PermissionSet>"
        ),
    }
    if policies:
        files["extlClntAppOauthPolicies/Conn.ecaOauthPlcy"] = (
            f"<ExtlClntAppOauthConfigurablePolicies {NS}>"
            f"<commaSeparatedPermissionSet>Conn_User</commaSeparatedPermissionSet>{owner}<label>C</label>"
            "<permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>"
            "</ExtlClntAppOauthConfigurablePolicies>"
        )
    kinds = {
        "externalClientApps": "ExternalClientApplication",
        "extlClntAppGlobalOauthSets": "ExtlClntAppGlobalOauthSettings",
        "extlClntAppOauthSettings": "ExtlClntAppOauthSettings",
        "permissionsets": "PermissionSet",
        "extlClntAppOauthPolicies": "ExtlClntAppOauthConfigurablePolicies",
    }
    types = "".join(
        f"<types><members>*</members><name>{kinds[path.partition('/')[0]]}</name></types>" for path in files
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr("package.xml", f"<Package {NS}>{types}<version>66.0</version></Package>")
    with org.lock:
        outcome = deploy(org, buffer.getvalue(), Options())
        assert outcome.succeeded, outcome.problems
        settings = Components(org).find(Member("ExtlClntAppGlobalOauthSettings", "Conn"))
    root = parse_xml(settings.content)
    return text_of(root, "consumerKey"), text_of(root, "consumerSecret")


@pytest.fixture
def assign(http: requests.Session, local: LocalOrg, as_admin: dict[str, str]) -> Callable[[str], None]:
    def to(username: str, permission_set: str = "Conn_User") -> None:
        with local.org.lock:
            row = local.org.db.one('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (permission_set,))
            user = local.org.user(username)
        body = {"AssigneeId": user.id, "PermissionSetId": row["Id"]}
        url = f"{local.base_url}/services/data/v66.0/sobjects/PermissionSetAssignment"
        assert http.post(url, json=body, headers=as_admin, timeout=10).status_code == 201

    return to


def test_a_deployed_app_lets_in_whom_its_policies_name(
    log_in: Callable[..., requests.Response],
    claims: dict[str, Any],
    local: LocalOrg,
    connector_key: tuple[str, str],
    assign: Callable[[str], None],
) -> None:
    key, secret = deploy_app(local.org, connector_key[1])
    said = claims | {"iss": key, "sub": INTEGRATION}

    before = log_in(said, key=connector_key[0])
    assign(INTEGRATION)
    after = log_in(said, key=connector_key[0])

    assert refused(before) == (400, "invalid_grant", "user hasn't approved this consumer")
    token = after.json()
    assert token["scope"] == "api refresh_token"
    signed = hmac.new(secret.encode(), (token["id"] + token["issued_at"]).encode(), hashlib.sha256).digest()
    assert token["signature"] == base64.b64encode(signed).decode()


def test_without_policies_nobody_is_pre_authorised(
    log_in: Callable[..., requests.Response],
    claims: dict[str, Any],
    local: LocalOrg,
    connector_key: tuple[str, str],
) -> None:
    key, _ = deploy_app(local.org, connector_key[1], policies=False)

    answer = log_in(claims | {"iss": key}, key=connector_key[0])

    assert refused(answer) == (400, "invalid_grant", "user hasn't approved this consumer")


def test_an_app_without_the_refresh_scope_is_not_pre_authorised(
    log_in: Callable[..., requests.Response],
    claims: dict[str, Any],
    local: LocalOrg,
    connector_key: tuple[str, str],
    assign: Callable[[str], None],
) -> None:
    key, _ = deploy_app(local.org, connector_key[1], scopes="Api")
    assign(INTEGRATION)

    answer = log_in(claims | {"iss": key, "sub": INTEGRATION}, key=connector_key[0])

    assert refused(answer) == (400, "invalid_grant", "user hasn't approved this consumer")


def test_the_web_server_flow_ends_with_a_refresh_token_that_works(
    http: requests.Session, local: LocalOrg, connector_key: tuple[str, str], assign: Callable[[str], None]
) -> None:
    key, secret = deploy_app(local.org, connector_key[1])
    assign(INTEGRATION)
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": key,
        "redirect_uri": "https://c.example/cb",
        "state": "s1",
        "code_challenge": challenge,
    }
    oauth = f"{local.base_url}/services/oauth2"
    http.get(f"{local.base_url}/secur/frontdoor.jsp", params={"sid": local.login(INTEGRATION)}, timeout=10)
    client = {"client_id": key, "client_secret": secret}

    redirect = http.get(f"{oauth}/authorize", params=asked, allow_redirects=False, timeout=10).headers[
        "Location"
    ]
    code = redirect.partition("code=")[2].partition("&")[0]
    exchange = client | {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "https://c.example/cb",
    }
    stolen = http.post(f"{oauth}/token", data=exchange | {"code_verifier": "w" * 43}, timeout=10)
    redirect = http.get(f"{oauth}/authorize", params=asked, allow_redirects=False, timeout=10).headers[
        "Location"
    ]
    exchange["code"] = redirect.partition("code=")[2].partition("&")[0]
    token = http.post(f"{oauth}/token", data=exchange | {"code_verifier": verifier}, timeout=10).json()
    again = http.post(f"{oauth}/token", data=exchange | {"code_verifier": verifier}, timeout=10)
    renewed = http.post(
        f"{oauth}/token",
        data=client | {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]},
        timeout=10,
    ).json()

    assert "state=s1" in redirect
    assert refused(stolen) == (400, "invalid_grant", "invalid code verifier")
    assert refused(again) == (400, "invalid_grant", "expired authorization code")
    assert renewed["access_token"] != token["access_token"]
    told = http.post(
        f"{oauth}/introspect", data=client | {"token": renewed["access_token"]}, timeout=10
    ).json()
    assert (told["active"], told["username"]) == (True, INTEGRATION)


def test_a_wrong_secret_is_refused(
    http: requests.Session, local: LocalOrg, connector_key: tuple[str, str]
) -> None:
    key, _ = deploy_app(local.org, connector_key[1])
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": key, "client_secret": "wrong"}

    answer = http.post(f"{local.base_url}/services/oauth2/token", data=form, timeout=10)

    assert refused(answer) == (400, "invalid_client", "invalid client credentials")


def test_a_grant_type_that_is_not_there_is_named(http: requests.Session, local: LocalOrg) -> None:
    answer = http.post(f"{local.base_url}/services/oauth2/token", data={"grant_type": "device"}, timeout=10)

    assert refused(answer) == (
        400,
        "unsupported_grant_type",
        "The local org does not support: grant type device",
    )
