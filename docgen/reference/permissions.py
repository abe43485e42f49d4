"""Who may do what: permission sets as matrices."""

from collections.abc import Iterator

from docgen.markdown import code, codes, page, table, text_of
from metagen.model.access import FieldRight, ObjectRight, PermissionSet
from metagen.model.spec import Spec

_INTRO = """\
One permission set for each role, and no profile. A right that is in none of them is not asked for."""
_LETTERS = {
    ObjectRight.READ: "R",
    ObjectRight.CREATE: "C",
    ObjectRight.EDIT: "E",
    ObjectRight.DELETE: "D",
    ObjectRight.VIEW_ALL: "V",
    ObjectRight.MODIFY_ALL: "M",
}


def pages(spec: Spec) -> dict[str, str]:
    """reference/permissions.md."""
    sets = list(spec.permission_sets.values())
    lines = page("Permissions", "`spec/access`", _INTRO)
    lines += _roles(sets, spec)
    lines += _objects(sets)
    lines += _fields(sets, spec)
    return {"reference/permissions.md": text_of(lines)}


def _roles(sets: list[PermissionSet], spec: Spec) -> Iterator[str]:
    yield from ("", "## Permission sets", "")
    yield from table(
        ("Permission set", "For whom", "User permissions", "Custom permissions", "Tabs, apps and settings"),
        (
            (
                f"**{one.label}** ({code(one.name)})" + ("" if one.packaged else ", beside the package"),
                one.description,
                codes(one.user_permissions),
                codes(one.custom_permissions),
                codes([*one.tabs, *one.applications, *one.settings, *one.metadata_types]),
            )
            for one in sets
        ),
    )
    yield from ("", "## Custom permissions", "", "The connector and the package's components ask for these.")
    permissions = spec.package.custom_permissions
    yield from table(
        ("Permission", "Allows"), ((code(name), one.description) for name, one in permissions.items())
    )


def _objects(sets: list[PermissionSet]) -> Iterator[str]:
    yield from ("", "## Objects", "")
    yield "R read, C create, E edit, D delete, V view all, M modify all."
    names = sorted({name for one in sets for name in one.objects})
    yield from table(
        ("Object", *(one.label for one in sets)),
        (
            (code(name), *("".join(_LETTERS[right] for right in one.objects.get(name, ())) for one in sets))
            for name in names
        ),
    )


def _fields(sets: list[PermissionSet], spec: Spec) -> Iterator[str]:
    yield from ("", "## Fields", "")
    yield (
        "Required fields, and those of custom settings and metadata types, have no field-level security and"
        " are not here. *edit* includes reading."
    )
    rights = {one.name: dict(spec.field_rights(one)) for one in sets}
    granted = sorted({path for one in rights.values() for path in one})
    for sobject in sorted({path.split(".")[0] for path in granted}):
        yield from ("", f"### Fields of {sobject}", "")
        yield from table(
            ("Field", *(one.label for one in sets)),
            (
                (
                    code(path.split(".", 1)[1]),
                    *(_word(rights[one.name].get(path)) for one in sets),
                )
                for path in granted
                if path.startswith(f"{sobject}.")
            ),
        )


def _word(right: FieldRight | None) -> str:
    return right.value if right else ""
