"""How the tests are shared among workers."""

from dataclasses import dataclass
from pathlib import Path

from tests.conftest import IN_THE_PROJECTS_FOLDER, longest_first, share_of

ROOT = Path(__file__).resolve().parents[1]


def test_whatever_locks_the_projects_folder_goes_to_one_worker() -> None:
    tests = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "tests").rglob("test_*.py")}

    locking = {name for name, path in tests.items() if '"cumulusci.yml").open()' in path.read_text("utf-8")}

    assert locking - {"tests/test_sharing.py"} == set(IN_THE_PROJECTS_FOLDER)
    assert len({share_of(f"{name}::test_something") for name in IN_THE_PROJECTS_FOLDER}) == 1


def test_a_file_is_not_torn_apart() -> None:
    assert share_of("tests/a/test_b.py::test_c") == share_of("tests/a/test_b.py::Test::test_d[x::y]")
    assert share_of("tests/a/test_b.py::test_c") != share_of("tests/a/test_c.py::test_c")


@dataclass(frozen=True)
class Sample:
    """A test by its name; slow where the name says so."""

    nodeid: str

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.nodeid else None


def test_the_longest_come_first_and_the_rest_keep_their_order() -> None:
    names = (
        "tests/b.py::one",
        "tests/c.py::one",
        "tests/c.py::slow",
        IN_THE_PROJECTS_FOLDER[0],
        "tests/a.py::one",
    )

    ordered = longest_first([Sample(name) for name in names])

    assert [test.nodeid for test in ordered] == [names[3], names[1], names[2], names[0], names[4]]
