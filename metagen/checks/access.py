"""Permission sets name what exists, never a required field, and together reach every field."""

from collections.abc import Iterable, Iterator

from metagen.errors import Problem, did_you_mean
from metagen.model.access import FieldAccess, ObjectRight, PermissionSet
from metagen.model.objects import ObjectKind
from metagen.model.spec import Spec
from metagen.nodes import Text

# Salesforce refuses a right without those it rests on.
RESTS_ON = {
    ObjectRight.CREATE: {ObjectRight.READ},
    ObjectRight.EDIT: {ObjectRight.READ},
    ObjectRight.DELETE: {ObjectRight.READ, ObjectRight.EDIT},
    ObjectRight.VIEW_ALL: {ObjectRight.READ},
    ObjectRight.MODIFY_ALL: {
        ObjectRight.READ,
        ObjectRight.EDIT,
        ObjectRight.DELETE,
        ObjectRight.VIEW_ALL,
    },
}


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Rights to things that do not exist, rights that lack their ground, and fields that nobody may read."""
    for permission_set in spec.permission_sets.values():
        yield from _objects(permission_set, spec)
        for sobject, access in permission_set.fields.items():
            yield from _fields(sobject, access, spec)
        yield from _settings_and_tabs(permission_set, spec)
        yield from _user_permissions(permission_set, spec)
    yield from _unreachable_fields(spec)


def _objects(permission_set: PermissionSet, spec: Spec) -> Iterator[Problem]:
    standard = {name: known for name, known in spec.platform.objects.items() if known.permissions}
    custom = [name for name, known in spec.objects.items() if known.kind is ObjectKind.CUSTOM]
    for name, rights in permission_set.objects.items():
        if name not in standard and name not in custom:
            hint = did_you_mean(name, [*standard, *custom])
            yield Problem(name.where, f"{name} is no object whose records a permission set can open{hint}")
            continue
        for right in rights:
            for missing in sorted(RESTS_ON.get(right, set()) - set(rights)):
                yield Problem(name.where, f"{right} on {name} depends on {missing}")
        depends_on = standard[name].depends_on if name in standard else ()
        for needed in depends_on:
            if ObjectRight.READ not in permission_set.objects.get(needed, ()):
                yield Problem(name.where, f"read on {name} depends on read on {needed}")


def _fields(sobject: Text, access: FieldAccess, spec: Spec) -> Iterator[Problem]:
    known = spec.field_names(sobject)
    if sobject not in spec.platform.objects and sobject not in spec.objects:
        yield Problem(sobject.where, f"there is no object {sobject}{did_you_mean(sobject, spec.objects)}")
        return
    if sobject == "Activity":
        faces = " and ".join(spec.platform.activity_faces)
        yield Problem(sobject.where, f"fields of Activity are granted through {faces}")
        return
    required = _required_fields(sobject, spec)
    custom = spec.custom_fields(sobject)
    yield from _parts_of_addresses(sobject, access, spec)
    for name in (*access.read, *access.edit):
        if name in required:
            yield Problem(
                name.where,
                f"{sobject}.{name} is required: Salesforce refuses a permission set that names it",
            )
        elif name not in known:
            yield Problem(name.where, f"{sobject} has no field {name}{did_you_mean(name, known)}")
    for name in access.edit:
        if name in custom and custom[name].formula:
            yield Problem(name.where, f"{sobject}.{name} is a formula, which can only be read")
    for name in access.read:
        if name in access.edit:
            yield Problem(name.where, f"{sobject}.{name} is granted twice")


def _parts_of_addresses(sobject: Text, access: FieldAccess, spec: Spec) -> Iterator[Problem]:
    standard = spec.platform.objects.get(sobject)
    for name in (*access.read, *access.edit):
        address = standard.address_of(name) if standard else ""
        if address:
            text = f"{sobject}.{name} is a part of {address}: Salesforce grants an address as a whole"
            yield Problem(name.where, text)


def _required_fields(sobject: Text, spec: Spec) -> list[str]:
    platform = spec.platform.objects.get(sobject)
    standard = list(platform.required_fields) if platform else ["Name"]
    custom = [name for name, described in spec.custom_fields(sobject).items() if described.always_visible]
    return [*standard, *custom]


def _settings_and_tabs(permission_set: PermissionSet, spec: Spec) -> Iterator[Problem]:
    settings = [o.name for o in spec.objects.values() if o.kind is ObjectKind.HIERARCHY_SETTING]
    yield from _unknown(permission_set.settings, settings, "custom setting")
    yield from _unknown(permission_set.tabs, [o.name for o in spec.objects.values() if o.tab], "tab")
    types = [o.name for o in spec.objects.values() if o.kind is ObjectKind.METADATA_TYPE]
    yield from _unknown(permission_set.metadata_types, types, "custom metadata type")
    yield from _unknown(permission_set.applications, spec.applications, "application")
    yield from _unknown(
        permission_set.custom_permissions, spec.package.custom_permissions, "custom permission"
    )
    principals = [spec.package.connector_service.principal_access]
    yield from _unknown(permission_set.credential_principals, principals, "credential principal")
    if permission_set.credential_principals and permission_set.packaged:
        where = permission_set.credential_principals[0].where
        yield Problem(where, "a package version that grants a credential is refused: say packaged: false")


def _user_permissions(permission_set: PermissionSet, spec: Spec) -> Iterator[Problem]:
    known = spec.platform.user_permissions
    yield from _unknown(permission_set.user_permissions, known, "user permission")
    for name in permission_set.user_permissions:
        for needed in known[name].depends_on if name in known else ():
            if needed not in permission_set.user_permissions:
                yield Problem(name.where, f"{name} depends on {needed}")


def _unknown(names: Iterable[Text], known: Iterable[str], what: str) -> Iterator[Problem]:
    known = list(known)
    for name in names:
        if name not in known:
            yield Problem(name.where, f"there is no {what} {name}{did_you_mean(name, known)}")


def _unreachable_fields(spec: Spec) -> Iterator[Problem]:
    granted = {name for each in spec.permission_sets.values() for name, _ in spec.field_rights(each)}
    for described in spec.securable_objects():
        faces = spec.platform.activity_faces if described.name == "Activity" else (described.name,)
        for name, field_spec in described.fields.items():
            if not field_spec.always_visible and not any(f"{face}.{name}" in granted for face in faces):
                yield Problem(name.where, f"no permission set grants {described.name}.{name}")
