"""Every element of every file against Salesforce's own types: names, values, cardinality."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

from packagecheck.declarations import Declarations, Property, read_declarations
from packagecheck.files import NAMESPACE, Component, Package, line_of, local_name
from packagecheck.finding import Finding, RefereeMissing

DECLARATIONS = Path("node/checks/node_modules/@salesforce/types/lib/metadata.d.ts")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# No type describes these: a component bundle's configuration is not part of the Metadata API's types.
_UNDESCRIBED = {"targetConfigs"}
# Their values take any type, named by an attribute.
_ANY = {"any", "unknown"}
# Written into the file by source format, not part of the type.
_SOURCE_FORMAT = {"CustomFieldTranslation": {"name"}}
# In the types since the version they were generated for, and in Salesforce's WSDL of version 66.
_ALSO = {"LightningComponentBundle": {"targetConfigs"}}


def judge(package: Package, root: Path) -> Iterator[Finding]:
    """What does not follow the types. root: the project, with the installed types.

    Raises RefereeMissing.
    """
    path = root / DECLARATIONS
    if not path.is_file():
        raise RefereeMissing(f"{DECLARATIONS} is missing; run `make setup`")
    for component in package.components:
        yield from _judged(component, path)


@lru_cache(maxsize=4096)
def _judged(component: Component, declarations: Path) -> tuple[Finding, ...]:
    """Cached: of a package with one changed file, one file is judged."""
    return tuple(_component(component, read_declarations(declarations)))


def _component(component: Component, declarations: Declarations) -> Iterator[Finding]:
    if component.error is not None:
        line, text = component.error
        yield Finding(component.path, line, f"malformed XML: {text}")
        return
    root = component.root
    if root is None:
        return
    if not component.type:
        yield Finding(component.path, 1, "no metadata type has files of this name and place")
        return
    namespace = etree.QName(root).namespace
    if namespace != NAMESPACE:
        yield Finding(component.path, 1, f"the namespace is {namespace}, not {NAMESPACE}")
        return
    if local_name(root) != component.type:
        yield Finding(
            component.path, 1, f"the root is {local_name(root)}; a file of this name holds a {component.type}"
        )
        return
    for line, text in _element(root, component.type, declarations):
        yield Finding(component.path, line, text)


def _element(
    element: etree._Element, type_name: str, declarations: Declarations
) -> Iterator[tuple[int, str]]:
    properties = declarations.types.get(type_name)
    if properties is None:
        return
    extra = _SOURCE_FORMAT.get(type_name, set()) | _ALSO.get(type_name, set())
    counted: Counter[str] = Counter()
    for child in element:
        name = local_name(child)
        counted[name] += 1
        known = properties.get(name)
        if not name or name in extra:
            continue
        if known is None:
            yield line_of(child), f"{type_name} has no element {name}"
            continue
        if counted[name] == 2 and not known.repeated:
            yield line_of(child), f"{type_name} takes {name} once"
        if name not in _UNDESCRIBED:
            yield from _value(child, name, known, declarations)
    for name, known in properties.items():
        if known.required and not known.repeated and not counted[name]:
            yield line_of(element), f"{type_name} needs {name}"


def _value(
    element: etree._Element, name: str, known: Property, declarations: Declarations
) -> Iterator[tuple[int, str]]:
    kind = declarations.resolve(known.type)
    if kind in declarations.types:
        yield from _element(element, kind, declarations)
        return
    text = element.text or ""
    children = [local_name(child) for child in element if local_name(child)]
    if kind in _ANY:
        return
    if children:
        yield line_of(element), f"{name} holds text, not the element {children[0]}"
    elif kind in declarations.enums and text not in declarations.enums[kind]:
        yield line_of(element), f"{name} is '{text}', which is none of the values of {kind}"
    elif kind == "boolean" and text not in ("true", "false"):
        yield line_of(element), f"{name} is '{text}'; it must be true or false"
    elif kind == "number" and not _NUMBER.fullmatch(text):
        yield line_of(element), f"{name} is '{text}', which is no number"
