"""What no schema sees: names that lead nowhere, values too long, parts that only fit together in an org.

One module per kind of component; each yields findings from the package's world.
"""

from collections.abc import Iterator
from pathlib import Path

from packagecheck.files import Package
from packagecheck.finding import Finding
from packagecheck.references import (
    access,
    automation,
    fields,
    names,
    navigation,
    objects,
    pages,
    reporting,
    secrets,
    services,
    translations,
)
from packagecheck.world import world_of

_MODULES = (
    names,
    fields,
    objects,
    access,
    pages,
    navigation,
    automation,
    reporting,
    services,
    translations,
    secrets,
)


def judge(package: Package, root: Path) -> Iterator[Finding]:
    """Every reference and limit that an org would refuse. root: the project. Raises RefereeMissing."""
    world = world_of(package, root)
    for module in _MODULES:
        yield from module.findings(world)
