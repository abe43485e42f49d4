"""Whether a command that the manual names exists: the program, what it does, and each option."""

import ast
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docgen.programs import Command, commands_of, programs

# What comes with the machine, or with an environment of Python.
_OTHERS = frozenset(
    """
    cat cd chmod cp createdb curl diff echo eval export git grep gunicorn head honcho install jq kill ls mkdir
    mv openssl pg_dump pg_restore pip printf psql python python3 rm sed set sleep sqlite3 sudo systemctl tail
    tar tee test timedatectl touch tr umask unset useradd
    """.split()  # noqa: SIM905 - a list of words reads better so
)
OURS = ("connector", "localorg", "localgifting", "metagen", "cci", "make", "scripts/")
_CCI_WORDS = {
    "org": {"connect", "list", "info", "default", "scratch", "scratch_delete", "remove", "browser", "import"},
    "task": {"list", "info", "run"},
    "flow": {"list", "info", "run"},
    "service": {"connect", "list", "info"},
}
# Of CumulusCI itself, for any task and flow.
_CCI_OPTIONS = {"--org", "--debug", "--no-prompt", "--help"}


def mistakes(command: str, root: Path) -> list[str]:
    """What is wrong with a line of commands; pipes and lists of commands are taken apart."""
    try:
        words = shlex.split(command.replace("\\\n", " "), comments=True)
    except ValueError as error:
        return [f"the shell cannot read it: {error}"]
    found = []
    for part in _parts(words):
        found += _mistakes(part, root)
    # What stands in $(...) is one word by now.
    for inner in re.findall(r"\$\(([^()]+)\)", command):
        found += mistakes(inner, root)
    return found


def _parts(words: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word in {"|", "&&", "||", ";", "&"}:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _mistakes(words: list[str], root: Path) -> list[str]:
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0], re.DOTALL):
        words = words[1:]
    if not words:
        return []
    program = words[0].removeprefix(".venv/bin/")
    if program in programs():
        return _program_mistakes([program, *words[1:]])
    if program in {"cci", "scripts/cci"}:
        return _cci_mistakes(words[1:], root)
    if program == "make":
        return _make_mistakes(words[1:], root)
    if program.startswith("scripts/"):
        return [] if (root / program).is_file() else [f"there is no {program}"]
    return [] if program in _OTHERS else [f"nobody knows the program {program}"]


def _program_mistakes(words: list[str]) -> list[str]:
    command = _commands()[words[0]]
    rest = words[1:]
    while command.is_group and rest and not rest[0].startswith("-"):
        below = _commands().get(f"{command.name} {rest[0]}")
        if below is None:
            return [f"there is no `{command.name} {rest[0]}`"]
        command, rest = below, rest[1:]
    named = {word.split("=")[0] for word in rest if word.startswith("--")} - {"--help"}
    return [f"`{command.name}` has no option {name}" for name in sorted(named - set(command.options))]


@cache
def _commands() -> dict[str, Command]:
    return {one.name: one for name, app in programs().items() for one in commands_of(name, app)}


def _make_mistakes(words: list[str], root: Path) -> list[str]:
    text = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    named = [word for word in words if "=" not in word and not word.startswith("-")]
    return [f"there is no `make {name}`" for name in named if name not in targets]


def _cci_mistakes(words: list[str], root: Path) -> list[str]:
    if len(words) < 2 or words[0] not in _CCI_WORDS or words[1] not in _CCI_WORDS[words[0]]:
        return [f"there is no `cci {' '.join(words[:2])}`"]
    if words[0] not in {"task", "flow"} or words[1] == "list":
        return []
    if len(words) < 3:
        return [f"`cci {' '.join(words)}` names nothing to run"]
    kind, name = words[0], words[2]
    known = _cumulusci(root, f"{kind}s")
    if name not in known:
        return [f"there is no {kind} {name}"]
    options = _task_options(root, known[name]) if kind == "task" else None
    named = {word.split("=")[0] for word in words[3:] if word.startswith("--")} - _CCI_OPTIONS
    if options is None:
        return []
    return [f"the task {name} has no option {one}" for one in sorted(named - options)]


@cache
def _cumulusci(root: Path, section: str) -> dict[str, Any]:
    """Tasks or flows of this project, over those that CumulusCI brings where it is installed."""
    own = yaml.safe_load((root / "cumulusci.yml").read_text(encoding="utf-8"))[section]
    brought: dict[str, Any] = {}
    for path in root.glob(".venv-cci/lib/python3*/site-packages/cumulusci/cumulusci.yml"):
        brought = yaml.safe_load(path.read_text(encoding="utf-8"))[section]
    return {**brought, **{name: {**brought.get(name, {}), **task} for name, task in own.items()}}


def _task_options(root: Path, task: Any) -> set[str] | None:
    """Options of a task of ours; None for one of CumulusCI's, which are not looked up."""
    module, _, class_name = str(task.get("class_path", "")).rpartition(".")
    path = root / f"{module.replace('.', '/')}.py"
    if not path.is_file():
        return None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ClassDef) and node.name == class_name):
            continue
        for part in node.body:
            if isinstance(part, ast.Assign) and isinstance(part.value, ast.Dict):
                found |= {str(key.value) for key in part.value.keys if isinstance(key, ast.Constant)}
        if not found:
            return None
    return {f"--{name}" for name in found}
