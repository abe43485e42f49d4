"""The Lightning web components, compiled as they are and shown by Chromium with the real base components.

What they show comes from node/harness/scenarios.js. Pictures of every view are left in .local/lwc.
"""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from emulators.salesforce.lightning.harness import node_program

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ROOT / "node" / "harness"
PICTURES = ROOT / ".local" / "lwc"
BUILD_AND_LOOK_SECONDS = 300

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_AND_LOOK_SECONDS + 30)]

Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def chromium() -> str:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip(
            "No Chromium on this machine (Debian: apt-get install chromium), or name one in CHROMIUM."
        )
    if not (HARNESS / "node_modules").is_dir():
        pytest.skip("The harness is not installed: make lwc")
    return browser


@pytest.fixture(scope="session")
def seen(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What the browser showed, by scenario and view; looked at once, however many workers run the tests."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    result = shared / "seen.json"
    with (shared / "seen.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            _look(chromium)
            shutil.copy(PICTURES / "seen.json", result)
    seen: Seen = json.loads(result.read_text(encoding="utf-8"))
    return seen


def _look(chromium: str) -> None:
    node = node_program() or "node"
    shutil.rmtree(PICTURES, ignore_errors=True)
    finished = subprocess.run(
        [node, "inspect.js", str(PICTURES), chromium],
        cwd=HARNESS,
        capture_output=True,
        text=True,
        timeout=BUILD_AND_LOOK_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def _views(seen: Seen) -> list[tuple[str, Any]]:
    return [(f"{name}, {view}", shown) for name, views in seen.items() for view, shown in views.items()]


def test_every_scenario_is_looked_at_on_a_phone(seen: Seen) -> None:
    unseen = [name for name, views in seen.items() if not views["phone"]["text"].strip()]

    assert len(seen) > 20
    assert unseen == []


def test_axe_finds_nothing_to_mend(seen: Seen) -> None:
    findings = {where: shown["findings"] for where, shown in _views(seen) if shown["findings"]}

    assert findings == {}


def test_axe_sees_into_the_components(seen: Seen) -> None:
    found = {where: shown["planted"] for where, shown in _views(seen) if shown["planted"] is not None}

    assert {"several, phone", "action, phone"} <= set(found)
    assert all(findings == ["image-alt"] for findings in found.values())


def test_the_browser_has_nothing_to_complain_about(seen: Seen) -> None:
    complaints = {where: shown["complaints"] for where, shown in _views(seen) if shown["complaints"]}

    assert complaints == {}


def test_nothing_is_wider_than_the_screen(seen: Seen) -> None:
    wide = [where for where, shown in _views(seen) if shown["widerThanScreen"]]

    assert wide == []


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        ("several", "Gifts (7)"),
        ("none", "No gifts yet."),
        ("gift opt-out", "Nora Lindqvist has opted out of gifts."),
        ("e-mail opt-out", "Nora Lindqvist has opted out of e-mail, and gifts are offered by e-mail."),
        ("no e-mail", "Nora Lindqvist has no e-mail address, and gifts are offered by e-mail."),
        ("not connected", "This org is not connected to gifting yet."),
        ("no access", "You cannot see gifts."),
        ("failure", "The gifts could not be loaded: The server is busy."),
        ("nobody named", "This record names nobody who could receive a gift."),
        ("wrong field", "Favourite_Colour__c is not a lookup to a Contact or Lead"),
        ("no relationship", "Gifts are not linked to records of this kind."),
        ("action", "Choose a gift for Nora Lindqvist on the gifting page"),
        ("action without permission", "You may not send gifts."),
        ("action that fails", "The record was deleted."),
    ],
)
def test_the_user_is_told_where_things_stand(seen: Seen, scenario: str, sentence: str) -> None:
    assert sentence in seen[scenario]["phone"]["text"]


@pytest.mark.parametrize("scenario", ["loading", "action while loading"])
def test_waiting_is_visible(seen: Seen, scenario: str) -> None:
    assert seen[scenario]["phone"]["busy"]


@pytest.mark.parametrize(
    ("scenario", "count"),
    [
        ("several", 1),
        ("lead", 1),
        ("person account", 1),
        ("action", 1),
        ("viewer", 0),
        ("account", 0),
        ("no e-mail", 0),
    ],
)
def test_send_a_gift_is_offered_to_those_who_may(seen: Seen, scenario: str, count: int) -> None:
    links = [link for link in seen[scenario]["phone"]["links"] if link["text"].startswith("Send a Gift")]

    assert len(links) == count
    assert all(link["address"].startswith("https://gifts.example.com/send?") for link in links)


def test_progress_reads_as_a_list_of_steps(seen: Seen) -> None:
    shipped, canceled = (seen["several"]["phone"]["steps"][index] for index in (2, 4))

    assert shipped["name"].startswith("Progress of Hand-thrown coffee mugs")
    assert shipped["items"] == [
        "Sent: Mar 20, 2026",
        "Clicked: done",
        "Submitted: Mar 21, 2026",
        "In Fulfillment: done",
        "Out For Delivery: Mar 23, 2026",
        "Delivered: not yet",
    ]
    assert shipped["current"] == 4
    assert canceled["items"][-1] == "Delivered: will not happen"


def test_money_dates_and_statuses_follow_the_users_language(seen: Seen) -> None:
    text = seen["german"]["phone"]["text"].replace("\u00a0", " ")

    assert "312,40 €" in text
    assert "9. März 2026" in text
    assert "Zugestellt" in text


def test_each_record_keeps_its_own_currency(seen: Seen) -> None:
    text = seen["several currencies"]["phone"]["text"]

    assert "€312.40" in text
    assert "£35.00" in text


@pytest.mark.parametrize("view", ["phone", "desktop"])
def test_show_more_works_by_keyboard_and_moves_on_to_the_first_new_gift(seen: Seen, view: str) -> None:
    more = seen["many"][view]["more"]

    assert more == {"entries": 10, "focused": "Gift of March 18", "said": "Gifts shown: 10"}
