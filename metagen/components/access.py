"""Permission sets and custom permissions."""

from collections.abc import Iterator

from metagen.components.component import PACKAGE_ROOT, POST_ROOT, Component, component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """One file per role and per right."""
    for name, permission in spec.package.custom_permissions.items():
        yield component("customPermissions", name, "customPermission", permission=permission)
    for permission_set in spec.permission_sets.values():
        yield component(
            "permissionsets",
            permission_set.name,
            "permissionset",
            root=PACKAGE_ROOT if permission_set.packaged else POST_ROOT,
            permission_set=permission_set,
            fields=list(spec.field_rights(permission_set)),
            objects=sorted(permission_set.objects.items()),
        )
