"""Budgets, teams and approval rules on the command line."""

import pytest
from typer.testing import CliRunner

from connector.cli import app

ROBIN = "005000000000011AAA"
runner = CliRunner()
pytestmark = pytest.mark.usefixtures("connected")


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
