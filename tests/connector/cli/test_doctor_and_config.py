"""What is wrong with an installation, and how to mend it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from typer.testing import CliRunner

from connector.adapters.store.store import SqlStore
from connector.cli import app
from connector.commands.health import summary
from connector.config import Settings
from connector.configuration import describe
from connector.doctor import Finding
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.secret_key import KeyRing
from demo.servers import free_port
from tests.connector.cli.conftest import damage

runner = CliRunner()


def examined(*options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code, and findings by name."""
    result = runner.invoke(app, ["doctor", "--json", *options])
    return result.exit_code, {each["name"]: each for each in json.loads(result.stdout)["findings"]}


@pytest.mark.usefixtures("ready")
def test_a_fresh_installation_is_well_and_is_told_what_comes_next() -> None:
    code, found = examined("--offline")

    assert code == 0
    assert {name for name, finding in found.items() if finding["state"] == "failed"} == set()
    assert found["Migrations"]["state"] == "passed"
    assert "connector setup-link" in found["Orgs"]["cure"]
    assert "CONNECTOR_PUBLIC_URL" in found["Public address"]["cure"]


@pytest.mark.usefixtures("data_dir")
def test_before_init_the_doctor_prescribes_init() -> None:
    result = runner.invoke(app, ["doctor"])

    assert result.exit_code == 3
    assert "run `connector init`" in result.stdout
    assert "2 of 3 checks failed." in result.stdout


def test_a_key_file_that_others_may_read_is_found(ready: Path) -> None:
    (ready / "secret.key").chmod(0o644)

    code, found = examined("--offline")

    assert code == 3
    assert "chmod 600" in found["Keys"]["cure"]


def test_a_key_that_belongs_to_another_database_is_found(ready: Path) -> None:
    store = SqlStore(f"sqlite:///{ready / 'connector.sqlite'}", KeyRing(ready / "secret.key"))
    with store.write() as unit:
        unit.connections.save_account(an_account("https://api.example.com"))
    store.close()
    (ready / "secret.key").write_bytes(Fernet.generate_key())

    code, found = examined("--offline")

    assert code == 3
    assert found["Secrets at rest"]["cure"] == "restore the key file that belongs to this database"


def test_a_schema_of_another_version_is_found(ready: Path) -> None:
    store = SqlStore(f"sqlite:///{ready / 'connector.sqlite'}", KeyRing(ready / "secret.key"))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    store.close()

    code, found = examined("--offline")

    assert code == 3
    assert "connector db upgrade" in found["Migrations"]["cure"]
    assert "Secrets at rest" not in found


@pytest.mark.usefixtures("ready")
def test_a_database_that_does_not_answer_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", f"postgresql://u:hush-hush@127.0.0.1:{free_port(0)}/x")

    result = runner.invoke(app, ["doctor"])

    assert result.exit_code == 3
    assert "Connection refused" in result.stdout
    assert "correct CONNECTOR_DATABASE_URL" in result.stdout
    assert "hush-hush" not in result.output


@pytest.mark.usefixtures("ready")
def test_a_job_database_that_does_not_answer_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_JOBS_DATABASE_URL", f"postgresql://u:hush-hush@127.0.0.1:{free_port(0)}/x")

    code, found = examined("--offline")

    assert code == 3
    assert "Connection refused" in found["Job database"]["detail"]
    assert "CONNECTOR_JOBS_DATABASE_URL" in found["Job database"]["cure"]


def test_of_a_damaged_database_the_doctor_prescribes_a_backup(ready: Path) -> None:
    damage(ready / "connector.sqlite")

    code, found = examined("--offline")

    assert code == 3
    assert "file is not a database" in found["Database"]["detail"]
    assert "connector db restore" in found["Database"]["cure"]


def test_all_is_well_is_not_said_over_warnings() -> None:
    passed, warned, failed = (
        Finding(area="", name="", state=state) for state in ("passed", "warning", "failed")
    )

    assert summary([passed]) == "All is well."
    assert summary([passed, warned]) == "Nothing failed; 1 warning."
    assert summary([passed, warned, failed]) == "1 of 3 checks failed."


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize("variable", ["CONNECTOR_DATABASE_URL", "CONNECTOR_JOBS_DATABASE_URL"])
@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "mysql://u:hush-hush@127.0.0.1/x",
        "postgresql+asyncpg://u:hush-hush@127.0.0.1/x",
        "postgresql://u:hush-hush@127.0.0.1:port/x",
    ],
)
def test_an_address_of_no_database_is_refused_by_name_and_not_shown(
    variable: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, address)

    result = runner.invoke(app, ["init"])

    assert result.exit_code == 3, result.output
    assert f"{variable}: is no address of a database: write postgresql://" in result.stderr
    assert "hush-hush" not in result.output


@pytest.mark.parametrize(
    "address",
    ["postgres://u:p@h/x", "postgresql://u:p/q@h:5432/x", "postgresql+psycopg:///x", "sqlite:////tmp/x"],
)
def test_addresses_of_databases_are_taken(address: str) -> None:
    assert Settings(database_url=address).store_url == address


def test_orgs_and_platforms_that_do_not_answer_are_told_apart(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_PORT", str(free_port(0)))
    store = SqlStore(f"sqlite:///{ready / 'connector.sqlite'}", KeyRing(ready / "secret.key"))
    nobody = f"http://127.0.0.1:{free_port(0)}"
    with store.write() as unit:
        unit.connections.save_account(an_account(nobody))
        unit.connections.save_org(an_org(nobody.replace("http:", "https:")))
        unit.health.beat("local", now=datetime.now(UTC))
    store.close()

    code, found = examined()

    assert code == 3
    assert found["Salesforce answers"]["state"] == "failed"
    assert found["Signing in"]["state"] == "skipped"
    assert found["Worker"]["state"] == "passed"
    assert found["Gifting platform main"]["state"] == "failed"
    assert found["Web server"]["state"] == "warning"


def test_a_misspelt_setting_is_found_with_what_was_meant(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_LOG_LEVL", "DEBUG")

    result = runner.invoke(app, ["doctor", "--offline"])

    assert result.exit_code == 0
    assert "CONNECTOR_LOG_LEVL is no setting and is ignored." in result.stdout
    assert "CONNECTOR_LOG_LEVEL may have been meant." in result.stdout
    assert ready.exists()


@pytest.mark.usefixtures("data_dir")
def test_all_bad_settings_are_named_at_once_and_never_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PORT", "seventy"), ("LOG_LEVEL", "loudly"), ("LEASE_SECONDS", "-17")):
        monkeypatch.setenv(f"CONNECTOR_{name}", value)

    result = runner.invoke(app, ["worker"])

    assert result.exit_code == 3
    for name in ("CONNECTOR_PORT", "CONNECTOR_LOG_LEVEL", "CONNECTOR_LEASE_SECONDS"):
        assert name in result.stderr
    for value in ("seventy", "loudly", "-17"):
        assert value not in result.stderr


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"CONNECTOR_SMTP_HOST": "mail.example.com"}, "CONNECTOR_SMTP_FROM and CONNECTOR_SMTP_TO"),
        ({"CONNECTOR_WORKER_SILENT_SECONDS": "3"}, "more than CONNECTOR_HEARTBEAT_SECONDS"),
    ],
)
@pytest.mark.usefixtures("data_dir")
def test_settings_that_do_not_fit_together_are_refused(
    given: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    result = runner.invoke(app, ["status"])

    assert result.exit_code == 3
    assert named in result.stderr


@pytest.mark.usefixtures("data_dir")
def test_config_shows_values_and_their_sources_and_hides_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_METRICS_TOKEN", "hush-hush")
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", "postgresql://gifting:hush-hush@db.example.com/gifting")
    monkeypatch.setenv("CONNECTOR_LEASE_SECONDS", "90")

    plain = runner.invoke(app, ["config"])
    told = {each["variable"]: each for each in json.loads(runner.invoke(app, ["config", "--json"]).stdout)}

    assert "hush-hush" not in plain.output + json.dumps(told)
    assert told["CONNECTOR_DATABASE_URL"]["value"] == "postgresql://gifting:***@db.example.com/gifting"
    assert told["CONNECTOR_METRICS_TOKEN"]["value"] == "********"
    assert told["CONNECTOR_SMTP_PASSWORD"]["value"] == ""
    lease = told["CONNECTOR_LEASE_SECONDS"]
    assert (lease["value"], lease["unit"], lease["default"], lease["source"]) == (
        "90",
        "seconds",
        "120",
        "environment",
    )
    assert told["CONNECTOR_PORT"]["source"] == "default"
    assert "CONNECTOR_LEASE_SECONDS = 90 seconds   [environment; default 120]" in plain.stdout


def test_every_setting_has_a_meaning_and_every_number_a_unit() -> None:
    for setting in describe(Settings(), {}):
        assert setting.meaning.endswith("."), setting.variable
        assert setting.unit != "number", setting.variable


def test_keys_may_come_from_the_environment_and_then_no_file_is_made(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = runner.invoke(app, ["keys", "new"]).stdout.strip()
    new = runner.invoke(app, ["keys", "new"]).stdout.strip()
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", old)
    made = runner.invoke(app, ["init"])
    store = SqlStore(f"sqlite:///{data_dir / 'connector.sqlite'}", Fernet(old))
    with store.write() as unit:
        unit.connections.save_account(an_account("https://api.example.com"))
    store.close()

    refused = runner.invoke(app, ["keys", "rotate"])
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", f"{new} {old}")
    rotated = runner.invoke(app, ["keys", "encrypt-again"])
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", new)
    well, _ = examined("--offline")
    monkeypatch.setenv("CONNECTOR_SECRET_KEYS", "no-key")
    ill, found = examined("--offline")

    assert made.exit_code == 0, made.stderr
    assert not (data_dir / "secret.key").exists()
    assert (refused.exit_code, rotated.exit_code, well, ill) == (3, 0, 0, 3)
    assert "encrypt-again" in refused.stderr
    assert "1 rows" in rotated.stdout
    assert "no-key" not in json.dumps(found)


def an_account(base_url: str) -> ProviderAccount:
    return ProviderAccount(
        account_id="main", provider="andopen", base_url=base_url, token="t0ken", webhook_secret="hush-hush"
    )


def an_org(instance_url: str) -> OrgConnection:
    return OrgConnection(
        org_id="00D000000000001AAA",
        instance_url=instance_url,
        login_url=instance_url,
        consumer_key="key",
        username="integration@local.example",
        private_key_pem="no key",
    )
