import json
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from connector.adapters.salesforce.unanswered import unanswered
from connector.app import Container
from connector.cli import app
from connector.config import Settings, load_settings
from connector.domain.connections import ProviderAccount
from connector.domain.gift import RequestState
from emulators.gifting.testing import RunningPlatform, running_platform
from tests.connector.cli.conftest import damage
from tests.connector.postgres import drop_database, empty_database

runner = CliRunner()


@pytest.fixture
def platform() -> Iterator[RunningPlatform]:
    with running_platform() as running:
        yield running


def test_init_makes_a_key_for_its_owner_only_and_keeps_it(data_dir: Path) -> None:
    first = runner.invoke(app, ["init"])
    key = (data_dir / "secret.key").read_bytes()
    second = runner.invoke(app, ["init"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert stat.S_IMODE((data_dir / "secret.key").stat().st_mode) == 0o600
    assert (data_dir / "secret.key").read_bytes() == key


def test_a_command_before_init_says_what_to_do(data_dir: Path) -> None:
    result = runner.invoke(app, ["status"])

    assert result.exit_code == 3
    assert "run `connector init`" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not data_dir.exists()


@pytest.mark.usefixtures("ready")
def test_a_setting_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_PORT", "seventy")

    result = runner.invoke(app, ["status"])

    assert result.exit_code == 3
    assert "CONNECTOR_PORT" in result.stderr
    assert "seventy" not in result.stderr


@pytest.mark.usefixtures("ready")
def test_status_for_programs_is_json() -> None:
    result = runner.invoke(app, ["status", "--json"])

    state = json.loads(result.stdout)
    assert state["requests"] == dict.fromkeys(RequestState, 0)
    assert state["worker_seen_seconds_ago"] is None


@pytest.mark.usefixtures("ready")
def test_an_account_is_added_with_secrets_from_files_that_are_never_shown(
    platform: RunningPlatform, tmp_path: Path
) -> None:
    platform.control("campaigns", name="Welcome")
    token, secret = tmp_path / "token", tmp_path / "webhook-secret"
    token.write_text(platform.token + "\n")
    secret.write_text("hush-hush\n")
    arguments = ["provider", "add", "andopen", "--base-url", platform.base_url, "--account", "main"]

    added = runner.invoke(app, [*arguments, "--token-file", str(token), "--webhook-secret-file", str(secret)])
    listed = runner.invoke(app, ["provider", "list"])

    retired = runner.invoke(app, ["provider", "retire", "main"])
    then_listed = runner.invoke(app, ["provider", "list"])
    again = runner.invoke(app, ["provider", "retire", "main", "--use-again"])

    assert added.exit_code == 0, added.stderr
    assert "http://127.0.0.1:8080/webhooks/andopen/main" in added.stdout
    assert "Welcome" in listed.stdout
    assert (retired.exit_code, again.exit_code) == (0, 0), retired.output + again.output
    assert f"{platform.base_url}  retired" in then_listed.stdout
    assert "Welcome" not in then_listed.stdout
    for output in (added.output, listed.output):
        assert platform.token not in output
        assert "hush-hush" not in output


@pytest.mark.usefixtures("ready")
def test_secrets_come_from_the_environment_as_well(
    platform: RunningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_PROVIDER_TOKEN", platform.token)
    monkeypatch.setenv("CONNECTOR_PROVIDER_WEBHOOK_SECRET", "hush-hush")

    added = runner.invoke(app, ["provider", "add", "andopen", "--base-url", platform.base_url])

    assert added.exit_code == 0, added.stderr


@pytest.mark.usefixtures("ready")
def test_new_credentials_for_an_orgs_own_account_leave_it_the_orgs_own(
    platform: RunningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_PROVIDER_TOKEN", platform.token)
    monkeypatch.setenv("CONNECTOR_PROVIDER_WEBHOOK_SECRET", "hush-hush")
    own = ProviderAccount(
        account_id="own",
        provider="andopen",
        base_url=platform.base_url,
        token="ao-v1-staging-over",
        webhook_secret="old",
        org_id="00D000000000001EAA",
    )
    box = Container(load_settings())
    with box.store.write() as unit:
        unit.connections.save_account(own)

    added = runner.invoke(
        app, ["provider", "add", "andopen", "--base-url", platform.base_url, "--account", "own"]
    )

    with box.store.read() as unit:
        kept = unit.connections.account("own")
    box.close()
    assert added.exit_code == 0, added.stderr
    assert kept == replace(own, token=platform.token, webhook_secret="hush-hush")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("name", ["my account", "a/b", "ä", "x" * 37])
def test_an_account_has_a_name_that_can_stand_in_an_address(name: str) -> None:
    refused = runner.invoke(app, ["provider", "add", "andopen", "--base-url", "us", "--account", name])

    assert refused.exit_code == 2
    assert "an account's name" in refused.stderr


@pytest.mark.usefixtures("ready")
def test_a_wrong_token_is_refused_and_nothing_is_kept(
    platform: RunningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_PROVIDER_TOKEN", "ao-v1-staging-wrong")
    monkeypatch.setenv("CONNECTOR_PROVIDER_WEBHOOK_SECRET", "hush-hush")

    refused = runner.invoke(app, ["provider", "add", "andopen", "--base-url", platform.base_url])
    listed = runner.invoke(app, ["provider", "list"])

    assert refused.exit_code == 3
    assert listed.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["sync"], 3, "run `connector map`"),
        (["map", "Spring", "g1", "--value", "25", "--currency", "EUR"], 3, "run `connector connect`"),
        (["map", "Spring", "g1", "--value", "ten", "--currency", "EUR"], 2, "not an amount"),
        (["settle", "nothing", "--not-sent"], 5, "No request of unknown outcome"),
        (["settle", "nothing"], 2, "--not-sent"),
    ],
)
@pytest.mark.usefixtures("ready")
def test_errors_are_one_line_with_the_remedy(arguments: list[str], exit_code: int, message: str) -> None:
    result = runner.invoke(app, arguments)

    assert result.exit_code == exit_code
    assert message in result.stderr


@pytest.mark.usefixtures("ready")
def test_the_database_can_be_upgraded_again() -> None:
    assert runner.invoke(app, ["db", "upgrade"]).exit_code == 0


@pytest.mark.usefixtures("ready")
def test_a_webhook_secret_is_rotated_by_two_commands_that_never_show_it(
    platform: RunningPlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_PROVIDER_TOKEN", platform.token)
    monkeypatch.setenv("CONNECTOR_PROVIDER_WEBHOOK_SECRET", "the-old-secret-of-ours")
    runner.invoke(app, ["provider", "add", "andopen", "--base-url", platform.base_url, "--account", "main"])
    new = tmp_path / "new-secret"
    new.write_text("the-new-secret-of-ours\n")
    command = ["provider", "rotate-webhook-secret", "main"]

    begun = runner.invoke(app, [*command, "--secret-file", str(new)])
    again = runner.invoke(app, [*command, "--secret-file", str(new)])
    finished = runner.invoke(app, [*command, "--finish"])
    nothing_left = runner.invoke(app, [*command, "--finish"])

    assert [result.exit_code for result in (begun, again, finished, nothing_left)] == [0, 3, 0, 3]
    for result in (begun, again, finished, nothing_left):
        assert "secret-of-ours" not in result.output


@pytest.mark.usefixtures("ready")
def test_what_reconcile_found_is_told_to_programs() -> None:
    result = runner.invoke(app, ["reconcile", "--dry-run", "--json"])

    assert json.loads(result.stdout) == {
        "dry_run": True,
        "silent": {"asked": 0, "moved": 0, "unanswered": 0},
        "orgs": {},
    }


@pytest.mark.usefixtures("ready")
def test_a_store_is_moved_to_postgresql_by_one_command(data_dir: Path) -> None:
    address = empty_database()
    try:
        rehearsed = runner.invoke(app, ["db", "copy", "--to", address, "--dry-run"])
        moved = runner.invoke(app, ["db", "copy", "--to", address])
        result = runner.invoke(app, ["status", "--json"], env={"CONNECTOR_DATABASE_URL": address})
    finally:
        drop_database(address)

    assert (rehearsed.exit_code, moved.exit_code, result.exit_code) == (0, 0, 0), moved.stderr
    assert not (data_dir / "connector.sqlite").exists()
    assert list(data_dir.glob("connector.sqlite.moved-*"))


def test_a_store_that_a_worker_uses_is_not_moved(ready: Path) -> None:
    with Container(Settings(data_dir=ready)).store.write() as unit:
        unit.health.beat("local", now=datetime.now(UTC))

    refused = runner.invoke(app, ["db", "copy", "--to", "postgresql://nobody@127.0.0.1:1/x", "--dry-run"])

    assert refused.exit_code == 3
    assert "stop the connector" in refused.stderr
    assert (ready / "connector.sqlite").exists()


def test_a_backup_is_taken_and_restored_by_two_commands(ready: Path, tmp_path: Path) -> None:
    with Container(Settings(data_dir=ready)).store.write() as unit:
        unit.health.record_usage("00D000000000001AAA", 1, 2, now=datetime.now(UTC))
    backup = tmp_path / "backup.sqlite"

    taken = runner.invoke(app, ["db", "backup", str(backup)])
    again = runner.invoke(app, ["db", "backup", str(backup)])
    (ready / "connector.sqlite").unlink()
    restored = runner.invoke(app, ["db", "restore", str(backup), "--made-at", "2026-11-25T06:00:00"])
    well = runner.invoke(app, ["doctor", "--offline"])

    assert (taken.exit_code, again.exit_code, restored.exit_code, well.exit_code) == (0, 3, 0, 0), (
        restored.output
    )
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "as it was at 2026-11-25 06:00 UTC" in restored.stdout
    with Container(Settings(data_dir=ready)).store.read() as unit:
        assert unit.health.usage("00D000000000001AAA") == (1, 2)
        found = unit.health.restoration()
    assert found is not None
    assert found.backup_made_at == datetime(2026, 11, 25, 6, tzinfo=UTC)


@pytest.mark.usefixtures("connected")
def test_the_status_for_people_is_in_words() -> None:
    told = runner.invoke(app, ["status"]).stdout

    assert "orgs: 00D000000000001EAA api_calls_used unknown, api_calls_allocation unknown" in told
    assert "accounts: none" in told
    assert "worker seen seconds ago: unknown" in told
    assert not re.search(r"None|[{}\[\]]", told)


def test_an_org_that_cannot_be_reached_is_said_with_what_to_look_at() -> None:
    failure = requests.ConnectTimeout("nobody there")

    told = unanswered("token request", failure, changes_something=False)

    assert "this machine reaches it" in told.remedy


def test_a_backup_replaces_a_database_that_cannot_be_read(ready: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    assert runner.invoke(app, ["db", "backup", str(backup)]).exit_code == 0
    damage(ready / "connector.sqlite")

    asked = runner.invoke(app, ["db", "restore", str(backup)])
    restored = runner.invoke(app, ["db", "restore", str(backup), "--force"])
    well = runner.invoke(app, ["doctor", "--offline"])

    assert asked.exit_code == 3
    assert "stop the connector, and use --force" in asked.stderr
    assert (restored.exit_code, well.exit_code) == (0, 0), restored.output
    (aside,) = ready.glob("connector.sqlite.replaced-*")
    assert aside.read_bytes() == bytes(8192)


def test_a_backup_that_cannot_be_made_is_said_in_one_line(ready: Path, tmp_path: Path) -> None:
    nowhere = runner.invoke(app, ["db", "backup", str(tmp_path / "none/backup.sqlite")])
    damage(ready / "connector.sqlite")
    damaged = runner.invoke(app, ["db", "backup", str(tmp_path / "backup.sqlite")])

    assert (nowhere.exit_code, damaged.exit_code) == (3, 3)
    assert "There is no folder" in nowhere.stderr
    assert "cannot be copied (file is not a database)" in damaged.stderr
    assert list(tmp_path.glob("*.sqlite*")) == []


def test_nothing_is_copied_to_an_address_of_no_database(ready: Path) -> None:
    refused = runner.invoke(app, ["db", "copy", "--to", "nonsense"])

    assert refused.exit_code == 2
    assert "is no address" in " ".join(refused.output.split())
    assert (ready / "connector.sqlite").exists()


def test_nothing_is_restored_under_a_worker_that_lives(ready: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    assert runner.invoke(app, ["db", "backup", str(backup)]).exit_code == 0
    with Container(Settings(data_dir=ready)).store.write() as unit:
        unit.health.beat("local", now=datetime.now(UTC))

    refused = runner.invoke(app, ["db", "restore", str(backup)])

    assert refused.exit_code == 3
    assert "stop the connector" in refused.stderr
