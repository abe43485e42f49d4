"""Which files the description becomes: one component per file, in SFDX source format."""

from collections.abc import Iterator

from metagen.components import (
    access,
    app,
    flows,
    labels,
    languages,
    objects,
    pages,
    records,
    reports,
    service,
    value_sets,
)
from metagen.components.component import Component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """Every file of the package, and of what is deployed beside it."""
    modules = (value_sets, objects, records, access, app, service, flows, labels, pages, reports, languages)
    for module in modules:
        yield from module.components_of(spec)


__all__ = ["Component", "components_of"]
