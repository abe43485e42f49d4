"""From description to files: the same each time, nothing stale left behind, nothing broken let through."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from metagen.canonical import canonical
from metagen.cli import app
from metagen.components.component import PACKAGE_ROOT as GENERATED
from metagen.errors import RenderFailed
from metagen.load import load_spec
from metagen.render import render_project

ROOT = Path(__file__).parents[2]
Change = Callable[[str, str, str], int]


def metagen(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def rendered() -> dict[str, bytes]:
    return render_project(load_spec(ROOT / "spec"), ROOT / "templates")


def test_the_committed_files_are_what_the_description_says() -> None:
    assert metagen("check", "--project", str(ROOT)) == (0, "Everything is up to date.\n")


def test_rendering_twice_changes_nothing(project: Path) -> None:
    assert metagen("render", "--project", str(project))[0] == 0
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}

    assert metagen("render", "--project", str(project)) == (0, "Everything is up to date.\n")

    assert {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()} == before


def test_what_nothing_derives_any_more_is_removed(project: Path) -> None:
    metagen("render", "--project", str(project))
    stale = project / GENERATED / "objects" / "Old__c" / "fields" / "Old__c.field-meta.xml"
    stale.parent.mkdir(parents=True)
    stale.write_text("<CustomField/>")

    code, output = metagen("render", "--project", str(project))

    assert (code, output.split()) == (
        0,
        ["stale", f"{GENERATED}/objects/Old__c/fields/Old__c.field-meta.xml"],
    )
    assert not (project / GENERATED / "objects" / "Old__c").exists()


def test_a_file_written_by_hand_elsewhere_is_left_alone(project: Path) -> None:
    own = project / "force-app/main/default/classes/Own.cls"
    own.parent.mkdir(parents=True)
    own.write_text("class Own {}")

    metagen("render", "--project", str(project))

    assert own.exists()


@pytest.mark.parametrize(
    ("path", "told"), [("there.zip", "exists already"), ("gone/new.zip", "there is no folder")]
)
def test_a_zip_is_written_nowhere_else(tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "there.zip").touch()

    code, output = metagen("package", str(tmp_path / path))

    assert code == 2
    assert told in " ".join(output.replace("│", " ").split())


def test_the_check_names_each_file_and_the_command_that_mends_it(project: Path, change: Change) -> None:
    metagen("render", "--project", str(project))
    change("spec/objects/Gift__c.yml", "help: Who carries the parcel.", "help: The parcel service.")

    code, output = metagen("check", "--project", str(project))

    assert code == 1
    assert f"changed {GENERATED}/objects/Gift__c/fields/Carrier__c.field-meta.xml" in output
    assert "Run: metagen render" in output


def test_the_check_shows_mistakes_instead_of_rendering(project: Path, change: Change) -> None:
    line = change("spec/objects/Gift__c.yml", "length: 64", "lenght: 64")

    code, output = metagen("check", "--project", str(project))

    assert code == 1
    assert f"spec/objects/Gift__c.yml:{line}: unknown key lenght; did you mean length?" in output


def test_every_template_is_short_and_every_output_is_canonical(rendered: dict[str, bytes]) -> None:
    templates = [path for path in (ROOT / "templates/metadata").rglob("*") if path.is_file()]

    assert [t.name for t in templates if len(t.read_text().splitlines()) >= 60] == []
    for path, content in rendered.items():
        if path.endswith(".xml"):
            assert canonical(content, path) == content


def test_text_from_the_description_is_never_markup(project: Path, change: Change) -> None:
    change("spec/objects/Gift__c.yml", "help: Who carries the parcel.", "help: <b>Who & what's</b>")

    files = render_project(load_spec(project / "spec"), project / "templates")

    root = etree.fromstring(files[f"{GENERATED}/objects/Gift__c/fields/Carrier__c.field-meta.xml"])
    assert root.findtext("{*}inlineHelpText") == "<b>Who & what's</b>"


def test_a_template_that_asks_for_what_is_not_there_fails_by_name(project: Path, change: Change) -> None:
    change("templates/metadata/tab.xml.jinja", "{{ motif }}", "{{ motive }}")

    with pytest.raises(RenderFailed, match=r"tabs/Gift_Budget__c\.tab-meta\.xml: 'motive' is undefined"):
        render_project(load_spec(project / "spec"), project / "templates")


def test_a_template_that_prints_what_is_left_out_fails_by_name(project: Path, change: Change) -> None:
    change("templates/metadata/field.xml.jinja", "{{ field.label }}", "{{ field.to }}")

    with pytest.raises(RenderFailed, match=r"__c\.field-meta\.xml: a value that the description leaves out"):
        render_project(load_spec(project / "spec"), project / "templates")


def test_a_broken_template_of_python_fails_by_name(project: Path) -> None:
    (project / "templates/python/vocabulary.py.jinja").write_text("{% if %}")

    with pytest.raises(RenderFailed, match=r"^connector/domain/vocabulary\.py: Expected an expression"):
        render_project(load_spec(project / "spec"), project / "templates")


def test_list_views_call_what_every_object_has_by_names_of_their_own(project: Path, change: Change) -> None:
    gift = "spec/objects/Gift__c.yml"
    change(gift, "columns: [Name, Contact__c, Lead__c, Provider__c", "columns: [Name, OwnerId, Provider__c")
    change(gift, "- {field: Sync_Error__c, operation: notEqual}", "- {field: Name, operation: notEqual}")

    files = render_project(load_spec(project / "spec"), project / "templates")

    view = etree.fromstring(files[f"{GENERATED}/objects/Gift__c/listViews/Sync_Problems.listView-meta.xml"])
    assert [column.text for column in view.findall("{*}columns")][:3] == [
        "NAME",
        "OWNER.ALIAS",
        "Provider__c",
    ]
    assert view.findtext("{*}filters/{*}field") == "NAME"


@pytest.mark.parametrize("secret", ["3MVG9aNotReallyAKey.0123456789", "-----BEGIN RSA PRIVATE KEY-----"])
def test_what_belongs_to_one_org_is_never_rendered(project: Path, change: Change, secret: str) -> None:
    change("spec/package.yml", "description: Requests gifts", f"description: {secret} requests gifts")

    with pytest.raises(RenderFailed, match="belongs to one org and into no file"):
        render_project(load_spec(project / "spec"), project / "templates")


def test_a_standard_object_gets_no_file_of_its_own(rendered: dict[str, bytes]) -> None:
    own = {path.split("/")[4] for path in rendered if path.endswith(".object-meta.xml")}

    assert own == {
        "Gift__c",
        "Gift_Budget__c",
        "Gift_Event__c",
        "Gift_Field_Mapping__mdt",
        "Gifting_Settings__c",
    }


@pytest.mark.parametrize(
    "golden", sorted((Path(__file__).parent / "golden").rglob("*.xml")), ids=lambda path: path.name
)
def test_a_file_is_rendered_byte_for_byte_as_recorded(golden: Path, rendered: dict[str, bytes]) -> None:
    path = golden.relative_to(Path(__file__).parent / "golden").as_posix()

    shown = path if path.startswith("unpackaged/") else f"{GENERATED}/{path}"
    assert rendered[shown] == golden.read_bytes()


@pytest.mark.parametrize("command", ["render", "check"])
def test_where_no_project_is_it_is_said_how_to_name_or_begin_one(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(app, [command, "--project", str(tmp_path)])

    assert result.exit_code == 1
    assert f"There is no folder spec in {tmp_path}." in result.output
    assert "metagen start" in result.output
    assert list(tmp_path.iterdir()) == []
