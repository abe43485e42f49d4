"""A Django test runner that writes the outcome of every test as JSON: {test id: [outcome, detail]}.

Runs in the referees' environment. The file's path comes by the variable REFEREE_REPORT. Tests that a suite
itself expects to fail count as passed when they do.
"""

import json
import os
import unittest
from pathlib import Path
from typing import Any

from django.test.runner import DiscoverRunner


class ReportingResult(unittest.TextTestResult):
    """Keeps one outcome for each test; a failing sub-test fails its test."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.outcomes: dict[str, tuple[str, str]] = {}

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802 -- unittest's name
        super().addSuccess(test)
        self.outcomes.setdefault(test.id(), ("passed", ""))

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802 -- unittest's name
        super().addFailure(test, err)
        self.outcomes[test.id()] = ("failed", str(err[1]))

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802 -- unittest's name
        super().addError(test, err)
        self.outcomes[test.id()] = ("failed", str(err[1]))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802 -- unittest's name
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.outcomes[test.id()] = ("failed", str(err[1]))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802 -- unittest's name
        super().addSkip(test, reason)
        self.outcomes[test.id()] = ("skipped", reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802 -- unittest's name
        super().addExpectedFailure(test, err)
        self.outcomes[test.id()] = ("passed", "")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802 -- unittest's name
        super().addUnexpectedSuccess(test)
        self.outcomes[test.id()] = ("failed", "the suite expects this test to fail")


class ReportingRunner(DiscoverRunner):
    """Django's runner with that result."""

    def get_resultclass(self) -> type[unittest.TextTestResult]:
        return ReportingResult

    def suite_result(self, suite: Any, result: Any, **options: Any) -> int:
        Path(os.environ["REFEREE_REPORT"]).write_text(json.dumps(result.outcomes, indent=1))
        return super().suite_result(suite, result, **options)
