"""Budgets, teams and approval rules on the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from connector.app import Container
from connector.cli import app
from connector.config import load_settings
from connector.domain.connections import OrgConnection

ORG = "00D000000000001EAA"
ROBIN = "005000000000011AAA"
runner = CliRunner()


@pytest.fixture(autouse=True)
def connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connector that knows one org."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path / "data"))
    assert runner.invoke(app, ["init"]).exit_code == 0
    box = Container(load_settings())
    with box.store.write() as unit:
        unit.connections.save_org(
            OrgConnection(
                org_id=ORG,
                instance_url="https://example.my.salesforce.com",
                login_url="https://login.salesforce.com",
                consumer_key="key",
                username="integration@example.com",
                private_key_pem="pem",
            )
        )
    box.close()


def run(*words: str) -> str:
    result = runner.invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str) -> str:
    result = runner.invoke(app, list(words))
    assert result.exit_code != 0
    return result.output


def test_a_team_and_a_person_get_budgets_and_lose_them() -> None:
    run("team", "set", "North", "--user", ROBIN[:15])
    run("budget", "set", "500.00", "--currency", "EUR", "--team", "north", "--period", "month")
    run("budget", "set", "100", "--currency", "EUR", "--user", ROBIN)

    listed = run("budget", "list")
    run("budget", "remove", "--user", ROBIN)
    run("team", "remove", "North")

    assert "North  month  limit 500.00 EUR" in listed
    assert f"user  {ROBIN}  -  total  limit 100.00 EUR" in listed
    assert "remaining 100.00 EUR" in listed
    assert run("budget", "list") == ""


@pytest.mark.parametrize(
    "words",
    [
        ("budget", "set", "1", "--currency", "EUR", "--user", "003000000000001AAA"),
        ("budget", "set", "1", "--currency", "EUR", "--team", "nobody"),
        ("budget", "set", "1", "--currency", "EUR", "--team", "a", "--user", ROBIN),
        ("budget", "remove"),
        ("approval", "set", "--gift-campaign", "welcome"),
        ("approval", "set", "--above", "much", "--currency", "EUR"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...]) -> None:
    assert refused(*words)


def test_approval_rules_are_set_and_shown() -> None:
    run(
        "approval",
        "set",
        "--above",
        "100.00",
        "--currency",
        "EUR",
        "--gift-campaign",
        "main:c1",
        "--days",
        "3",
    )

    shown = run("approval", "show")

    assert "above 100.00 EUR" in shown
    assert "always: main  c1" in shown
    assert "four eyes: yes  days to decide: 3" in shown
    assert "0 gifts wait." in shown
