"""The Lightning app and record pages."""

from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """One file per app and page."""
    for name, application in spec.applications.items():
        yield component("applications", name, "app", application=application)
    for name, page in spec.pages.items():
        yield component("flexipages", name, "flexipage", page=page)
