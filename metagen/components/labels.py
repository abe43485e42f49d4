"""What components say: all custom labels, in the one file that Salesforce has for them."""

from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """The file, if there are labels."""
    labels = spec.labels()
    if labels:
        yield component("labels", "CustomLabels", "labels", labels=labels, category=spec.package.name)
