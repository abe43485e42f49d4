"""A deploy: in one transaction, and unless the caller wants what can be had, all or nothing."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.metadata.archive import MANIFEST, open_archive
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.manifest import WILDCARD, Manifest, read_manifest
from emulators.salesforce.metadata.ordering import in_deletion_order, in_order
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.registry import is_known
from emulators.salesforce.metadata.source import Component, Source, read_source
from emulators.salesforce.metadata.types.catalogue import SCHEMA_TYPES, handler_of
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import XmlRefused, parse_xml

_PRE = ("destructiveChangesPre.xml", "destructiveChanges.xml")
_POST = ("destructiveChangesPost.xml",)


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for.

    allow_missing: a member named in package.xml may lack its file. rollback_on_error: False keeps the
    components that could be deployed when others could not.
    """

    check_only: bool = False
    allow_missing: bool = False
    auto_update: bool = False
    rollback_on_error: bool = True
    ignore_warnings: bool = True


@dataclass(frozen=True, slots=True)
class Success:
    """One component that was deployed or deleted."""

    member: Member
    file_name: str
    id: str = ""
    created: bool = False
    deleted: bool = False
    warning: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of a deploy."""

    successes: list[Success] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    rolled_back: bool = True

    @property
    def succeeded(self) -> bool:
        """True when nothing failed, or what did not fail stays."""
        return not self.problems or self.partial

    @property
    def partial(self) -> bool:
        """True when some components failed and others stay."""
        return bool(self.problems and self.successes) and not self.rolled_back


class _Undo(Exception):
    """Ends the deploy's transaction without a trace."""


def deploy(org: Org, content: bytes, options: Options) -> Outcome:
    """Deploy a zip. A check-only deploy leaves the org as it was, and a failed one that is to be rolled back.

    Raises SalesforceError for a zip that cannot be opened.
    """
    files = open_archive(content)
    outcome = Outcome(rolled_back=options.rollback_on_error or options.check_only)
    manifests = {name: body for name, body in files.items() if "/" not in name}
    package = _manifest(MANIFEST, manifests, outcome)
    if MANIFEST not in manifests:
        outcome.problems.append(_manifest_problem(MANIFEST, "No package.xml found"))
    source = read_source(files)
    outcome.problems.extend(source.problems)
    if package is None:
        return outcome
    outcome.problems.extend(_membership_problems(package, source, options))
    with suppress(_Undo), org.transaction():
        _carry_out(Draft(org, source), package, manifests, outcome)
        if options.check_only or (outcome.problems and options.rollback_on_error):
            raise _Undo
    return outcome


def _manifest_problem(name: str, text: str, line: int = 0) -> Problem:
    return Problem(type="", full_name=name, file_name=name, text=text, line=line, column=1 if line else 0)


def _manifest(name: str, manifests: dict[str, bytes], outcome: Outcome) -> Manifest | None:
    if name not in manifests:
        return None
    try:
        manifest = read_manifest(parse_xml(manifests[name]))
    except XmlRefused as error:
        outcome.problems.append(_manifest_problem(name, f"Error parsing file: {error}", error.line))
        return None
    for named in manifest.members:
        if not is_known(named.member.type):
            text = f"Unknown type name '{named.member.type}' specified in {name}"
            outcome.problems.append(_manifest_problem(name, text, named.line))
    return manifest


def _membership_problems(package: Manifest, source: Source, options: Options) -> Iterator[Problem]:
    """package.xml against the files, both ways."""
    unread = {(problem.type, problem.full_name) for problem in source.problems}
    for named in package.members:
        member = named.member
        if member.full_name == WILDCARD or not is_known(member.type) or options.allow_missing:
            continue
        if not source.named(member) and (member.type, member.full_name) not in unread:
            text = (
                f"An object '{member.full_name}' of type {member.type} was named in package.xml, "
                "but was not found in zipped directory"
            )
            yield Problem(
                type=member.type,
                full_name=member.full_name,
                file_name=MANIFEST,
                text=text,
                line=named.line,
                column=1,
            )
    for component in source.components:
        if (
            component.container is None
            and not options.auto_update
            and not _is_named(component, package, source)
        ):
            yield component.problem("Not in package.xml", None)


def _is_named(component: Component, package: Manifest, source: Source) -> bool:
    """A file is named by its own component, or by one of those inside it."""
    inside = (child.member for child in source.components if child.container == component.member)
    return package.names(component.member) or any(package.names(member) for member in inside)


def _selected(source: Source, package: Manifest) -> list[Component]:
    """What package.xml asks for: with a container come all its parts, otherwise only the named ones.

    The file of a standard object is there for its parts alone; the object itself is not deployed then.
    """
    chosen = [
        component
        for component in source.components
        if package.names(component.member)
        or (component.container is not None and package.names(component.container))
    ]
    return in_order(chosen)


def _carry_out(draft: Draft, package: Manifest, manifests: dict[str, bytes], outcome: Outcome) -> None:
    _delete(draft, _PRE, manifests, outcome)
    draft.settle()
    broken = {Member(problem.type, problem.full_name) for problem in outcome.problems}
    chosen = _selected(draft.source, package)
    _apply(draft, [c for c in chosen if c.member.type in SCHEMA_TYPES], broken, outcome)
    draft.settle()
    _apply(draft, [c for c in chosen if c.member.type not in SCHEMA_TYPES], broken, outcome)
    if package.full_name:
        draft.components.add_to_package(package.full_name, (component.member for component in chosen))
    _delete(draft, _POST, manifests, outcome)
    draft.settle()


def _apply(draft: Draft, chosen: Iterable[Component], broken: set[Member], outcome: Outcome) -> None:
    for component in chosen:
        if {component.member, component.container} & broken:
            continue
        handler = handler_of(component.member.type)
        problems = list(handler.check(component, draft))
        stored = None if problems else apply_one(draft, component, problems)
        outcome.problems.extend(problems)
        if stored is None:
            continue
        told = handler.remark(component, draft)
        outcome.successes.append(
            Success(component.member, component.file_name, stored.id, stored.is_new, warning=told)
        )


def apply_one(draft: Draft, component: Component, problems: list[Problem]) -> StoredComponent | None:
    """Apply a checked component; what only shows then is added to the problems, and leaves no trace."""
    schema = draft.schema
    try:
        with draft.org.transaction():
            return handler_of(component.member.type).apply(component, draft)
    except Refused as refusal:
        draft.schema = schema
        problems.append(component.problem(str(refusal)))
    except SalesforceError as error:
        draft.schema = schema
        problems.append(component.problem(error.message))
    return None


def _delete(draft: Draft, names: tuple[str, ...], manifests: dict[str, bytes], outcome: Outcome) -> None:
    for name in names:
        manifest = _manifest(name, manifests, outcome)
        if manifest is None:
            continue
        for member in in_deletion_order((named.member for named in manifest.members), draft):
            _delete_one(draft, member, name, outcome)


def _delete_one(draft: Draft, member: Member, file_name: str, outcome: Outcome) -> None:
    """Delete a component. What is not there is a warning on the platform, and no failure."""
    if member.full_name == WILDCARD:
        text = "Wildcards are not allowed in destructive changes"
        outcome.problems.append(_manifest_problem(file_name, text))
        return
    try:
        handler_of(member.type).remove(member, draft)
    except Refused as refusal:
        if str(refusal).startswith("No "):
            outcome.successes.append(Success(member, file_name, deleted=True, warning=str(refusal)))
        else:
            outcome.problems.append(
                Problem(type=member.type, full_name=member.full_name, file_name=file_name, text=str(refusal))
            )
        return
    except SalesforceError as error:
        outcome.problems.append(
            Problem(type=member.type, full_name=member.full_name, file_name=file_name, text=error.message)
        )
        return
    outcome.successes.append(Success(member, file_name, deleted=True))
