"""Referees that others wrote, each started once for many packages: Flow scanner, PMD, Salesforce's converter.

Their input is folders on disk; what they say comes back by folder. Nothing is downloaded when they run. Each
raises RefereeMissing where it is not installed, and RefereeFailed where it breaks down.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from packagecheck.finding import Finding, RefereeFailed, RefereeMissing

CHECKS = Path("node/checks")
SALESFORCE_CLI = Path("node/sf/node_modules/@salesforce/cli")
PMD_RULES = (
    "category/xml/errorprone.xml",
    "category/xml/bestpractices.xml",
    "sfca/rulesets/AppExchange_xml.xml",
)
TIMEOUT_SECONDS = 300
Said = dict[Path, list[Finding]]


def flow_scanner(folders: Sequence[Path], project: Path) -> Said:
    """Every violation of every rule. Raises RefereeMissing."""
    flows = [path for folder in folders for path in sorted(folder.rglob("*.flow-meta.xml"))]
    if not flows:
        return {folder: [] for folder in folders}
    answer = _node("flows.mjs", [str(path) for path in flows], project)
    found = ((Path(each["path"]), each["line"], f"{each['rule']}: {each['text']}") for each in answer)
    return _by_folder(folders, found)


def pmd(folders: Sequence[Path], project: Path) -> Said:
    """PMD's rules for XML and those of Salesforce's security review. Raises RefereeMissing without Java."""
    libraries = project / CHECKS / "node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib"
    java = shutil.which("java")
    if java is None:
        raise RefereeMissing("Without Java, PMD did not look. Debian: apt-get install default-jre")
    if not libraries.is_dir():
        raise RefereeMissing(f"{libraries} is missing; run `make setup`")
    common = Path(os.path.commonpath(folders)) if len(folders) > 1 else folders[0]
    command = [java, "-cp", f"{libraries}/*", str(project / CHECKS / "Pmd.java"), str(common), *PMD_RULES]
    lines = _run(command, "", project).splitlines()
    parts = (line.split("\t", 3) for line in lines if line.count("\t") == 3)
    return _by_folder(
        folders, ((Path(path), int(line), f"{rule}: {text}") for path, line, rule, text in parts)
    )


def conversion(folders: Sequence[Path], output: Path, project: Path, back: Path | None = None) -> Said:
    """Source format into the Metadata API's, in folders 0, 1, ... of output; the first one back into `back`.

    Raises RefereeMissing.
    """
    if not (project / SALESFORCE_CLI).is_dir():
        raise RefereeMissing(f"{SALESFORCE_CLI} is missing; run `make setup`")
    asked = {
        "folders": [str(each) for each in folders],
        "output": str(output),
        "back": str(back) if back else None,
    }
    answer = _node("conversion.mjs", asked, project)
    said: Said = {folder: [] for folder in folders}
    for problem in answer["problems"]:
        said[Path(problem["folder"])].append(Finding("", 0, problem["text"]))
    return said


def _node(script: str, asked: object, project: Path) -> Any:
    # .tools/node is there where the machine's own Node is missing or too old.
    places = [str(project / ".tools/node/bin"), os.environ.get("PATH", os.defpath)]
    node = shutil.which("node", path=os.pathsep.join(places))
    if node is None or not (project / CHECKS / "node_modules").is_dir():
        raise RefereeMissing(f"Node or {CHECKS}/node_modules is missing; run `make setup`")
    return json.loads(_run([node, str(project / CHECKS / script)], json.dumps(asked), project))


def _run(command: Sequence[str], given: str, project: Path) -> str:
    done = subprocess.run(  # noqa: S603  # the project's own scripts, without a shell
        command,
        input=given,
        cwd=project,
        env={**os.environ, "SF_DISABLE_TELEMETRY": "true", "SF_DISABLE_LOG_FILE": "true"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode:
        program = " ".join(Path(word).name for word in command[:2])
        raise RefereeFailed(f"{program} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _by_folder(folders: Iterable[Path], found: Iterable[tuple[Path, int, str]]) -> Said:
    said: Said = {folder: [] for folder in folders}
    for path, line, text in found:
        folder = next((each for each in said if path.is_relative_to(each)), None)
        if folder is not None:
            said[folder].append(Finding(path.relative_to(folder).as_posix(), line, text))
    return said
