"""Every example of the manual is run, or declared with a reason; and every command that it names exists."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.examples import (
    CONSOLE,
    Block,
    Example,
    block_mistake,
    blocks,
    examples,
    output_differs,
    pages,
    spans,
)
from docgen.examples import SCRIPTS as SCRIPT_LANGUAGES
from docgen.known import OURS, mistakes
from docgen.session import ExampleFailed, Session
from tests.docgen.declared import DECLARED, SCRIPTS
from tests.docgen.guides import GUIDES, declared_reason
from tests.docgen.stand import ROOT

PAGES = [str(path.relative_to(ROOT)) for path in pages(ROOT)]


def all_blocks() -> Iterator[Block]:
    for page in PAGES:
        yield from blocks(ROOT, ROOT / page)


def all_examples() -> Iterator[Example]:
    for block in all_blocks():
        if block.language == CONSOLE:
            yield from examples(block)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_kind_that_is_checked(page: str) -> None:
    wrong = [f"{b.where}: {said}" for b in blocks(ROOT, ROOT / page) if (said := block_mistake(b))]

    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_exists_with_its_options(page: str) -> None:
    wrong = [
        f"{one.where}: {said}"
        for block in blocks(ROOT, ROOT / page)
        if block.language == CONSOLE
        for one in examples(block)
        for said in mistakes(one.command, ROOT)
    ]
    for line, words in spans(ROOT / page):
        if words.startswith(OURS) and " " in words:
            wrong += [f"{page}:{line}: {said}" for said in mistakes(words, ROOT)]

    assert wrong == []


def test_every_example_is_run_in_a_guide_or_declared() -> None:
    run = {page for guide in GUIDES for page in guide.pages}

    left = [one.where for one in all_examples() if one.page not in run and not declared_reason(one)]

    assert left == []


def test_every_declaration_still_has_its_command() -> None:
    found = [(one.page, one.command) for one in all_examples()]

    stale = [
        (page, begins)
        for page, begins, _ in DECLARED
        if not any(page == where and command.startswith(begins) for where, command in found)
    ]

    assert stale == []


def test_every_script_names_the_test_that_runs_it() -> None:
    pages_with_scripts = {block.page for block in all_blocks() if block.language in SCRIPT_LANGUAGES}

    assert pages_with_scripts == set(SCRIPTS)
    for page, test in SCRIPTS.items():
        assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")


def test_a_block_of_no_kind_is_named() -> None:
    assert "no kind of block" in block_mistake(Block("a.md", 1, "", "anything"))
    assert "no kind of block" in block_mistake(Block("a.md", 1, "indented", "anything"))
    assert "begins with a command" in block_mistake(Block("a.md", 1, CONSOLE, "connector run"))
    assert "console block" in block_mistake(Block("a.md", 1, "text", "$ connector run"))
    assert "this is no json" in block_mistake(Block("a.md", 1, "json", "{"))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("connector fly", "there is no `connector fly`"),
        ("connector sync --fast", "`connector sync` has no option --fast"),
        ("cci task run fly --org acme", "there is no task fly"),
        ("cci task run preflight --org acme --wings 2", "the task preflight has no option --wings"),
        ("cci flow run fly", "there is no flow fly"),
        ("make flight", "there is no `make flight`"),
        ("scripts/fly", "there is no scripts/fly"),
        ("fly home", "nobody knows the program fly"),
        ('echo "$(connector fly)"', "there is no `connector fly`"),
        ("echo 'open", "the shell cannot read it: No closing quotation"),
    ],
)
def test_a_command_that_does_not_exist_is_named(command: str, said: str) -> None:
    assert mistakes(command, ROOT) == [said]


def test_a_command_goes_on_after_a_backslash_and_its_output_follows() -> None:
    block = Block("a.md", 10, CONSOLE, "$ one \\\n    two\nprinted\n$ three\n")

    first, second = examples(block)

    assert (first.line, first.command, first.output) == (11, "one \\\n    two", ("printed",))
    assert (second.line, second.command, second.output) == (14, "three", ())


def test_output_is_compared_in_order_and_dots_stand_for_anything() -> None:
    printed = "Account main: 1 gift\ncampaigns.\nDone."

    assert output_differs(("Account main: … gift campaigns.", "…", "Done."), printed) == ""
    assert output_differs(("Done.", "Account main"), printed) == "Account main"


def test_a_server_that_ends_at_once_is_not_taken_for_one_that_is_up(tmp_path: Path) -> None:
    (tmp_path / "localorg").write_text("#!/bin/sh\necho the port is taken; exit 1\n")
    (tmp_path / "localorg").chmod(0o755)

    with (
        Session(directory=tmp_path, environment={"PATH": f"{tmp_path}:/usr/bin:/bin"}) as session,
        pytest.raises(
            ExampleFailed, match=r"(?s)the port is taken.*ended at once|the port is taken.*is not up"
        ),
    ):
        session.run("localorg start --port 8443")


def test_a_command_that_fails_ends_the_session_with_what_it_printed(tmp_path: Path) -> None:
    with Session(
        directory=tmp_path, environment={"PATH": "/usr/bin:/bin"}, values={"acme": "local"}
    ) as session:
        session.run("export NAME=acme; cd /")

        assert session.run('echo "$NAME $PWD"') == "local /\n"
        with pytest.raises(ExampleFailed, match=r"(?s)oh no.*ended with code 3"):
            session.run("echo oh no; (exit 3)")
