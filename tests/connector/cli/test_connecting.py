"""`connector certificate`, `connect`, `connect-in-browser` and `fields keep`, as far as the pages go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connector.app import Container
from connector.cli import app
from connector.config import load_settings
from connector.domain.connections import ConnectionMode, OrgConnection
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.crash.stand import ADMIN

runner = CliRunner()
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def local() -> Iterator[LocalOrg]:
    with start_local_org() as running:
        yield running


@pytest.fixture
def box(ready: Path, local: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    """What the commands keep, seen from a second process."""
    del ready
    monkeypatch.setenv("CONNECTOR_CA_FILE", local.ca_bundle)
    made = Container(load_settings())
    yield made
    made.close()


def connector(*arguments: object) -> Result:
    return runner.invoke(app, [str(each) for each in arguments])


def app_with(local: LocalOrg, certificate: str) -> Client:
    """A client app that lets the administrator in who signs with the certificate's key."""
    return local.register_client(
        "Gifting",
        certificate=certificate,
        scopes=frozenset({"Api", "OpenID", "RefreshToken"}),
        approved_users=frozenset({ADMIN}),
    )


def connect(local: LocalOrg, client: Client, *more: object) -> Result:
    to = ("--org-url", local.base_url, "--consumer-key", client.consumer_key, "--username", ADMIN)
    return connector("connect", *to, *more)


def connected(box: Container) -> OrgConnection:
    with box.store.read() as unit:
        [org] = unit.connections.orgs()
    return org


def test_the_connectors_own_certificate_connects_an_org_and_is_replaced_without_a_gap(
    box: Container, local: LocalOrg, tmp_path: Path
) -> None:
    file = tmp_path / "app.pem"
    made = connector("certificate", "--out", file)
    assert made.exit_code == 0, made.output
    assert "PRIVATE" not in file.read_text()

    first = connect(local, app_with(local, file.read_text()))

    assert first.exit_code == 0, first.output
    before = connected(box)
    assert before.certificate_pem == file.read_text()
    assert before.certificate_ends_at is not None

    renewed = connector("certificate", "--out", file, "--org", before.org_id)
    refused = connect(local, local.register_client("Another"), "--org", before.org_id)

    assert renewed.exit_code == 0, renewed.output
    assert refused.exit_code == 3, refused.output
    assert connected(box) == before

    second = connect(local, app_with(local, file.read_text()), "--org", before.org_id)

    assert second.exit_code == 0, second.output
    assert connected(box).certificate_pem == file.read_text() != before.certificate_pem


def test_a_key_from_elsewhere_comes_with_its_own_certificate(
    box: Container, local: LocalOrg, tmp_path: Path
) -> None:
    [own, other] = [box.connection_drafts.make_key_pair(box.clock()) for _ in range(2)]
    key, certificate, secret = tmp_path / "key", tmp_path / "certificate", tmp_path / "secret"
    key.write_text(own.private_key_pem)
    certificate.write_text(other.certificate_pem)
    client = app_with(local, own.certificate_pem)
    secret.write_text(client.consumer_secret + "\n")
    files = ("--private-key", key, "--certificate", certificate, "--consumer-secret-file", secret)

    mixed = connect(local, client, *files)
    certificate.write_text(own.certificate_pem)
    done = connect(local, client, *files)

    assert mixed.exit_code == 3
    assert "another key" in mixed.stderr
    assert done.exit_code == 0, done.output
    org = connected(box)
    assert (org.certificate_ends_at, org.consumer_secret) == (own.ends_at, client.consumer_secret)
    assert client.consumer_secret not in mixed.output + done.output


def test_an_address_that_is_not_salesforces_gets_neither_key_nor_secret(box: Container) -> None:
    connector("certificate", "--out", load_settings().data_dir / "app.pem")

    refused = connector(
        *("connect", "--org-url", "https://salesforce.example", "--consumer-key", "k", "--username", "u")
    )

    assert refused.exit_code == 3
    assert "My Domain" in refused.stderr
    with box.store.read() as unit:
        assert unit.connections.orgs() == []
        draft = unit.connection_drafts.get("")
    assert draft is not None
    assert draft.org_url == ""


def test_for_the_browser_the_app_is_kept_and_a_link_is_printed(
    box: Container, local: LocalOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_CONSUMER_SECRET", "hush-hush")

    told = connector(*("connect-in-browser", "--org-url", local.base_url, "--consumer-key", "3MVG9.example"))

    assert told.exit_code == 0, told.output
    kept = box.connection_drafts.connection("", ConnectionMode.BROWSER)
    assert (kept.login_url, kept.consumer_key, kept.consumer_secret) == (
        local.base_url,
        "3MVG9.example",
        "hush-hush",
    )
    assert "hush-hush" not in told.output
    [link] = [line for line in told.output.splitlines() if "/setup/" in line]
    assert box.portal_sessions.open_setup_link(link.rpartition("/")[2])


def test_records_that_cannot_be_read_leave_the_mapping_where_it_is_kept(
    box: Container, local: LocalOrg, tmp_path: Path
) -> None:
    file = tmp_path / "app.pem"
    connector("certificate", "--out", file)
    assert connect(local, app_with(local, file.read_text())).exit_code == 0

    without_package = connector("fields", "keep", "org")
    here = connector("fields", "keep", "connector")
    shown = connector("fields", "show")

    assert without_package.exit_code in {3, 5}, without_package.output
    assert here.exit_code == 0, here.output
    assert "Kept in the connector." in shown.output
    with box.store.read() as unit:
        actions = [entry.action for entry in unit.audit.all_of(connected(box).org_id)]
    assert actions.count("mapping.place") == 1
