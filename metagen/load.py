"""spec/ as a Spec: read, bound and checked, with every mistake reported at once."""

from pathlib import Path
from typing import Protocol, TypeVar

from metagen import checks
from metagen.binding import bind
from metagen.errors import Problem, SpecInvalid
from metagen.model.access import PermissionSet
from metagen.model.flows import FlowSpec
from metagen.model.labels import LabelGroup
from metagen.model.objects import ObjectSpec
from metagen.model.package import Package, Platform
from metagen.model.pages import Application, RecordPage
from metagen.model.records import RecordSet
from metagen.model.reports import Dashboard, Report, ReportType
from metagen.model.service import ServiceApi, read_api
from metagen.model.spec import Spec
from metagen.model.translations import Language
from metagen.model.vocabulary import Vocabulary
from metagen.nodes import Text, read

BUNDLES = "force-app/main/default/lwc"

T = TypeVar("T")


class _Named(Protocol):
    @property
    def name(self) -> Text: ...


N = TypeVar("N", bound=_Named)


def load_spec(folder: Path) -> Spec:
    """The description in a folder.

    Raises SpecInvalid with all problems of reading and binding; if there are none, with all problems of
    meaning.
    """
    problems: list[Problem] = []
    package = _load(folder / "package.yml", folder, Package, problems)
    platform = _load(folder / "platform.yml", folder, Platform, problems)
    vocabulary = _load(folder / "vocabulary.yml", folder, Vocabulary, problems)
    objects = _load_all(folder, "objects", ObjectSpec, problems)
    permission_sets = _load_all(folder, "access", PermissionSet, problems)
    record_sets = _load_all(folder, "records", RecordSet, problems)
    flows = _load_all(folder, "flows", FlowSpec, problems)
    applications = _load_all(folder, "applications", Application, problems)
    pages = _load_all(folder, "pages", RecordPage, problems)
    report_types = _load_all(folder, "report_types", ReportType, problems)
    reports = _load_all(folder, "reports", Report, problems)
    dashboards = _load_all(folder, "dashboards", Dashboard, problems)
    label_groups = _load_all(folder, "labels", LabelGroup, problems)
    languages = _load_all(folder, "languages", Language, problems)
    api = _load_api(folder / "openapi.json", folder, problems)
    if problems or package is None or platform is None or vocabulary is None or api is None:
        raise SpecInvalid(problems)
    spec = Spec(
        package=package,
        platform=platform,
        vocabulary=vocabulary,
        objects=objects,
        permission_sets=permission_sets,
        api=api,
        record_sets=record_sets,
        flows=flows,
        applications=applications,
        pages=pages,
        report_types=report_types,
        reports=reports,
        dashboards=dashboards,
        label_groups=label_groups,
        languages=languages,
        components=_bundles(folder.parent),
    )
    if found := list(checks.problems_of(spec)):
        raise SpecInvalid(found)
    return spec


def _load_all(folder: Path, kind: str, target: type[N], problems: list[Problem]) -> dict[str, N]:
    loaded: dict[str, N] = {}
    for path in sorted((folder / kind).glob("*.yml")):
        item = _load(path, folder, target, problems)
        if item is None:
            continue
        if item.name != path.stem:
            message = f"the file is called {path.name}, so the name should be {path.stem}"
            problems.append(Problem(item.name.where, message))
        loaded[item.name] = item
    return loaded


def _load_api(path: Path, folder: Path, problems: list[Problem]) -> ServiceApi | None:
    try:
        return read_api(path, path.relative_to(folder.parent).as_posix())
    except SpecInvalid as error:
        problems.extend(error.problems)
        return None


def _bundles(project: Path) -> frozenset[str]:
    """The Lightning web components that are written by hand beside what is rendered."""
    return frozenset(path.name for path in (project / BUNDLES).glob("*") if path.is_dir())


def _load(path: Path, folder: Path, target: type[T], problems: list[Problem]) -> T | None:
    shown_as = path.relative_to(folder.parent).as_posix()
    try:
        return bind(read(path, shown_as), target, problems)
    except SpecInvalid as error:
        problems.extend(error.problems)
        return None
