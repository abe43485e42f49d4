"""Global value sets."""

from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.spec import Spec


def components_of(spec: Spec) -> Iterator[Component]:
    """One file per value set."""
    for name, value_set in spec.package.value_sets.items():
        words = spec.words(value_set.words)
        yield component("globalValueSets", name, "globalValueSet", value_set=value_set, words=words)
