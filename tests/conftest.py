"""How the tests are shared among workers (`pytest -n 3`): by whole files, the long ones first.

A file's tests stay together because they share orgs, browsers and databases, which would otherwise be made
once for each worker. Files that hold the project's own folder, where CumulusCI puts what it converts, go to
one worker, one after the other: two workers would wait for each other. The longest run first, so that no
worker is left with one of them when the others are done.
"""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

IN_THE_PROJECTS_FOLDER = (
    "tests/robot/test_suites.py",
    "tests/demo/test_demo.py",
    "tests/tasks/test_dev_org.py",
    "tests/package/test_lifecycle.py",
)
_ONE_AFTER_THE_OTHER = "the project's folder"


def share_of(nodeid: str) -> str:
    """What goes to one worker as a whole. nodeid: of a test, as pytest names it."""
    path = nodeid.partition("::")[0]
    return _ONE_AFTER_THE_OTHER if path in IN_THE_PROJECTS_FOLDER else path


class ByShare(LoadScopeScheduling):
    """The next share goes to the worker that has least to do."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByShare:
    """In place of xdist's own distributions."""
    config.option.loadscopereorder = False  # by number of tests, which says nothing of their length
    return ByShare(config, log)


class Test(Protocol):
    """What of a pytest.Item is looked at here."""

    @property
    def nodeid(self) -> str: ...
    def get_closest_marker(self, name: str) -> Any: ...


T = TypeVar("T", bound=Test)


def longest_first(items: Iterable[T]) -> list[T]:
    """The same tests: first the project's folder, then shares that have slow tests, then the others."""
    tests = list(items)
    slow = {share_of(item.nodeid) for item in tests if item.get_closest_marker("slow")}

    def place(item: T) -> int:
        share = share_of(item.nodeid)
        return 0 if share == _ONE_AFTER_THE_OTHER else 1 if share in slow else 2

    return sorted(tests, key=place)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order what was collected, after it was shuffled."""
    items[:] = longest_first(items)
