"""Permission sets."""

from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """One file per role."""
    for name, permission_set in spec.permission_sets.items():
        yield component(
            "permissionsets",
            name,
            "permissionset",
            permission_set=permission_set,
            fields=list(spec.field_rights(permission_set)),
            objects=sorted(permission_set.objects.items()),
        )
