"""One file of the package before it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PACKAGE_ROOT = "force-app/main/generated"
# Deployed beside the package: what a package may not hold, and what not every org takes.
POST_ROOT = "unpackaged/post/gift_callout"
LANGUAGES_ROOT = "unpackaged/config/languages"
ROOTS = (PACKAGE_ROOT, POST_ROOT, LANGUAGES_ROOT)


@dataclass(frozen=True, slots=True)
class Component:
    """A metadata component.

    path: relative to the project, in SFDX source format.
    template: the output suffix, which is the template's name too.
    """

    path: str
    template: str
    context: Mapping[str, Any]


def component(
    folder: str, name: str, suffix: str, /, *, root: str = PACKAGE_ROOT, **context: Any
) -> Component:
    """The component of one name, stored as Salesforce's tools expect it. root: one of ROOTS."""
    return Component(f"{root}/{folder}/{name}.{suffix}-meta.xml", suffix, context)
