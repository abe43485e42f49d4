"""Which files the description becomes: one component per file, in SFDX source format."""

from collections.abc import Iterator

from metagen.components import access, app, objects, value_sets
from metagen.components.component import Component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """Every file of the package."""
    for module in (value_sets, objects, access, app):
        yield from module.components_of(spec)


__all__ = ["Component", "components_of"]
