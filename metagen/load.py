"""spec/ as a Spec: read, bound and checked, with every mistake reported at once."""

from pathlib import Path
from typing import Protocol, TypeVar

from metagen import checks
from metagen.binding import bind
from metagen.errors import Location, Problem, SpecInvalid
from metagen.model.access import PermissionSet
from metagen.model.flows import FlowSpec
from metagen.model.handwritten import Handwritten, read_handwritten
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

YAML_SUFFIXES = {".yml", ".yaml"}

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
    files = _Files(folder)
    package = files.one("package", Package)
    platform = files.one("platform", Platform)
    vocabulary = files.one("vocabulary", Vocabulary)
    objects = files.all("objects", ObjectSpec)
    permission_sets = files.all("access", PermissionSet)
    record_sets = files.all("records", RecordSet)
    flows = files.all("flows", FlowSpec)
    applications = files.all("applications", Application)
    pages = files.all("pages", RecordPage)
    report_types = files.all("report_types", ReportType)
    reports = files.all("reports", Report)
    dashboards = files.all("dashboards", Dashboard)
    label_groups = files.all("labels", LabelGroup)
    languages = files.all("languages", Language)
    api = files.api()
    handwritten = files.handwritten()
    files.tell_unread()
    if files.problems or package is None or platform is None or vocabulary is None or api is None:
        raise SpecInvalid(files.problems)
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
        handwritten=handwritten,
    )
    if found := list(checks.problems_of(spec)):
        raise SpecInvalid(found)
    return spec


class _Files:
    """The files of a description: what they describe, which were read, and what was wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[Problem] = []
        self._folder = folder
        self._read: set[Path] = set()

    def one(self, name: str, target: type[T]) -> T | None:
        """What the file of that name says; None after a problem."""
        return self._load(self._folder / f"{name}.yml", target)

    def all(self, kind: str, target: type[N]) -> dict[str, N]:
        """What the files in the folder of that name say, by the name that each gives itself."""
        loaded: dict[str, N] = {}
        for path in sorted((self._folder / kind).glob("*.yml")):
            item = self._load(path, target)
            if item is None:
                continue
            if item.name != path.stem:
                message = f"the file is called {path.name}, so the name should be {path.stem}"
                self.problems.append(Problem(item.name.where, message))
            loaded[item.name] = item
        return loaded

    def api(self) -> ServiceApi | None:
        """The API that flows call; None after a problem."""
        path = self._folder / "openapi.json"
        try:
            return read_api(path, self._shown(path))
        except SpecInvalid as error:
            self.problems.extend(error.problems)
            return None

    def handwritten(self) -> Handwritten:
        """What stands beside the description; nothing after a problem."""
        try:
            return read_handwritten(self._folder.parent)
        except SpecInvalid as error:
            self.problems.extend(error.problems)
            return Handwritten()

    def tell_unread(self) -> None:
        """A problem for each YAML file that stands where nothing looks for it."""
        for path in self._folder.rglob("*"):
            if path.suffix in YAML_SUFFIXES and path.is_file() and path not in self._read:
                message = "nothing reads this file; the table in spec/README.md says where files stand"
                self.problems.append(Problem(Location(self._shown(path), 1), message))

    def _load(self, path: Path, target: type[T]) -> T | None:
        self._read.add(path)
        try:
            return bind(read(path, self._shown(path)), target, self.problems)
        except SpecInvalid as error:
            self.problems.extend(error.problems)
            return None

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._folder.parent).as_posix()
