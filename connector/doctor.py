"""Everything that an installation of the connector needs, looked at from the settings on. Changes nothing."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

import httpx2
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from connector.adapters.loopback import is_loopback
from connector.adapters.store.postgres import database_address
from connector.adapters.store.reencrypt import encrypted_columns
from connector.adapters.store.silence import is_damaged
from connector.app import Container
from connector.config import Settings, load_settings
from connector.configuration import unknown_variables
from connector.errors import ConfigurationError, ConnectorError, TemporaryError
from connector.services.operations.checking import CheckResult

State = Literal["passed", "failed", "warning", "skipped"]
_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check. area: what it belongs to. detail: what was found. cause and cure: where it is not well."""

    area: str
    name: str
    state: State
    detail: str = ""
    cause: str = ""
    cure: str = ""
    code: str = ""


def examine(*, offline: bool = False) -> Iterator[Finding]:
    """Every check in the order of their dependence; what a failure makes pointless is left out.

    offline: looks at this machine and its database alone.
    """
    yield from _unknown_names()
    try:
        settings = load_settings()
    except ConfigurationError as error:
        yield _failed("This machine", "Settings", error)
        return
    yield Finding(area="This machine", name="Settings", state="passed", detail="Every value makes sense.")
    with closing(Container(settings)) as box:
        mine = list(_this_machine(box))
        yield from mine
        if any(finding.state == "failed" for finding in mine):
            return
        yield from _surroundings(box, offline=offline)


def _unknown_names() -> Iterator[Finding]:
    for name, meant in unknown_variables().items():
        yield Finding(
            area="This machine",
            name="Settings",
            state="warning",
            detail=f"{name} is no setting and is ignored.",
            cure=f"{meant} may have been meant." if meant else "`connector config` lists the settings.",
        )


def _this_machine(box: Container) -> Iterator[Finding]:
    area = "This machine"
    yield _check(area, "Data directory", lambda: _data_directory(box.settings))
    keys = _check(area, "Keys", lambda: _keys(box))
    yield keys
    if keys.state == "failed":
        return
    database = _check(area, "Database", lambda: _database(box))
    yield database
    if database.state == "failed":
        return
    migrations = _check(area, "Migrations", lambda: _migrations(box))
    yield migrations
    if migrations.state != "failed":
        yield _check(area, "Secrets at rest", lambda: _secrets(box))
    yield _check(area, "Job database", lambda: _job_database(box.settings))


def _data_directory(settings: Settings) -> str:
    folder = settings.data_dir
    if not folder.is_dir():
        raise ConfigurationError(
            f"{folder} does not exist", code="no_data_dir", remedy="run `connector init`"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError(
            f"{folder} cannot be written to",
            code="data_dir_read_only",
            remedy="give it to the connector's user",
        )
    return str(folder)


def _keys(box: Container) -> str:
    box.keys.encrypt(b"tried")
    if box.settings.secret_keys.get_secret_value():
        return "From CONNECTOR_SECRET_KEYS."
    path = box.settings.key_file
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(
            f"Others may read {path}",
            code="key_file_open",
            remedy=f"run `chmod 600 {path}`, and rotate the key",
        )
    return str(path)


def _database(box: Container) -> str:
    engine = box.sql_store.engine
    with _answering("The database does not answer", "CONNECTOR_DATABASE_URL", engine):
        return _opened(engine)


def _job_database(settings: Settings) -> str:
    engine = create_engine(database_address(settings.engine_url))
    try:
        with _answering("The job database does not answer", "CONNECTOR_JOBS_DATABASE_URL", engine):
            return _opened(engine)
    finally:
        engine.dispose()


def _opened(engine: Engine) -> str:
    with engine.connect():
        return engine.url.render_as_string(hide_password=True)


@contextmanager
def _answering(text: str, setting: str, engine: Engine) -> Iterator[None]:
    """Turns a driver's error into what an operator can do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise TemporaryError(
            f"{text}: {_reason(error, engine)}",
            code="database_silent",
            remedy=_remedy(error, setting),
        ) from None


def _remedy(error: SQLAlchemyError, setting: str) -> str:
    if is_damaged(error):
        return f"stop the connector and run `connector db restore` with a backup, or correct {setting}"
    return f"start it, or correct {setting}"


def _reason(error: SQLAlchemyError, engine: Engine) -> str:
    """The driver's own first line, without the password."""
    driver = getattr(error, "orig", None)
    lines = str(driver or "").splitlines()
    told = lines[0] if lines else type(driver or error).__name__
    return told.replace(str(engine.url.password), "***") if engine.url.password else told


def _migrations(box: Container) -> str:
    box.sql_store.check_version()
    return "The schema is this program's."


def _secrets(box: Container) -> str:
    read = 0
    with box.sql_store.engine.connect() as connection:
        for _, columns in encrypted_columns():
            read += len(connection.execute(select(*columns)).all())
    return f"{read} rows with secrets are readable."


def _surroundings(box: Container, *, offline: bool) -> Iterator[Finding]:
    area = "Surroundings"
    public = box.settings.public_url
    if is_loopback(public):
        yield Finding(
            area=area,
            name="Public address",
            state="warning",
            detail=f"{public} is reached from this machine alone: platforms elsewhere cannot send webhooks.",
            cure="set CONNECTOR_PUBLIC_URL to the address that your proxy serves",
        )
    elif not public.startswith("https://"):
        yield _failed(
            area,
            "Public address",
            ConfigurationError(
                f"{public} is not encrypted",
                code="public_url_plain",
                remedy="serve it by https, and set CONNECTOR_PUBLIC_URL",
            ),
        )
    if not offline:
        yield _reached(public)
    yield from _orgs(box, offline=offline)


def _reached(public: str) -> Finding:
    """Only a warning: a network may be such that its own outside is not reached from within."""
    try:
        answer = httpx2.get(f"{public}/health/live", timeout=_SECONDS)
        reached = answer.status_code == 200 and answer.json() == {"status": "live"}
    except (httpx2.HTTPError, ValueError):
        reached = False
    return Finding(
        area="Surroundings",
        name="Web server",
        state="passed" if reached else "warning",
        detail=f"{public} {'is' if reached else 'is not'} answered by a connector.",
        cure="" if reached else "start `connector run` (or `connector serve` and `connector worker`)",
    )


def _orgs(box: Container, *, offline: bool) -> Iterator[Finding]:
    with box.store.read() as unit:
        orgs = list(unit.connections.orgs())
        lone = [account for account in unit.connections.accounts() if not orgs]
    if not orgs:
        yield Finding(
            area="Surroundings",
            name="Orgs",
            state="warning",
            detail="No org is connected.",
            cure="open the link of `connector setup-link`, or run `connector connect`",
        )
    if offline:
        return
    for account in lone:
        yield _check(
            f"Account {account.account_id}", "Gifting platform", partial(_campaigns, box, account.account_id)
        )
    for org in orgs:
        for result in box.diagnose(org.org_id):
            yield _of_org(org.org_id, result)


def _campaigns(box: Container, account_id: str) -> str:
    return f"{sum(1 for _ in box.open_provider(account_id).gift_campaigns())} gift campaigns."


def _of_org(org_id: str, result: CheckResult) -> Finding:
    return Finding(
        area=f"Org {org_id}",
        name=result.name,
        state=result.state.value,
        detail=result.detail,
        cause=result.cause,
        cure=result.cure,
        code=result.code,
    )


def _check(area: str, name: str, look: Callable[[], str]) -> Finding:
    try:
        detail = look()
    except ConnectorError as error:
        return _failed(area, name, error)
    return Finding(area=area, name=name, state="passed", detail=detail)


def _failed(area: str, name: str, error: ConnectorError) -> Finding:
    return Finding(
        area=area, name=name, state="failed", detail=str(error), cure=error.remedy, code=error.code
    )
