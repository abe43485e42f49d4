"""One check of a diagnosis: carried out in a limited time, and what came of it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from threading import Thread
from time import monotonic

import structlog

from connector.errors import ConnectorError
from connector.services.ailments.ailment import Ailment, Where
from connector.services.ailments.table import AILMENTS, ailment_of

log = structlog.get_logger(__name__)

Check = Callable[[], str]
"""Says what was found; raises ConnectorError for a failure."""


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


def carry_out(name: str, check: Check, *, seconds: float) -> CheckResult:
    """seconds: how long it may take; what it waits for is then left to end by itself. Raises nothing."""
    began = monotonic()
    try:
        detail = _in_time(check, seconds)
    except ConnectorError as error:
        return _failed(name, error, _milliseconds(began))
    except Exception:
        # A page that is being sent cannot become an error page any more.
        log.exception("check_broke", check=name)
        defect = ConnectorError(
            "A defect of the connector.", code="defect", remedy="Its log says more: report it."
        )
        return _failed(name, defect, _milliseconds(began))
    return CheckResult(name=name, state=CheckState.PASSED, detail=detail, milliseconds=_milliseconds(began))


def _in_time(check: Check, seconds: float) -> str:
    """In a thread of its own, which nobody waits for at the end. Raises what the check raises."""
    outcome: Future[str] = Future()

    def answer() -> None:
        try:
            outcome.set_result(check())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            outcome.set_exception(error)

    Thread(target=answer, name="diagnosis", daemon=True).start()
    try:
        return outcome.result(seconds)
    except TimeoutError:
        waited = f"No answer within {seconds:g} seconds."
        raise found("check_timeout", waited) from None


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


def found(code: str, text: str) -> ConnectorError:
    """A failure that a check found itself, with the row of the table that says what mends it."""
    ailment = ailment_of(Where.CHECK, code)
    if ailment is None:
        return ConnectorError(text, code=code)
    return ailment.raised(text, code=code, remedy=ailment.cure)


def _milliseconds(began: float) -> int:
    return round((monotonic() - began) * 1_000)
