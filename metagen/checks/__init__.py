"""What Salesforce would refuse, or what would quietly be wrong, found before anything is rendered."""

from collections.abc import Iterator

from metagen.checks import (
    access,
    fields,
    flows,
    labels,
    languages,
    layouts,
    naming,
    pages,
    records,
    reports,
    service,
    vocabulary,
)
from metagen.errors import Problem
from metagen.model.spec import Spec

_MODULES = (
    naming,
    vocabulary,
    fields,
    layouts,
    access,
    records,
    service,
    flows,
    pages,
    reports,
    labels,
    languages,
)


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Every contradiction within the description and between it and Salesforce's rules."""
    for module in _MODULES:
        yield from module.problems_of(spec)
