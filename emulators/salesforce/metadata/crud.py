"""Metadata one component at a time: create, read, update, upsert, delete.

Each component is a transaction of its own, unless the caller's header asks for all or none.
Source: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_crud_based_calls_intro.htm
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from lxml import etree

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.contract import contract
from emulators.salesforce.metadata.deploy import apply_one
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.registry import BY_NAME, PARENT_OF, is_known
from emulators.salesforce.metadata.retrieve import Retrieve
from emulators.salesforce.metadata.source import Component, Source, children_of
from emulators.salesforce.metadata.structure import misfits
from emulators.salesforce.metadata.types.base import MISSING_TO_DELETE
from emulators.salesforce.metadata.types.catalogue import SCHEMA_TYPES, handler_of, rank_of
from emulators.salesforce.metadata.types.standard_picklist import standard_picklist
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import (
    XSI_NS,
    child_named,
    element,
    local_name,
    new_root,
    text_of,
)

MOST_COMPONENTS = 10
MOST_OF_MANY = 200
_MANY = {"CustomMetadata", "CustomApplication"}
# How a problem's text begins or ends, and the status code that goes with it.
_CODES = (
    ("Required field is missing", "REQUIRED_FIELD_MISSING"),
    ("Must specify", "REQUIRED_FIELD_MISSING"),
    ("Duplicate", "DUPLICATE_DEVELOPER_NAME"),
    ("The local org does not support", "UNKNOWN_EXCEPTION"),
)
_UNRESOLVED = ("found", "not resolve to a valid sObject type")


@dataclass(slots=True)
class Saved:
    """What became of one component. errors: (status code, text)."""

    full_name: str
    created: bool = False
    errors: list[tuple[str, str]] = field(default_factory=list)


class _Undo(Exception):
    """Ends a transaction without a trace."""


def save_all(
    org: Org, sent: Sequence[etree._Element], *, create: bool, update: bool, all_or_none: bool
) -> list[Saved]:
    """Create, update or upsert components. Raises SalesforceError for too many, and for no type."""
    require_few([_type_of(one) for one in sent])
    steps = [partial(_save, org, one, create=create, update=update) for one in sent]
    return _one_by_one(org, steps, all_or_none)


def delete_all(org: Org, type_name: str, full_names: Sequence[str], *, all_or_none: bool) -> list[Saved]:
    """Delete components of one type."""
    require_type(type_name)
    require_few([type_name] * len(full_names))
    members = [Member(type_name, name) for name in full_names]
    return _one_by_one(org, [partial(_delete, org, member) for member in members], all_or_none)


def read_all(
    org: Org, type_name: str, full_names: Sequence[str], api_version: str
) -> Iterator[etree._Element]:
    """One `records` element for each name; nil for a component that is not there."""
    require_type(type_name)
    require_few([type_name] * len(full_names))
    for name in full_names:
        member = Member(type_name, name)
        found = Retrieve(org, api_version).element_of(member)
        if found is None:
            found = standard_picklist(org, member, api_version)
        if found is None:
            missing = element("records")
            missing.set(f"{{{XSI_NS}}}nil", "true")
            yield missing
        else:
            yield _record(type_name, name, found)


def require_type(type_name: str) -> None:
    """Raise INVALID_TYPE for a type that the org has not."""
    if not is_known(type_name):
        raise SalesforceError("INVALID_TYPE", f"Unknown type: {type_name}")


def require_few(type_names: Sequence[str]) -> None:
    """Raise EXCEEDED_ID_LIMIT for more components than one call takes."""
    most = MOST_OF_MANY if set(type_names) <= _MANY else MOST_COMPONENTS
    if len(type_names) > most:
        text = f"record limit reached. cannot submit more than {most} records in this operation"
        raise SalesforceError("EXCEEDED_ID_LIMIT", text)


def _one_by_one(org: Org, steps: Sequence[Callable[[], Saved]], all_or_none: bool) -> list[Saved]:
    results: list[Saved] = []
    with suppress(_Undo), org.transaction():
        results = [_undone_on_error(org, step) for step in steps]
        if all_or_none and any(saved.errors for saved in results):
            raise _Undo
    if all_or_none and any(saved.errors for saved in results):
        undone = ("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all were valid")
        results = [saved if saved.errors else replace(saved, errors=[undone]) for saved in results]
    return results


def _undone_on_error(org: Org, step: Callable[[], Saved]) -> Saved:
    saved = Saved("")
    with suppress(_Undo), org.transaction():
        saved = step()
        if saved.errors:
            raise _Undo
    return saved


def _save(org: Org, sent: etree._Element, *, create: bool, update: bool) -> Saved:
    member = Member(_type_of(sent), text_of(sent, "fullName"))
    saved = Saved(member.full_name)
    if not member.full_name:
        saved.errors.append(("REQUIRED_FIELD_MISSING", "Required fields are missing: [fullName]"))
        return saved
    exists = Retrieve(org, "").exists(member)
    if exists and not update:
        text = f"The {member.type} named {member.full_name} already exists"
        saved.errors.append(("DUPLICATE_DEVELOPER_NAME", text))
    elif not exists and not create:
        text = f"no {member.type} named {member.full_name} found"
        saved.errors.append(("INVALID_CROSS_REFERENCE_KEY", text))
    else:
        saved.created = not exists
        saved.errors += [(_code(problem), problem.text) for problem in _apply(org, member, sent)]
    return saved


def _apply(org: Org, member: Member, sent: etree._Element) -> list[Problem]:
    whole = _component(member, sent)
    assert whole.element is not None  # noqa: S101 -- made two lines above; for the type checker
    problems = [whole.problem(misfit.text, misfit.element) for misfit in misfits(whole.element, member.type)]
    if problems:
        return problems
    info = BY_NAME.get(member.type)
    components = [whole, *(children_of(whole, info) if info else ())]
    components.sort(key=lambda component: rank_of(component.member.type))
    draft = Draft(org, Source(components))
    for component in components:
        if component.member.type not in SCHEMA_TYPES:
            draft.settle()
        found = list(handler_of(component.member.type).check(component, draft))
        if not found:
            apply_one(draft, component, found)
        problems += found
    draft.settle()
    return problems


def _component(member: Member, sent: etree._Element) -> Component:
    """The component as a file would hold it: the name of a whole file is not inside."""
    root = new_root(member.type)
    root.extend(etree.fromstring(etree.tostring(child)) for child in sent if isinstance(child.tag, str))
    # The envelope's prefixes are no part of the component, and some clients stumble over them in answers.
    etree.cleanup_namespaces(root)
    named = child_named(root, "fullName")
    if named is not None and member.type in BY_NAME:
        root.remove(named)
    elif named is not None:
        named.text = member.full_name.rpartition(".")[2]
    info = BY_NAME.get(member.type) or PARENT_OF[member.type]
    stem = member.full_name if member.type in BY_NAME else member.full_name.partition(".")[0]
    return Component(member, f"{info.folder}/{stem}.{info.suffix}", root)


def _delete(org: Org, member: Member) -> Saved:
    saved = Saved(member.full_name)
    draft = Draft(org, Source())
    try:
        handler_of(member.type).remove(member, draft)
        draft.settle()
    except Refused as refusal:
        missing = str(refusal) == MISSING_TO_DELETE.format(type=member.type, name=member.full_name)
        text = f"no {member.type} named {member.full_name} found" if missing else str(refusal)
        code = "INVALID_CROSS_REFERENCE_KEY" if missing else "DELETE_FAILED"
        saved.errors.append((code, text))
    except SalesforceError as error:
        saved.errors.append((error.code, error.message))
    return saved


def _code(problem: Problem) -> str:
    for beginning, code in _CODES:
        if problem.text.startswith(beginning):
            return code
    return (
        "INVALID_CROSS_REFERENCE_KEY" if problem.text.endswith(_UNRESOLVED) else "FIELD_INTEGRITY_EXCEPTION"
    )


def _type_of(sent: etree._Element) -> str:
    """What xsi:type says, without its prefix. Raises SalesforceError."""
    type_name = sent.get(f"{{{XSI_NS}}}type", "").rpartition(":")[2]
    if not type_name:
        raise SalesforceError(
            "INVALID_TYPE", "Must specify a {http://www.w3.org/2001/XMLSchema-instance}type"
        )
    require_type(type_name)
    info = BY_NAME.get(type_name)
    if info is not None and (info.meta_file or info.bundle):
        raise NotSupportedHere(f"{type_name} in calls that send no zip")
    return type_name


def _record(type_name: str, full_name: str, found: etree._Element) -> etree._Element:
    record = element("records")
    record.set(f"{{{XSI_NS}}}type", type_name)
    children = [child for child in found if local_name(child) != "fullName"]
    record.extend([element("fullName", full_name), *children])
    _sort(record, type_name)
    return record


def _sort(parent: etree._Element, type_name: str) -> None:
    """Bring children into the order of the contract, all the way down."""
    rules = contract().types
    places = {name: place for place, name in enumerate(rules.get(type_name, {}))}
    parent[:] = sorted(parent, key=lambda child: places.get(local_name(child), len(places)))
    for child in parent:
        rule = rules.get(type_name, {}).get(local_name(child))
        if rule is not None and rule.type in rules:
            _sort(child, rule.type)
