import io
import logging
import sys
import traceback

import pytest
import requests
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from connector.adapters.salesforce.session import salesforce_session
from connector.logs import set_up_logs
from tests.connector.world import World


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_logged_failure_shows_no_local_variables(log_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    before = structlog.get_config()
    set_up_logs(log_format=log_format, log_level="INFO")

    try:
        _fail_over(f"ada@{'example'}.com")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    structlog.configure(**before)

    assert "RuntimeError: 15" in written.getvalue()
    assert "ada@example.com" not in written.getvalue()


def test_a_statement_that_fails_tells_nobody_what_it_was_given(world: World) -> None:
    world.plan_sync(world.link(world.campaign(contacts=1)).link_id)
    [gift] = world.gifts()

    with pytest.raises(IntegrityError) as failed, world.store.write() as unit:
        unit.gifts.add([gift])

    assert "INSERT INTO gift" in str(failed.value)
    assert gift.request.recipient.email not in str(failed.value)
    assert gift.request.recipient.last_name not in str(failed.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gift SET approval = 'Pending'",
        "UPDATE gift SET planned_at = NULL",
        "UPDATE gift SET value_minor_units = CAST(email AS INTEGER)",
    ],
)
def test_a_row_that_the_database_refuses_is_told_to_nobody(world: World, statement: str) -> None:
    """PostgreSQL shows the whole row, and a value that does not fit."""
    world.plan_sync(world.link(world.campaign(contacts=1)).link_id)
    [gift] = world.gifts()
    if "CAST" in statement and world.store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite makes a number of any text")

    with pytest.raises(DBAPIError) as failed, world.store.write_plainly() as connection:
        connection.execute(text(statement))

    told = "".join(traceback.format_exception(failed.value))
    assert gift.request.recipient.email not in told
    assert gift.request.recipient.last_name not in told
    assert statement in told


def test_a_call_that_is_repeated_tells_nobody_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    before = structlog.get_config()
    set_up_logs(log_format="json", log_level="INFO")
    structlog.configure(**before)
    soql = "SELECT Id FROM Contact WHERE Email = 'ada@example.com'"

    with caplog.at_level(logging.WARNING), pytest.raises(requests.ConnectionError):
        salesforce_session().get("https://127.0.0.1:1/services/data/v66.0/query", params={"q": soql})

    assert "ada" not in caplog.text


def _fail_over(email: str) -> None:
    raise RuntimeError(len(email))
