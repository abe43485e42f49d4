"""What the connector is told about an org, and what Flows are told about the connector."""

import json
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from tasks.callout_metadata import CredentialMissing, callout_files
from tasks.connection import is_consumer_key, problems_of, write_connection

ROOT = Path(__file__).parents[2]
ORG_ID = "00D000000000001EAA"
ADDRESS = "https://gifts.example.com"
CREDENTIAL = "namedCredentials/Gift_Connector.namedCredential"


def credential_values(content: bytes) -> list[str | None]:
    return [element.text for element in etree.fromstring(content).iterfind(".//{*}parameterValue")]


def test_an_org_that_is_itself_and_has_calls_left_is_accepted() -> None:
    limits = {"DailyApiRequests": {"Max": 15000, "Remaining": 1}}

    assert list(problems_of(ORG_ID, {"organization_id": ORG_ID}, limits)) == []
    assert list(problems_of(ORG_ID, {"organization_id": ORG_ID[:15]}, limits)) == []


def test_another_org_and_a_used_up_quota_are_both_told() -> None:
    limits = {"DailyApiRequests": {"Max": 15000, "Remaining": 0}}

    another, used_up = problems_of(ORG_ID, {"organization_id": "00D000000000002EAA"}, limits)

    assert "it is 00D000000000002EAA, not 00D000000000001EAA" in another
    assert "all 15000 API calls" in used_up


@pytest.mark.parametrize("key", ["", "short", "key with spaces", "3MVG9" + "a" * 300, "<key>12345"])
def test_what_is_no_consumer_key_is_told_apart(key: str) -> None:
    assert not is_consumer_key(key)
    assert is_consumer_key("key.of_an_app")


@pytest.mark.parametrize("login_url", [None, "https://test.salesforce.com"])
def test_the_file_for_the_connector_names_where_tokens_come_from(
    tmp_path: Path, login_url: str | None
) -> None:
    output = tmp_path / "new/connection.json"

    written = write_connection(
        output,
        consumer_key="key.of_an_app",
        org_id=ORG_ID,
        instance_url="https://example.my.salesforce.com",
        login_url=login_url,
    )

    assert json.loads(output.read_text()) == written
    assert written["login_url"] == (login_url or "https://example.my.salesforce.com")


def test_the_packaged_credential_differs_from_the_orgs_only_in_the_address() -> None:
    files = callout_files(ROOT / "force-app", ADDRESS, "66.0")

    packaged = next((ROOT / "force-app").glob("**/Gift_Connector.namedCredential-meta.xml")).read_text()
    (placeholder,) = credential_values(packaged.encode())
    assert placeholder
    assert credential_values(files[CREDENTIAL]) == [ADDRESS]
    restored = files[CREDENTIAL].decode().replace(ADDRESS, placeholder)
    assert etree.canonicalize(restored, strip_text=True) == etree.canonicalize(packaged, strip_text=True)
    members = [member.text for member in etree.fromstring(files["package.xml"]).iterfind(".//{*}members")]
    assert members == ["Gift_Connector"]


def test_an_address_with_special_characters_stays_one_address() -> None:
    files = callout_files(ROOT / "force-app", f"{ADDRESS}/?a=1&b=<2>", "66.0")

    assert credential_values(files[CREDENTIAL]) == [f"{ADDRESS}/?a=1&b=<2>"]


def test_a_package_without_the_credential_or_an_address_in_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialMissing, match="has no named credential Gift_Connector"):
        callout_files(tmp_path, ADDRESS, "66.0")

    (tmp_path / "namedCredentials").mkdir()
    (tmp_path / "namedCredentials/Gift_Connector.namedCredential-meta.xml").write_text("<NamedCredential/>")
    with pytest.raises(CredentialMissing, match="it holds 0"):
        callout_files(tmp_path, ADDRESS, "66.0")


@pytest.mark.parametrize("folder", [".local/callout", ".local/connector_app", ".local/connection.json"])
def test_what_belongs_to_one_org_is_ignored_by_git(folder: str) -> None:
    done = subprocess.run(  # our own repository
        ["git", "check-ignore", "-q", folder],  # noqa: S607  # git is on the path
        cwd=ROOT,
        check=False,
        timeout=10,
    )

    assert done.returncode == 0
