"""Names, labels and versions within Salesforce's limits."""

import re
from collections.abc import Iterable, Iterator

from metagen.errors import Problem
from metagen.model.access import PermissionSet
from metagen.model.flows import FlowSpec
from metagen.model.objects import ObjectKind, ObjectSpec
from metagen.model.package import Package
from metagen.model.spec import Spec
from metagen.nodes import Text

# Setup accepts 40 characters for names (without the suffix) and for labels of fields, objects and buttons.
NAME_LIMIT = 40
LABEL_LIMIT = 40
PERMISSION_SET_DESCRIPTION_LIMIT = 255
FLOW_PART_NAME_LIMIT = 80
# Letters, digits and single underscores, beginning with a letter and not ending in an underscore.
NAME_PATTERN = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")
SUFFIX = "__c"
METADATA_SUFFIX = "__mdt"


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Names that Salesforce does not accept, and labels that it cuts or refuses."""
    for described in spec.objects.values():
        if described.kind is ObjectKind.METADATA_TYPE:
            yield from _custom_name(described.name, METADATA_SUFFIX)
        elif described.kind is not ObjectKind.STANDARD:
            yield from _custom_name(described.name)
        for field_name in described.fields:
            yield from _custom_name(field_name)
        for part_name in _part_names(described):
            yield from _plain_name(part_name)
        yield from _twice_but_for_case(described.fields)
        yield from _labels(_object_labels(described))
    for permission_set in spec.permission_sets.values():
        yield from _described(permission_set)
    for name, label in _named_parts(spec):
        yield from _plain_name(name)
        yield from _labels([label])
    for flow in spec.flows.values():
        yield from _flow_names(flow)
    for name in spec.labels():
        yield from _pattern(name, name)
    yield from _versions(spec.package)


def _named_parts(spec: Spec) -> Iterator[tuple[Text, Text]]:
    """(name, label) of all that stands by itself."""
    files = (
        *(spec.permission_sets, spec.flows, spec.applications, spec.pages),
        *(spec.report_types, spec.reports, spec.dashboards),
    )
    for described in files:
        yield from ((each.name, each.label) for each in described.values())
    yield from ((name, each.label) for name, each in spec.package.custom_permissions.items())
    yield from ((name, each.label) for name, each in spec.package.value_sets.items())
    for record_set in spec.record_sets.values():
        yield from ((name, each.label) for name, each in record_set.records.items())


def _versions(package: Package) -> Iterator[Problem]:
    for number, pattern, sample in (
        (package.version, r"\d+\.\d+\.\d+", "0.1.0"),
        (package.api_version, r"\d+\.0", "66.0"),
    ):
        if not re.fullmatch(pattern, number):
            yield Problem(number.where, f"{number} is no version; it should look like {sample}")


def _custom_name(name: Text, suffix: str = SUFFIX) -> Iterator[Problem]:
    if not name.endswith(suffix):
        yield Problem(name.where, f"{name} must end in {suffix}")
        return
    yield from _length(name, name.removesuffix(suffix), NAME_LIMIT)
    yield from _pattern(name, name.removesuffix(suffix))


def _plain_name(name: Text, limit: int = NAME_LIMIT) -> Iterator[Problem]:
    yield from _length(name, str(name), limit)
    yield from _pattern(name, str(name))


def _length(name: Text, bare: str, limit: int) -> Iterator[Problem]:
    if len(bare) > limit:
        yield Problem(name.where, f"{name} has {len(bare)} characters; a name holds at most {limit}")


def _pattern(name: Text, bare: str) -> Iterator[Problem]:
    if not NAME_PATTERN.fullmatch(bare):
        yield Problem(
            name.where, f"{name} may hold letters, digits and single underscores, beginning with a letter"
        )


def _flow_names(flow: FlowSpec) -> Iterator[Problem]:
    """Elements, their outcomes, variables and formulas share one space of names."""
    outcomes = [name for element in flow.elements.values() for name in element.outcomes]
    names = [*flow.variables, *flow.formulas, *flow.elements, *outcomes]
    for name in names:
        yield from _plain_name(name, FLOW_PART_NAME_LIMIT)
    yield from _twice_but_for_case(names)


def _twice_but_for_case(names: Iterable[Text]) -> Iterator[Problem]:
    seen: dict[str, Text] = {}
    for name in names:
        if name.casefold() in seen:
            yield Problem(name.where, f"{name} and {seen[name.casefold()]} are the same name to Salesforce")
        seen[name.casefold()] = name


def _part_names(described: ObjectSpec) -> Iterator[Text]:
    yield from described.validation_rules
    yield from described.web_links
    yield from described.list_views
    if described.compact_layout:
        yield described.compact_layout.name


def _object_labels(described: ObjectSpec) -> Iterator[Text]:
    yield from (label for label in (described.label, described.plural_label) if label)
    yield from (spec.label for spec in described.fields.values())
    yield from (spec.label for spec in described.web_links.values())
    yield from (spec.label for spec in described.list_views.values())


def _labels(labels: Iterable[Text]) -> Iterator[Problem]:
    for label in labels:
        if len(label) > LABEL_LIMIT:
            yield Problem(
                label.where, f"the label {label} has {len(label)} characters; at most {LABEL_LIMIT} fit"
            )


def _described(permission_set: PermissionSet) -> Iterator[Problem]:
    description = permission_set.description
    if len(description) > PERMISSION_SET_DESCRIPTION_LIMIT:
        yield Problem(
            description.where,
            f"the description has {len(description)} characters; {PERMISSION_SET_DESCRIPTION_LIMIT} fit",
        )
