"""What keeps the code as it is meant to be: short, without cycles and leftovers, and as its picture says."""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from vulture import Vulture

ROOT = Path(__file__).parents[2]
PRODUCT = ("connector", "emulators", "metagen", "packagecheck", "tasks", "demo", "bench", "docgen")
MODULE_LINES, FUNCTION_LINES = 400, 60
# A first migration makes all tables; later ones are short.
LONG_ON_PURPOSE = {("connector/adapters/store/migrations/versions/0001_the_first_tables.py", "upgrade")}
# Called by frameworks through the decorator that registers them.
REGISTERED = (
    "@*.command",
    "@*.callback",
    "@*.get",
    "@*.post",
    "@*.put",
    "@*.delete",
    "@*.patch",
    "@*.route",
    "@*.before_request",
    "@*.after_request",
    "@*.errorhandler",
    "@_operation",
    "@model_validator",
    "@event.listens_for",
)
# What is called by name from outside of Python, or by a library that asks for it. All else must be used.
USED_BY_NAME = {
    "tasks/*": "CumulusCI finds tasks by their class path in cumulusci.yml",
    "process_bind_param": "SQLAlchemy's TypeDecorator",
    "process_result_value": "SQLAlchemy's TypeDecorator",
    "collect": "prometheus_client's collector",
    "handle_http_exception": "flask-smorest's Api",
    "handle_starttag": "html.parser",
    "connection_made": "asyncio.Protocol",
    "data_received": "asyncio.Protocol",
    "handle": "socketserver's request handler",
    "wrap": "cheroot's TLS adapter",
    "SchemaFloorRow": "a table that is asked for by its name, because an old schema may lack it",
    "RecipientAttribute": "rendered from spec/vocabulary.yml together with the vocabularies that are used",
    "is_final": "the template of a gift that was sent",
    "all_calls": "the templates of a run",
    "StartResponse": "wsgiref's types, in annotations only",
    "WSGIApplication": "wsgiref's types, in annotations only",
    "WSGIEnvironment": "wsgiref's types, in annotations only",
}
# What tests alone may use.
MADE_FOR_TESTS = ("docgen/", "emulators/", "packagecheck/")
_MIGRATIONS = "connector/adapters/store/migrations/versions"


def python_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


@cache
def imports() -> dict[str, set[str]]:
    """Of every module of ours, the modules of ours that it imports."""
    sys.path.insert(0, str(ROOT))
    graph = grimp.build_graph(*PRODUCT, exclude_type_checking_imports=True, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def test_no_module_imports_itself_through_others() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as cycle:
        pytest.fail(" -> ".join(cycle.args[1]))


def test_no_module_and_no_function_is_too_long() -> None:
    too_long = []
    for path in python_files():
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text()
        if text.count("\n") > MODULE_LINES:
            too_long.append(f"{name}: {text.count(chr(10))} lines, {MODULE_LINES} allowed: split it by noun")
        too_long += [
            f"{name}: {node.name} has {length} lines, {FUNCTION_LINES} allowed"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
            if (name, node.name) not in LONG_ON_PURPOSE
        ]

    assert too_long == []


def test_nothing_is_left_that_nobody_uses() -> None:
    """Functions, methods, classes and imports; data is read by templates and YAML, which vulture cannot see.

    Tests do not count as users: what only they use is no part of the product, unless it is made for them.
    """
    judge = Vulture(ignore_names=list(USED_BY_NAME), ignore_decorators=list(REGISTERED))
    judge.scavenge([str(ROOT / name) for name in (*PRODUCT, "setup.py")], exclude=[f"*/{_MIGRATIONS}/*"])
    kinds = {"function", "method", "class", "import", "property", "unreachable_code"}
    in_tests = _words_of_tests()
    left = [
        f"{name}:{item.first_lineno}: {item.typ} {item.name}"
        for item in judge.get_unused_code()
        if (name := item.filename.relative_to(ROOT).as_posix()) and item.typ in kinds
        if not name.startswith("tasks/")
        if not (name.startswith(MADE_FOR_TESTS) and item.name in in_tests)
    ]

    assert left == []


def _words_of_tests() -> set[str]:
    texts = (path.read_text() for path in python_files() if path.is_relative_to(ROOT / "tests"))
    return {word for text in texts for word in re.findall(r"\w+", text)}


def test_every_exception_from_the_rule_is_still_needed() -> None:
    """An entry whose name is gone from the code would one day hide something else."""
    text = "\n".join(path.read_text() for path in python_files() if not path.is_relative_to(ROOT / "tests"))

    assert [name for name in USED_BY_NAME if "/" not in name and not re.search(rf"\b{name}\b", text)] == []


def test_no_word_that_the_glossary_replaces_names_anything() -> None:
    """The table "Words that we do not use" of the glossary; in names of functions, classes and modules."""
    glossary = (ROOT / "docs/glossary.md").read_text()
    table = glossary.partition("## Words that we do not use")[2].partition("\n## ")[0]
    refused = re.findall(r"^\| (\w+) \|", table, re.MULTILINE)[1:]
    names = {
        (path.relative_to(ROOT).as_posix(), node.name)
        for path in python_files()
        if not path.is_relative_to(ROOT / "tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }

    assert len(refused) >= 5
    wrong = [(place, name, word) for place, name in names for word in refused if word in _words(name)]
    assert wrong == []


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}


def part_of(module: str) -> str:
    """The box of the picture that a module is in."""
    first = module.split(".")[1:2]
    if not first:
        return ""
    name = first[0]
    if name in {"cli", "commands", "doctor", "configuration"}:
        return "commands"
    if name in {"web", "adapters", "services", "domain", "ports", "parts"}:
        return name
    return {"errors": "errors", "config": "settings", "secret_key": "settings"}.get(name, "program")


def arrows_in_the_code() -> set[tuple[str, str]]:
    return {
        (start, end)
        for module, imported in imports().items()
        if module.startswith("connector")
        for other in imported
        if other.startswith("connector")
        if (start := part_of(module)) != (end := part_of(other)) and start and end and end != "errors"
    }


def test_the_picture_in_the_readme_is_the_architecture() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    drawn = {
        (start, end) for start, end in re.findall(r"^\s*(\w+)(?:\[.*?\])? --> (\w+)", picture, re.MULTILINE)
    }

    assert drawn == arrows_in_the_code()


def test_the_readme_says_what_is_in_every_folder() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    there = {name.split("/")[0] for name in listed.stdout.splitlines() if "/" in name}
    table = (ROOT / "README.md").read_text().partition("## What is where")[2].partition("\n## ")[0]
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`([\w-]+)/`", row)
    }

    assert told == {name for name in there if not name.startswith(".")}
