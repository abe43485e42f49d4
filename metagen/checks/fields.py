"""Every field is complete for its type, explained to people, and points at something that exists."""

import re
from collections.abc import Iterator

from metagen.errors import Problem, did_you_mean
from metagen.model.objects import FieldSpec, FieldType, ObjectKind, ObjectSpec, SharingModel
from metagen.model.spec import Spec
from metagen.nodes import Text

DESCRIPTION_LIMIT = 1000
COUNTER = re.compile(r"\{0+\}")
MOTIF = re.compile(r"Custom\d+: .+")
HELP_LIMIT = 510
# Characters a field of the type may hold, least and most.
LENGTHS = {FieldType.TEXT: (1, 255), FieldType.LONG_TEXT_AREA: (256, 131_072)}


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Fields that lack something, say too much, or refer to nothing."""
    yield from _relationship_names(spec)
    for described in spec.objects.values():
        yield from _object(described, spec)
        for name, field_spec in described.fields.items():
            yield from _explained(name, field_spec)
            yield from _length(name, field_spec)
            yield from _lookup(name, field_spec, spec)
            yield from _picklist(name, field_spec, spec)
            yield from _key(name, field_spec)
            yield from _default(name, field_spec)


def _object(described: ObjectSpec, spec: Spec) -> Iterator[Problem]:
    if described.kind is ObjectKind.STANDARD:
        known = spec.platform.objects
        if described.name not in known:
            hint = did_you_mean(described.name, known)
            yield Problem(described.name.where, f"{described.name} is not in platform.yml{hint}")
        return
    wanted = {"label": described.label, "description": described.description}
    if described.kind is not ObjectKind.HIERARCHY_SETTING:
        wanted |= {"plural_label": described.plural_label}
    if described.kind is ObjectKind.CUSTOM:
        yield from _name_and_tab(described)
        yield from _sharing(described)
    for key, value in wanted.items():
        if value is None:
            yield Problem(described.where, f"{described.name} needs a {key}")


def _name_and_tab(described: ObjectSpec) -> Iterator[Problem]:
    if described.name_field is None:
        yield Problem(described.where, f"{described.name} needs a name_field")
    elif not COUNTER.search(described.name_field.auto_number):
        where = described.name_field.auto_number.where
        yield Problem(where, "an auto number has its counter in braces, such as G-{00000}")
    if described.tab and not MOTIF.fullmatch(described.tab):
        yield Problem(described.tab.where, f"{described.tab} is no motif; such as Custom1: Heart is")


def _relationship_names(spec: Spec) -> Iterator[Problem]:
    """Seen from the object that they lead to, relationships have names of their own."""
    seen: dict[tuple[str, str], str] = {}
    for described in spec.objects.values():
        for name, field_spec in described.fields.items():
            if field_spec.to and field_spec.relationship:
                key = (str(field_spec.to), field_spec.relationship.casefold())
                taken_by = seen.setdefault(key, f"{described.name}.{name}")
                if taken_by != f"{described.name}.{name}":
                    said = f"{field_spec.to} has a relationship {field_spec.relationship} already: {taken_by}"
                    yield Problem(field_spec.relationship.where, said)


def _sharing(described: ObjectSpec) -> Iterator[Problem]:
    is_detail = any(field.type is FieldType.MASTER_DETAIL for field in described.fields.values())
    if is_detail != (described.sharing is SharingModel.CONTROLLED_BY_PARENT):
        yield Problem(
            described.where, f"{described.name}: sharing is ControlledByParent where there is a MasterDetail"
        )


def _explained(name: Text, field_spec: FieldSpec) -> Iterator[Problem]:
    description, help_text = field_spec.description, field_spec.help
    for key, text, limit in (
        ("description", description, DESCRIPTION_LIMIT),
        ("help", help_text, HELP_LIMIT),
    ):
        if text is None:
            yield Problem(name.where, f"{name} has no {key}")
        elif len(text) > limit:
            yield Problem(text.where, f"{key} of {name} has {len(text)} characters; at most {limit} fit")


def _length(name: Text, field_spec: FieldSpec) -> Iterator[Problem]:
    if field_spec.formula is not None and field_spec.type not in (FieldType.TEXT, FieldType.CHECKBOX):
        yield Problem(
            field_spec.formula.where,
            f"{name} is a {field_spec.type}; only a Text or a Checkbox can have a formula",
        )
    limits = None if field_spec.formula else LENGTHS.get(field_spec.type)
    if limits is None:
        if field_spec.length is not None:
            yield Problem(field_spec.length.where, f"{name} is a {field_spec.type}, which takes no length")
    elif field_spec.length is None or not limits[0] <= field_spec.length <= limits[1]:
        where = name.where if field_spec.length is None else field_spec.length.where
        yield Problem(where, f"{name} needs a length from {limits[0]} to {limits[1]}")


def _lookup(name: Text, field_spec: FieldSpec, spec: Spec) -> Iterator[Problem]:
    parts = (field_spec.to, field_spec.relationship, field_spec.relationship_label)
    if field_spec.type not in (FieldType.LOOKUP, FieldType.MASTER_DETAIL):
        if any(parts):
            yield Problem(field_spec.where, f"{name} is a {field_spec.type}, which points at no object")
        return
    if not all(parts):
        yield Problem(field_spec.where, f"{name} needs to, relationship and relationship_label")
    known = [*spec.platform.objects, *spec.objects]
    if field_spec.to and field_spec.to not in known:
        hint = did_you_mean(field_spec.to, known)
        yield Problem(field_spec.to.where, f"{name} points at {field_spec.to}, which does not exist{hint}")


def _picklist(name: Text, field_spec: FieldSpec, spec: Spec) -> Iterator[Problem]:
    sources = [source for source in (field_spec.value_set, field_spec.words) if source]
    if len(sources) != (1 if field_spec.type is FieldType.PICKLIST else 0):
        yield Problem(
            field_spec.where, f"{name}: either value_set or words for a Picklist, neither for others"
        )
    known = spec.package.value_sets
    if field_spec.value_set and field_spec.value_set not in known:
        hint = did_you_mean(field_spec.value_set, known)
        yield Problem(field_spec.value_set.where, f"there is no value set {field_spec.value_set}{hint}")


def _default(name: Text, field_spec: FieldSpec) -> Iterator[Problem]:
    if field_spec.package_version and (field_spec.type is not FieldType.TEXT or field_spec.formula):
        yield Problem(field_spec.where, f"{name}: only a Text without a formula can hold the package_version")


def _key(name: Text, field_spec: FieldSpec) -> Iterator[Problem]:
    if field_spec.type is not FieldType.TEXT and (field_spec.unique or field_spec.external_id):
        yield Problem(field_spec.where, f"{name} is a {field_spec.type}, which can be no key")
    if field_spec.case_sensitive and not field_spec.unique:
        yield Problem(field_spec.where, f"{name}: case_sensitive says what unique means, so it needs unique")
    if field_spec.required and field_spec.type in (FieldType.CHECKBOX, FieldType.LONG_TEXT_AREA):
        yield Problem(field_spec.where, f"{name} is a {field_spec.type}, which cannot be required")
