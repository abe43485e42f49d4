"""Every field, value and rule that the package brings."""

from collections.abc import Iterable, Iterator

from docgen.markdown import code, codes, page, table, text_of
from metagen.model.objects import FieldSpec, FieldType, ObjectKind, ObjectSpec
from metagen.model.spec import Spec

_INTRO = """\
What the package adds to an org: its own objects, and its fields on yours. API names have no namespace.
Who may read and change a field is in [Permissions](permissions.md); which statuses follow which is in
[Statuses](statuses.md)."""
_KINDS = {
    ObjectKind.CUSTOM: "An object of the package.",
    ObjectKind.STANDARD: "Your object; the package adds to it.",
    ObjectKind.HIERARCHY_SETTING: "A custom setting: for the org, a profile or a user.",
    ObjectKind.METADATA_TYPE: "A custom metadata type.",
}


def pages(spec: Spec) -> dict[str, str]:
    """reference/data-dictionary.md."""
    lines = page("Data dictionary", "`spec/objects`", _INTRO)
    # The package's own first.
    ordered = sorted(spec.objects.values(), key=lambda described: described.kind is ObjectKind.STANDARD)
    lines += _overview(ordered)
    for described in ordered:
        lines += _object(described, spec)
    lines += _reports(spec)
    return {"reference/data-dictionary.md": text_of(lines)}


def _overview(objects: Iterable[ObjectSpec]) -> list[str]:
    rows = [
        (f"[{o.name}](#{o.name.lower()})", o.label or o.name, str(len(o.fields)), _KINDS[o.kind])
        for o in objects
    ]
    return table(("Object", "Label", "Fields", ""), rows)


def _object(described: ObjectSpec, spec: Spec) -> Iterator[str]:
    yield from ("", f"## {described.name} {{: #{described.name.lower()} }}", "")
    yield str(described.description or _KINDS[described.kind])
    yield from table(
        ("Field", "Label", "Type", "What it holds"),
        (
            (code(name), field.label, _type(name, field, described, spec), str(field.description or ""))
            for name, field in described.fields.items()
        ),
    )
    yield from table(
        ("Rule", "When it refuses", "What people read"),
        ((code(name), rule.description, rule.message) for name, rule in described.validation_rules.items()),
    )
    yield from table(
        ("Button", "Label", "What it does"),
        ((code(name), link.label, link.description) for name, link in described.web_links.items()),
    )
    yield from table(
        ("List view", "Shows"),
        ((view.label, codes(view.columns)) for view in described.list_views.values()),
    )


def _type(name: str, field: FieldSpec, owner: ObjectSpec, spec: Spec) -> str:
    said = str(field.type.value)
    if field.to:
        said = f"{said} to {field.to}"
    if field.length:
        said = f"{said} ({field.length})"
    traits = {
        "required": field.required,
        "unique": field.unique,
        "external id": field.external_id,
        "formula": bool(field.formula),
    }
    said = ", ".join([said, *(trait for trait, has in traits.items() if has)])
    if field.type is FieldType.PICKLIST and (words := spec.words_of(str(owner.name), name)):
        said = f"{said}: {', '.join(words)}"
    return said


def _reports(spec: Spec) -> Iterator[str]:
    yield from ("", "## Reports and dashboards", "")
    yield "All of them stand in the folder Gifting, and are yours to copy and change."
    yield from table(
        ("Report", "Answers"), ((report.label, report.description) for report in spec.reports.values())
    )
    yield from table(
        ("Dashboard", "Shows"),
        ((dashboard.label, dashboard.description) for dashboard in spec.dashboards.values()),
    )
