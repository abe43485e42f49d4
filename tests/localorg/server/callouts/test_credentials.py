"""Where a callout goes, and who may make it: both are read from what is deployed at that moment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree

from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.metadata.manifest import read_manifest
from emulators.salesforce.metadata.retrieve import Retrieve
from emulators.salesforce.store.values import datetime_text
from emulators.salesforce.testing import LocalOrg
from tests.localorg.metadata.conftest import Package, manifest
from tests.localorg.server.callouts.conftest import Connector, add_member, deploy_flows, record

NAMED = Member("NamedCredential", "Gift_Connector")
CALLOUT = Member("PermissionSet", "Gift_Callout")


def retrieved(local: LocalOrg, member: Member) -> tuple[str, str]:
    """(path in an archive, text) of one component."""
    with local.org.lock:
        gathered = Retrieve(local.org, "66.0")
        gathered.add_manifest(read_manifest(etree.fromstring(manifest({member.type: [member.full_name]}))))
    (found,) = (item for item in gathered.result.files.items() if not item[0].endswith("package.xml"))
    return found[0].partition("/")[2], found[1].decode()


def redeploy(local: LocalOrg, member: Member, change: Callable[[str], str]) -> None:
    """Retrieve a component, change it, and deploy it again."""
    path, text = retrieved(local, member)
    changed = change(text)
    assert changed != text
    package = Package({path: changed}, {member.type: [member.full_name]})
    with local.org.lock:
        outcome = deploy(local.org, package.zipped(), Options())
    assert outcome.succeeded, outcome.problems


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("", "/api/v1/gifts"),
        ("/", "/api/v1/gifts"),
        ("/gifting", "/gifting/api/v1/gifts"),
        ("/gifting/", "/gifting/api/v1/gifts"),
    ],
)
def test_the_operations_path_stands_behind_the_credentials_address(
    gifting: LocalOrg, connector: Connector, base: str, path: str
) -> None:
    deploy_flows(gifting, connector.url + base)

    add_member(gifting)

    assert gifting.wait_for_background()
    assert [call["path"] for call in connector.calls] == [path]


def test_a_credentials_address_comes_back_as_deployed_and_its_change_moves_the_calls(
    gifting: LocalOrg, connector: Connector
) -> None:
    _, text = retrieved(gifting, NAMED)
    redeploy(gifting, NAMED, lambda text: text.replace(connector.url, f"{connector.url}/moved"))

    add_member(gifting)

    assert gifting.wait_for_background()
    assert f"<parameterValue>{connector.url}</parameterValue>" in text
    assert [call["path"] for call in connector.calls] == ["/moved/api/v1/gifts"]


def disabled(local: LocalOrg) -> None:
    redeploy(local, CALLOUT, lambda text: text.replace("<enabled>true", "<enabled>false"))


def taken_out(local: LocalOrg) -> None:
    def without(text: str) -> str:
        root = etree.fromstring(text.encode())
        for entry in root.findall("{*}externalCredentialPrincipalAccesses"):
            root.remove(entry)
        return etree.tostring(root, encoding="unicode")

    redeploy(local, CALLOUT, without)


def expired(local: LocalOrg) -> None:
    with local.org.lock:
        past = datetime_text(local.org.clock() - timedelta(hours=1))
        local.org.db.execute('UPDATE "PermissionSetAssignment" SET "ExpirationDate" = ?', (past,))


@pytest.mark.parametrize("revoke", [disabled, taken_out, expired])
def test_a_grant_that_was_taken_back_lets_nobody_call_out(
    gifting: LocalOrg, connector: Connector, revoke: Callable[[LocalOrg], None]
) -> None:
    add_member(gifting)
    assert gifting.wait_for_background()
    assert len(connector.calls) == 1

    revoke(gifting)
    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "access the credential" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert len(connector.calls) == 1
