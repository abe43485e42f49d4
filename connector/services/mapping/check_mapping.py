"""Whether the fields of a mapping are there, may be read, and hold what they are to tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connector.domain.field_mapping import DEFAULT_PATHS, Attribute, FieldMapping
from connector.errors import ConfigurationError, PermissionMissing
from connector.ports import FieldDescription, ObjectDescription, SalesforceOrg

REQUIRED = frozenset({Attribute.FIRST_NAME, Attribute.LAST_NAME, Attribute.EMAIL})
_TEXT = frozenset({"string", "textarea", "picklist", "combobox", "phone"})
_TYPES: Mapping[Attribute, frozenset[str]] = {
    **dict.fromkeys(Attribute, _TEXT),
    Attribute.EMAIL: frozenset({"email", "string"}),
}
_TYPE_WORDS = {
    "string": "text",
    "textarea": "long text",
    "boolean": "checkbox",
    "double": "number",
    "int": "number",
    "reference": "look-up",
    "datetime": "date and time",
    "combobox": "picklist",
}


class PathProblem(StrEnum):
    """What is wrong with a path."""

    GONE = "gone"
    HIDDEN = "hidden"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True, slots=True)
class MappedField:
    """An attribute and its field. why and remedy: empty where nothing is wrong."""

    attribute: Attribute
    path: str
    is_default: bool
    label: str = ""
    type: str = ""
    problem: PathProblem | None = None
    why: str = ""
    remedy: str = ""

    @property
    def is_required(self) -> bool:
        return self.attribute in REQUIRED


def type_words(field_type: str) -> str:
    """Salesforce's type in the words of its field wizard."""
    return _TYPE_WORDS.get(field_type, field_type)


def suits(attribute: Attribute, found: FieldDescription) -> bool:
    """Whether a field of this type can tell the attribute."""
    return found.type in _TYPES[attribute]


@dataclass
class Descriptions:
    """What an org says of its objects, asked once for each."""

    org: SalesforceOrg
    _known: dict[str, ObjectDescription | None] = field(default_factory=dict)

    def of(self, sobject: str) -> ObjectDescription | None:
        """None where the user does not see the object."""
        if sobject not in self._known:
            try:
                self._known[sobject] = self.org.describe(sobject)
            except (ConfigurationError, PermissionMissing):
                self._known[sobject] = None
        return self._known[sobject]

    def field_at(self, sobject: str, path: str) -> tuple[FieldDescription | None, str]:
        """The field that a path leads to; where it leads nowhere, the step that is missing."""
        *parents, name = path.split(".")
        here = sobject
        for step in parents:
            lookup = self._lookup(here, step)
            if lookup is None or len(lookup.refers_to) != 1:
                return None, f"{here}.{step}"
            here = lookup.refers_to[0]
        found = next((each for each in self._fields(here) if each.name == name), None)
        return found, "" if found else f"{here}.{name}"

    def _lookup(self, sobject: str, step: str) -> FieldDescription | None:
        return next((each for each in self._fields(sobject) if each.relationship == step), None)

    def _fields(self, sobject: str) -> tuple[FieldDescription, ...]:
        described = self.of(sobject)
        return described.fields if described else ()


def check_mapping(
    mapping: FieldMapping, seen: Descriptions, seen_by_person: Descriptions | None = None
) -> list[MappedField]:
    """Every attribute in turn. Raises the org's errors where it does not answer.

    seen: by the integration user. seen_by_person: by an administrator, which tells a hidden field from one
    that is gone.
    """
    return [_check(mapping, attribute, seen, seen_by_person) for attribute in Attribute]


def _check(
    mapping: FieldMapping, attribute: Attribute, seen: Descriptions, seen_by_person: Descriptions | None
) -> MappedField:
    path = mapping.paths[attribute]
    is_default = path == DEFAULT_PATHS[mapping.sobject][attribute]
    found, missing = seen.field_at(mapping.sobject, path)
    if found is None:
        is_there = (
            seen_by_person is not None and seen_by_person.field_at(mapping.sobject, path)[0] is not None
        )
        problem = PathProblem.HIDDEN if is_there else PathProblem.GONE
        why, remedy = _told(problem, missing)
        return MappedField(attribute, path, is_default, problem=problem, why=why, remedy=remedy)
    if suits(attribute, found):
        return MappedField(attribute, path, is_default, found.label, found.type)
    wanted = " or ".join(sorted(type_words(each) for each in _TYPES[attribute] if each != "combobox"))
    return MappedField(
        attribute,
        path,
        is_default,
        found.label,
        found.type,
        PathProblem.WRONG_TYPE,
        f"{path} is a field of type {type_words(found.type)}.",
        f"Choose a field of type {wanted}.",
    )


def _told(problem: PathProblem, missing: str) -> tuple[str, str]:
    if problem is PathProblem.HIDDEN:
        return (
            f"{missing} is there, but the integration user may not read it.",
            "Give its permission set read access to the field.",
        )
    return (
        f"The integration user sees no field {missing}: it is gone, was renamed, or is hidden.",
        "Choose another field, or give the integration user read access to it.",
    )
