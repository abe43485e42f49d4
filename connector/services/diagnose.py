"""Checks of everything between the connector, Salesforce and the gifting platforms, one after the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from threading import Thread
from time import monotonic

import structlog

from connector.domain.connections import OrgConnection
from connector.domain.package import NEWEST_VERSION
from connector.errors import ConnectorError
from connector.ports import Clock, OrgIdentity, SalesforceOrg
from connector.services.ailments.ailment import Ailment, Where
from connector.services.ailments.table import AILMENTS, ailment_of
from connector.services.notices import WORKER_SILENT
from connector.services.package_version import installed_version
from connector.services.soql import quote, quoted_list
from connector.services.storage import Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

INTEGRATION_PERMISSION_SET = "Gift_Integration"
# What the package switches on; a flow of these that the org does not have is not missed here.
FLOWS = (
    "Gift_On_Opportunity_Stage",
    "Gift_Provision_Member_Statuses",
    "Gift_Reparent_On_Lead_Conversion",
    "Gift_Request_On_Campaign_Member",
    "Send_Gift",
)
# Of the org's allocation: the query. Tokens, userinfo and the list of versions are not counted.
CALLS_OF_A_TEST = 1
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_SCOPES = frozenset({"api", "refresh_token"})


class CheckState(StrEnum):
    """SKIPPED: something before it must be mended first."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check. detail: what was found. cause and cure: of a failure."""

    name: str
    state: CheckState
    detail: str = ""
    code: str = ""
    cause: str = ""
    cure: str = ""
    milliseconds: int = 0


@dataclass
class _Org:
    """What the checks of one run learn and share. api_calls: counted as the org counts them."""

    connection: OrgConnection
    org: SalesforceOrg
    identity: OrgIdentity | None = None


@dataclass(frozen=True)
class Diagnose:
    """try_connection: an org that holds no token yet. server_time: at the org, without signing in.

    seconds_for_each: how long a check may take; what it waits for is then left to end by itself.
    """

    store: Store
    try_connection: Callable[[OrgConnection], SalesforceOrg]
    server_time: Callable[[OrgConnection], datetime]
    open_provider: OpenProvider
    clock: Clock
    floor_calls: int
    seconds_for_each: float = 20.0

    def __call__(self, org_id: str) -> list[CheckResult]:
        """Every check of an org, in the order in which they depend on each other. Changes nothing."""
        return list(self.each(org_id))

    def each(self, org_id: str) -> Iterator[CheckResult]:
        """As calling, one result after the other as they come. Raises ConnectorError for an unknown org."""
        self._open(org_id)
        return self._each(org_id)

    def _each(self, org_id: str) -> Iterator[CheckResult]:
        failed = ""
        for result in self.connection(org_id):
            if result.state is CheckState.FAILED and result.code not in _STANDS_ALONE:
                failed = result.name
            yield result
        yield from self.package(org_id, after=failed)
        yield from self.surroundings(org_id)

    def connection(self, org_id: str) -> Iterator[CheckResult]:
        """Whether the org lets the connector in, and how many calls are left."""
        looked = self._open(org_id)
        return self._in_turn(
            ("Salesforce answers", lambda: self._answers(looked)),
            ("Signing in", lambda: _signs_in(looked)),
            ("The right org and user", lambda: _is_right(looked)),
            ("Scopes", lambda: _has_scopes(looked)),
            ("API access", lambda: _calls(looked)),
            ("API calls left", lambda: self._calls_left(looked)),
        )

    def package(self, org_id: str, *, after: str = "") -> Iterator[CheckResult]:
        """Whether the org has what the connector works with. after: a check that failed before."""
        looked = self._open(org_id)
        return self._in_turn(
            ("Package", lambda: _has_package(looked)),
            ("Permission set", lambda: _has_permission_set(looked)),
            ("Marketing User", lambda: _is_marketing_user(looked)),
            ("Flows", lambda: _flows_are_on(looked)),
            failed=after,
        )

    def surroundings(self, org_id: str) -> Iterator[CheckResult]:
        """Worker and gifting platforms. Each stands for itself."""
        with self.store.read() as unit:
            accounts = unit.connections.accounts_of(org_id)
        yield self._run("Worker", self._worker_lives)
        for account in accounts:
            yield self._run(
                f"Gifting platform {account.account_id}", partial(self._platform, account.account_id)
            )

    def _in_turn(self, *checks: tuple[str, Callable[[], str]], failed: str = "") -> Iterator[CheckResult]:
        """Until one fails; what comes after it would fail of the same cause. failed: one before them."""
        for name, check in checks:
            if failed:
                yield CheckResult(name=name, state=CheckState.SKIPPED, detail=f"After: {failed}.")
                continue
            result = self._run(name, check)
            # What is missing in the org does not keep the next from being looked at.
            if result.state is CheckState.FAILED and result.code not in _STANDS_ALONE:
                failed = name
            yield result

    def _run(self, name: str, check: Callable[[], str]) -> CheckResult:
        began = monotonic()
        try:
            detail = self._in_time(check)
        except ConnectorError as error:
            return _failed(name, error, _milliseconds(began))
        except Exception:
            # A page that is being sent cannot become an error page any more.
            log.exception("check_broke", check=name)
            defect = ConnectorError(
                "A defect of the connector.", code="defect", remedy="Its log says more: report it."
            )
            return _failed(name, defect, _milliseconds(began))
        return CheckResult(
            name=name, state=CheckState.PASSED, detail=detail, milliseconds=_milliseconds(began)
        )

    def _in_time(self, check: Callable[[], str]) -> str:
        """In a thread of its own, which nobody waits for at the end. Raises what the check raises."""
        outcome: Future[str] = Future()

        def carry_out() -> None:
            try:
                outcome.set_result(check())
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                outcome.set_exception(error)

        Thread(target=carry_out, name="diagnosis", daemon=True).start()
        try:
            return outcome.result(self.seconds_for_each)
        except TimeoutError:
            waited = f"No answer within {self.seconds_for_each:g} seconds."
            raise _found("check_timeout", waited) from None

    def _open(self, org_id: str) -> _Org:
        with self.store.read() as unit:
            connection = unit.connections.org(org_id)
        if connection is None:
            raise ConnectorError(f"Org {org_id} is not connected", code="unknown_org")
        return _Org(connection, self.try_connection(connection))

    def _answers(self, looked: _Org) -> str:
        skew = abs(self.server_time(looked.connection) - self.clock())
        if skew > _CLOCKS_MAY_DIFFER:
            raise _found("clock_skew", f"The clocks differ by {round(skew.total_seconds())} seconds.")
        return f"{looked.connection.instance_url}; the clocks agree."

    def _calls_left(self, looked: _Org) -> str:
        usage = looked.org.api_usage()
        if usage is None:
            return "Salesforce did not say how many."
        if usage.allocation - usage.used <= self.floor_calls:
            raise _found("api_floor", f"{usage.used:,} of {usage.allocation:,} used.")
        return f"{usage.used:,} of {usage.allocation:,} used in 24 hours."

    def _worker_lives(self) -> str:
        with self.store.read() as unit:
            beat = unit.health.last_beat()
        if beat is None or self.clock() - beat > WORKER_SILENT:
            raise _found("worker_silent", "No worker has shown itself for five minutes.")
        return "At work."

    def _platform(self, account_id: str) -> str:
        campaigns = sum(1 for _ in self.open_provider(account_id).gift_campaigns())
        return f"{campaigns} gift campaigns."


def _signs_in(looked: _Org) -> str:
    looked.identity = looked.org.identity()
    return f"As {looked.identity.username}."


def _is_right(looked: _Org) -> str:
    identity = looked.identity or looked.org.identity()
    if identity.org_id != looked.connection.org_id:
        raise _found("other_org", f"The address leads to org {identity.org_id}.")
    return f"{identity.org_id}, user {identity.user_id}."


def _has_scopes(looked: _Org) -> str:
    scopes = looked.connection.scopes
    granted = set(scopes)
    if scopes and "full" not in granted and not granted >= _SCOPES:
        raise _found("scope_missing", f"Granted: {', '.join(scopes)}.")
    return ", ".join(scopes) or "Salesforce did not say which."


def _calls(looked: _Org) -> str:
    list(looked.org.query("SELECT Id FROM Organization"))
    return f"API version {looked.connection.api_version}."


def _has_package(looked: _Org) -> str:
    try:
        list(looked.org.query("SELECT Id FROM Gift__c LIMIT 1"))
    except ConnectorError as error:
        if error.code in {"INVALID_TYPE", "NOT_FOUND"}:
            raise _found("package_missing", "Gift__c is not there for the user.") from error
        raise
    version = installed_version(looked.org)
    return f"Version {version}; the newest is {NEWEST_VERSION}." if version else "Gift__c is there."


def _has_permission_set(looked: _Org) -> str:
    user_id = quote(looked.connection.user_id)
    name = quote(INTEGRATION_PERMISSION_SET)
    held = list(
        looked.org.query(
            "SELECT Id FROM PermissionSetAssignment"  # noqa: S608
            f" WHERE AssigneeId = {user_id} AND PermissionSet.Name = {name}"
        )
    )
    if not held:
        raise _found("permission_set_missing", f"{looked.connection.username} does not hold it.")
    return "Gift Integration is assigned."


def _is_marketing_user(looked: _Org) -> str:
    user_id = quote(looked.connection.user_id)
    rows = list(
        looked.org.query(f"SELECT UserPermissionsMarketingUser FROM User WHERE Id = {user_id}")  # noqa: S608
    )
    if not rows or not rows[0]["UserPermissionsMarketingUser"]:
        raise _found("marketing_user_missing", f"{looked.connection.username} is none.")
    return "The user is one."


def _flows_are_on(looked: _Org) -> str:
    off = flows_off(looked.org)
    if off:
        raise _found("flow_inactive", f"Switched off: {', '.join(off)}.")
    return "All of the package's flows are on."


def flows_off(org: SalesforceOrg) -> list[str]:
    """API names of the package's flows that are there and switched off. Raises the org's errors.

    Source: Object Reference, FlowDefinitionView.
    """
    names = quoted_list(FLOWS)
    rows = org.query(f"SELECT ApiName, IsActive FROM FlowDefinitionView WHERE ApiName IN {names}")  # noqa: S608
    return sorted(row["ApiName"] for row in rows if not row["IsActive"])


_STANDS_ALONE = frozenset(
    {"flow_inactive", "marketing_user_missing", "permission_set_missing", "scope_missing"}
)


def _failed(name: str, error: ConnectorError, milliseconds: int) -> CheckResult:
    ailment = _ailment_behind(error)
    return CheckResult(
        name=name,
        state=CheckState.FAILED,
        detail=str(error),
        code=error.code,
        cause=ailment.cause if ailment else "",
        cure=error.remedy or (ailment.cure if ailment else ""),
        milliseconds=milliseconds,
    )


def _ailment_behind(error: ConnectorError) -> Ailment | None:
    """By the remedy, which the error was given from its row of the table."""
    rows = (row for row in AILMENTS if row.cure == error.remedy and row.code in {"", error.code})
    return next(rows, None)


def _found(code: str, text: str) -> ConnectorError:
    ailment = ailment_of(Where.CHECK, code)
    if ailment is None:
        return ConnectorError(text, code=code)
    return ailment.raised(text, code=code, remedy=ailment.cure)


def _milliseconds(began: float) -> int:
    return round((monotonic() - began) * 1_000)
