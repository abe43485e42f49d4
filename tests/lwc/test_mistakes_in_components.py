"""What the compiler of the harness refuses, because a deploy would."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from emulators.salesforce.lightning.harness import node_program

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ROOT / "node" / "harness"
PANEL = Path("main/default/lwc/giftPanel")
COMPILE_SECONDS = 110

# What is planted: file, the right text, what stands there instead, and words of the refusal.
MISTAKES = {
    "a field that is not there": (
        "giftPanel.js",
        "Gift__c.Send_Status__c",
        "Gift__c.Sent_Status__c",
        "Sent_Status__c is not in the package",
    ),
    "an object that is not there": (
        "giftPanel.js",
        "schema/Gift__c'",
        "schema/Present__c'",
        "Present__c is not in the package",
    ),
    "a label that is not there": (
        "giftPanel.js",
        "c.Gift_Panel_Title",
        "c.Gift_Panel_Heading",
        "Gift_Panel_Heading is not in the package",
    ),
    "a custom permission that is not there": (
        "giftPanel.js",
        "Permission/Send_Gifts",
        "Permission/Sending",
        "Sending is not in the package",
    ),
    "a module that is not there": ("giftPanel.js", "c/giftText", "c/giftTexts", "c/giftTexts"),
    "a function the platform does not have": (
        "giftPanel.js",
        "getRelatedListCount,",
        "getRelatedListSum,",
        "getRelatedListSum",
    ),
    "a component that is not there": ("giftPanel.html", "c-gift-entry", "c-gift-item", "c/giftItem"),
    "an element that is not closed": ("giftPanel.html", "</lightning-card>", "", "LWC1058"),
    "a handler that is no name": ("giftPanel.html", "{handleRefresh}", "{handle refresh}", "LWC1"),
    "a slip of the pen": ("giftPanel.js", "@api objectApiName;", "@api objectApiName = ;", "giftPanel.js"),
}

needs_harness = pytest.mark.skipif(
    not (HARNESS / "node_modules").is_dir(), reason="The harness is not installed: make lwc"
)


def compiled(*packages: Path) -> subprocess.CompletedProcess[str]:
    node = node_program() or "node"
    return subprocess.run(
        [node, "check.js", *map(str, packages)],
        cwd=HARNESS,
        capture_output=True,
        text=True,
        timeout=COMPILE_SECONDS,
        check=False,
    )


def plant(folder: Path, file: str, right: str, wrong: str) -> None:
    shutil.copytree(ROOT / "force-app", folder)
    planted = folder / PANEL / file
    source = planted.read_text(encoding="utf-8")
    assert right in source
    planted.write_text(source.replace(right, wrong), encoding="utf-8")


@needs_harness
def test_the_components_compile_against_the_package() -> None:
    finished = compiled(ROOT / "force-app")

    assert (finished.returncode, finished.stderr) == (0, "")


@needs_harness
def test_each_mistake_is_refused_by_name(tmp_path: Path) -> None:
    folders = {mistake: tmp_path / mistake.replace(" ", "-") for mistake in MISTAKES}
    for mistake, (file, right, wrong, _) in MISTAKES.items():
        plant(folders[mistake], file, right, wrong)

    finished = compiled(*folders.values())

    told = dict(
        line.split(": ", 1) for line in finished.stderr.splitlines() if line.startswith(str(tmp_path))
    )
    unnoticed = {
        mistake: told.get(str(folders[mistake]), "nothing")
        for mistake, (_, _, _, words) in MISTAKES.items()
        if words not in told.get(str(folders[mistake]), "")
    }
    assert finished.returncode == 1
    assert unnoticed == {}


def test_components_run_on_the_packages_api_version() -> None:
    package = yaml.safe_load((ROOT / "spec/package.yml").read_text(encoding="utf-8"))

    versions = {
        path.stem: re.findall(r"<apiVersion>(.*?)</apiVersion>", path.read_text(encoding="utf-8"))
        for path in (ROOT / "force-app").glob("**/lwc/*/*.js-meta.xml")
    }

    assert versions
    assert {name: found for name, found in versions.items() if found != [package["api_version"]]} == {}


def test_every_label_is_used_and_every_used_label_exists() -> None:
    components = ROOT / "force-app/main/default/lwc"
    labels_file = ROOT / "force-app/main/generated/labels/CustomLabels.labels-meta.xml"
    labels = labels_file.read_text(encoding="utf-8")

    declared = set(re.findall(r"<fullName>(.*?)</fullName>", labels))
    used = {
        name
        for path in components.glob("*/*.js")
        for name in re.findall(r"@salesforce/label/c\.(\w+)", path.read_text(encoding="utf-8"))
    }

    assert used == declared
