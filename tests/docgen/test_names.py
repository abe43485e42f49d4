"""What the manual names exists: settings, metrics, files, and the reasons for which people get no gift."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from connector.config import Settings
from connector.domain.eligibility import SkipReason
from docgen.examples import pages, spans
from docgen.programs import commands_of, programs
from tests.docgen.stand import ROOT

# Read from the environment by commands, beside the settings.
_OF_COMMANDS = {"CONNECTOR_PROVIDER_TOKEN", "CONNECTOR_PROVIDER_WEBHOOK_SECRET"}
_FOLDERS = (
    *(
        "bench",
        "connector",
        "datasets",
        "demo",
        "docgen",
        "docs",
        "emulators",
        "force-app",
        "metagen",
        "node",
        "orgs",
    ),
    *(
        "packagecheck",
        "requirements",
        "robot",
        "scripts",
        "spec",
        "tasks",
        "templates",
        "tests",
        "unpackaged",
    ),
)
_PATH = re.compile(rf"(?:{'|'.join(_FOLDERS)})/[A-Za-z0-9_./-]*")


def spans_of_all() -> Iterator[tuple[str, str]]:
    for path in pages(ROOT):
        for line, words in spans(path):
            yield f"{path.relative_to(ROOT)}:{line}", words


def test_every_setting_that_a_page_names_is_one() -> None:
    known = {f"CONNECTOR_{name.upper()}" for name in Settings.model_fields} | _OF_COMMANDS
    for name, app in programs().items():
        known |= {one.variable for command in commands_of(name, app) for one in command.parameters}

    wrong = [
        f"{where}: {name}"
        for where, words in spans_of_all()
        for name in re.findall(r"CONNECTOR_[A-Z][A-Z_]*[A-Z]", words)
        if name not in known
    ]

    assert wrong == []


def test_every_metric_that_a_page_names_is_one() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "connector/adapters/metrics").glob("*.py")
    )

    wrong = [
        f"{where}: {name}"
        for where, words in spans_of_all()
        for name in re.findall(r"\bgifting_[a-z_]+\b(?!\.py)", words)
        if f'"{name}"' not in code
    ]

    assert wrong == []


def left_by_a_run(path: str) -> bool:
    """Whether git ignores it, so that a clone in which nothing has run does not have it."""
    asking = ["git", "check-ignore", "--quiet", f"{path.rstrip('/')}/"]
    asked = subprocess.run(asking, cwd=ROOT, check=False)
    return asked.returncode == 0


def test_what_runs_leave_behind_is_told_from_what_is_missing() -> None:
    assert left_by_a_run("robot/Gifting/results")
    assert not left_by_a_run("robot/Gifting/nothing")


def test_every_file_of_the_project_that_a_page_names_is_there() -> None:
    wrong = [
        f"{where}: {words}"
        for where, words in spans_of_all()
        # A decision speaks of the tree as it was.
        if _PATH.fullmatch(words)
        and not where.startswith("docs/adr/")
        and not (ROOT / words).exists()
        and not left_by_a_run(words)
    ]

    assert wrong == []


def test_the_admin_guide_says_what_to_do_about_every_reason_for_no_gift() -> None:
    page = Path(ROOT / "docs/admin/giftsync.md").read_text(encoding="utf-8")

    assert [reason.value for reason in SkipReason if reason.value not in page] == []
