"""One file of the package before it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Component:
    """A metadata component.

    path: below the generated folder, in SFDX source format.
    template: the output suffix, which is the template's name too.
    """

    path: str
    template: str
    context: Mapping[str, Any]


def component(folder: str, name: str, suffix: str, /, **context: Any) -> Component:
    """The component of one name, stored as Salesforce's tools expect it."""
    return Component(f"{folder}/{name}.{suffix}-meta.xml", suffix, context)
