"""Checks of everything between the connector, Salesforce and the gifting platforms, one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from connector.domain.connections import OrgConnection
from connector.errors import ConnectorError
from connector.ports import Clock, SalesforceOrg
from connector.services.operations import org_checks
from connector.services.operations.checking import Check, CheckResult, CheckState, carry_out, found
from connector.services.operations.notices import WORKER_SILENT
from connector.services.operations.org_checks import LookedAt
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider

# Of the org's allocation: the query. Tokens, userinfo and the list of versions are not counted.
CALLS_OF_A_TEST = 1
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_STANDS_ALONE = frozenset(
    {"flow_inactive", "marketing_user_missing", "permission_set_missing", "scope_missing"}
)


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
            ("Signing in", lambda: org_checks.signs_in(looked)),
            ("The right org and user", lambda: org_checks.is_right(looked)),
            ("Scopes", lambda: org_checks.has_scopes(looked)),
            ("API access", lambda: org_checks.calls(looked)),
            ("API calls left", lambda: self._calls_left(looked)),
        )

    def package(self, org_id: str, *, after: str = "") -> Iterator[CheckResult]:
        """Whether the org has what the connector works with. after: a check that failed before."""
        looked = self._open(org_id)
        return self._in_turn(
            ("Package", lambda: org_checks.has_package(looked)),
            ("Permission set", lambda: org_checks.has_permission_set(looked)),
            ("Marketing User", lambda: org_checks.is_marketing_user(looked)),
            ("Flows", lambda: org_checks.flows_are_on(looked)),
            failed=after,
        )

    def surroundings(self, org_id: str) -> Iterator[CheckResult]:
        """Worker and gifting platforms. Each stands for itself."""
        with self.store.read() as unit:
            accounts = unit.connections.accounts_of(org_id)
        yield self._carry_out("Worker", self._worker_lives)
        for account in accounts:
            yield self._carry_out(
                f"Gifting platform {account.account_id}", partial(self._platform, account.account_id)
            )

    def _in_turn(self, *checks: tuple[str, Check], failed: str = "") -> Iterator[CheckResult]:
        """Until one fails; what comes after it would fail of the same cause. failed: one before them."""
        for name, check in checks:
            if failed:
                yield CheckResult(name=name, state=CheckState.SKIPPED, detail=f"After: {failed}.")
                continue
            result = self._carry_out(name, check)
            # What is missing in the org does not keep the next from being looked at.
            if result.state is CheckState.FAILED and result.code not in _STANDS_ALONE:
                failed = name
            yield result

    def _carry_out(self, name: str, check: Check) -> CheckResult:
        return carry_out(name, check, seconds=self.seconds_for_each)

    def _open(self, org_id: str) -> LookedAt:
        with self.store.read() as unit:
            connection = unit.connections.org(org_id)
        if connection is None:
            raise ConnectorError(f"Org {org_id} is not connected", code="unknown_org")
        return LookedAt(connection, self.try_connection(connection))

    def _answers(self, looked: LookedAt) -> str:
        skew = abs(self.server_time(looked.connection) - self.clock())
        if skew > _CLOCKS_MAY_DIFFER:
            raise found("clock_skew", f"The clocks differ by {round(skew.total_seconds())} seconds.")
        return f"{looked.connection.instance_url}; the clocks agree."

    def _calls_left(self, looked: LookedAt) -> str:
        usage = looked.org.api_usage()
        if usage is None:
            return "Salesforce did not say how many."
        if usage.allocation - usage.used <= self.floor_calls:
            raise found("api_floor", f"{usage.used:,} of {usage.allocation:,} used.")
        return f"{usage.used:,} of {usage.allocation:,} used in 24 hours."

    def _worker_lives(self) -> str:
        with self.store.read() as unit:
            beat = unit.health.last_beat()
        if beat is None or self.clock() - beat > WORKER_SILENT:
            raise found("worker_silent", "No worker has shown itself for five minutes.")
        return "At work."

    def _platform(self, account_id: str) -> str:
        campaigns = sum(1 for _ in self.open_provider(account_id).gift_campaigns())
        return f"{campaigns} gift campaigns."
