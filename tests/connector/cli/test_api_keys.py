"""Keys of orgs' flows on the command line: shown once, listed without what opens, revoked for good."""

import re

import pytest
from typer.testing import CliRunner

from connector.app import Container
from connector.cli import app
from connector.config import load_settings
from tests.connector.cli.conftest import ORG

runner = CliRunner()
pytestmark = pytest.mark.usefixtures("connected")


def created(*options: str) -> str:
    return printed("create", "--name", "flows of marketing", *options)


def printed(*command: str) -> str:
    result = runner.invoke(app, ["api-key", *command])
    assert result.exit_code == 0, result.output
    (key,) = re.findall(r"gift_[0-9a-f]{12}_\S+", result.output)
    return str(key)


def opens(key: str) -> str:
    box = Container(load_settings())
    try:
        found = box.api_access.recognise(key)
        return found.org_id if found else ""
    finally:
        box.close()


def test_a_new_key_opens_the_api_for_the_only_org() -> None:
    assert opens(created()) == ORG


def test_the_list_names_keys_but_shows_none() -> None:
    key = created()

    listed = runner.invoke(app, ["api-key", "list"]).output

    assert key.split("_")[1] in listed
    assert "flows of marketing" in listed
    assert key.split("_", 2)[2] not in listed


def test_a_revoked_key_opens_nothing_and_cannot_be_revoked_again() -> None:
    key = created()

    first = runner.invoke(app, ["api-key", "revoke", key.split("_")[1]])
    second = runner.invoke(app, ["api-key", "revoke", key.split("_")[1]])

    assert opens(key) == ""
    assert (first.exit_code, second.exit_code) == (0, 3)
    assert "run `connector api-key list`" in second.stderr


def test_a_key_for_an_org_that_is_not_connected_is_refused() -> None:
    result = runner.invoke(app, ["api-key", "create", "--org", "00D000000000009EAA"])

    assert result.exit_code == 3
    assert "run `connector connect`" in result.stderr


def test_a_replaced_key_opens_until_the_new_one_is_entered_everywhere() -> None:
    old = created("--scope", "read")

    new = printed("rotate", old.split("_")[1])
    newest = printed("rotate", new.split("_")[1])
    open_now = [bool(opens(key)) for key in (old, new, newest)]
    listed = runner.invoke(app, ["api-key", "list"]).output

    assert open_now == [False, True, True]
    assert listed.count("  read  ") == 2
    assert "ends 20" in listed
    assert "last used 20" in listed


def test_a_key_that_is_replaced_at_once_opens_nothing_any_more() -> None:
    old = created()

    printed("rotate", old.split("_")[1], "--days", "0")

    assert opens(old) == ""


def test_a_key_that_is_not_there_cannot_be_replaced() -> None:
    assert runner.invoke(app, ["api-key", "rotate", "nothing"]).exit_code == 3
