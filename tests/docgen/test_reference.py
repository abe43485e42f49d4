"""The reference pages say what the description and the code say."""

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from connector.cli import app as connector
from connector.config import Settings
from connector.services.ailments.table import AILMENTS
from docgen.__main__ import app
from docgen.diagrams import Diagram, DrawingFailed, draw
from docgen.markdown import cell, table
from docgen.reference import commands, configuration, differences, troubleshooting, write
from docgen.reference.data_dictionary import pages as data_dictionary
from docgen.reference.permissions import pages as permissions
from docgen.reference.statuses import pages as statuses
from metagen.errors import Location, Problem, SpecInvalid
from metagen.load import load_spec

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_is_in_the_reference() -> None:
    page = commands.pages()["reference/commands.md"]

    group = typer.main.get_command(connector)
    for name in group.commands:  # type: ignore[attr-defined]
        assert f"### connector {name} " in page


def test_every_setting_is_in_the_reference_with_a_meaning() -> None:
    page = configuration.pages()["reference/configuration.md"]

    for name in Settings.model_fields:
        [row] = [line for line in page.splitlines() if line.startswith(f"| `CONNECTOR_{name.upper()}` |")]
        assert row.split("|")[2].strip(), name


def test_a_secret_setting_shows_no_default() -> None:
    page = configuration.pages()["reference/configuration.md"]

    [row] = [line for line in page.splitlines() if "`CONNECTOR_METRICS_TOKEN`" in line]
    assert row.endswith("| a secret |  |")


def test_every_ailment_is_told_with_cause_and_cure() -> None:
    page = troubleshooting.pages()["reference/troubleshooting.md"]

    for ailment in AILMENTS:
        assert cell(ailment.cause) in page
        assert cell(ailment.cure) in page


def test_every_field_of_the_package_is_in_the_dictionary_and_the_matrix() -> None:
    spec = load_spec(ROOT / "spec")
    dictionary = data_dictionary(spec)["reference/data-dictionary.md"]
    matrix = permissions(spec)["reference/permissions.md"]

    for described in spec.objects.values():
        for name in described.fields:
            assert f"| `{name}` |" in dictionary
    for one in spec.permission_sets.values():
        for path, _ in spec.field_rights(one):
            assert f"| `{path.split('.', 1)[1]}` |" in matrix


def test_a_mistake_in_the_description_is_told_instead_of_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def reference(_root: Path) -> dict[str, str]:
        raise SpecInvalid([Problem(Location("spec/objects/Lead.yml", 3), "unknown key lable")])

    monkeypatch.setattr("docgen.__main__.make_reference", reference)

    for command in ("check", "reference"):
        told = CliRunner().invoke(app, [command])
        assert (told.exit_code, told.output) == (1, "spec/objects/Lead.yml:3: unknown key lable\n")


def test_every_stage_and_state_is_told() -> None:
    spec = load_spec(ROOT / "spec")
    page = statuses(spec)["reference/statuses.md"]

    for stage in spec.vocabulary.stages:
        assert f"| `{stage}`" in page
    assert "| `unknown` | No answer came;" in page


def test_a_bar_or_a_line_break_in_a_cell_does_not_break_the_table() -> None:
    [_, _, _, row, _] = table(("A",), [("one | two\nthree <four>",)])

    assert row == "| one \\| two three &lt;four> |"


def test_what_is_no_longer_made_is_removed_and_what_changed_is_written(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/old.md").write_text("old")
    (tmp_path / "reference/kept.md").write_text("kept")
    made = {"reference/kept.md": "kept", "reference/new.md": "new"}

    assert differences(made, tmp_path) == ["reference/new.md", "reference/old.md"]
    assert write(made, tmp_path) == ["reference/new.md", "reference/old.md"]

    assert differences(made, tmp_path) == []


def test_a_diagram_is_drawn_with_a_title_and_its_words() -> None:
    if not (ROOT / "node/docs/node_modules").is_dir() or shutil.which("node") is None:
        pytest.skip("scripts/setup tests")
    diagram = Diagram('Who says "what"')
    diagram.box("a", "One & only")
    diagram.box("b", "Other")
    diagram.arrow("a", "b", "claims")

    svg = draw({"it": diagram}, ROOT)["it"]

    assert '<title>Who says "what"</title>' in svg
    assert "One &amp; only" in svg
    assert "claims" in svg
    assert "<script" not in svg


def test_without_the_drawing_program_one_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DrawingFailed, match="scripts/setup tests"):
        draw({}, tmp_path)
