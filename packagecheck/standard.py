"""Standard objects and their fields, out of the classes that Salesforce Code Analyzer describes Apex with.

One class per object, one public field per field, relationship or child relationship. The names are all that
is needed, so the class files are read as they are (JVM specification, chapter 4); no Java runs.
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packagecheck.finding import RefereeMissing

LIBRARIES = Path("node/checks/node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib")
_CLASS = "com/nawforce/runforce/SObjects/{name}.class"
_OBJECT = "Lcom/nawforce/runforce/SObjects/"
# Every class has these two of its own; they are no fields of the object.
_NO_FIELDS = {"SObjectType", "Fields"}
# Bytes of the constant pool's entries behind the tag; text (1), long (5) and double (6) are special.
_ENTRY_BYTES = {
    3: 4,
    4: 4,
    7: 2,
    8: 2,
    9: 4,
    10: 4,
    11: 4,
    12: 4,
    15: 3,
    16: 2,
    17: 4,
    18: 4,
    19: 2,
    20: 2,
}


@dataclass(frozen=True, slots=True)
class StandardObject:
    """fields: API names. relationships: name to object. children: child relationship to object."""

    fields: frozenset[str]
    relationships: dict[str, str]
    children: dict[str, str]


class StandardObjects:
    """Looks objects up, one class file at a time."""

    def __init__(self, project: Path) -> None:
        jars = sorted((project / LIBRARIES).glob("sobject-types-*.jar"))
        if not jars:
            raise RefereeMissing(f"{LIBRARIES}/sobject-types-*.jar is missing; run `make setup`")
        self._archive = zipfile.ZipFile(jars[-1])
        self._found: dict[str, StandardObject | None] = {}

    def get(self, name: str) -> StandardObject | None:
        """A standard object, or None."""
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> StandardObject | None:
        try:
            content = self._archive.read(_CLASS.format(name=name))
        except KeyError:
            return None
        fields: set[str] = set()
        relationships: dict[str, str] = {}
        children: dict[str, str] = {}
        for field, descriptor in _class_fields(content):
            if field in _NO_FIELDS:
                continue
            if descriptor.startswith("["):
                children[field] = descriptor.removeprefix("[").removeprefix(_OBJECT).rstrip(";")
            elif descriptor.startswith(_OBJECT):
                relationships[field] = descriptor.removeprefix(_OBJECT).rstrip(";")
            else:
                fields.add(field)
        return StandardObject(frozenset(fields), relationships, children)


@cache
def standard_objects(project: Path) -> StandardObjects:
    """The objects of a project's installation. Raises RefereeMissing."""
    return StandardObjects(project)


def _class_fields(content: bytes) -> Iterator[tuple[str, str]]:
    """Names and type descriptors of a class file's fields."""
    texts, position = _constant_texts(content)
    (interfaces,) = struct.unpack_from(">H", content, position + 6)
    position += 8 + 2 * interfaces
    (count,) = struct.unpack_from(">H", content, position)
    position += 2
    for _ in range(count):
        _, name, descriptor, attributes = struct.unpack_from(">HHHH", content, position)
        position += 8
        for _ in range(attributes):
            (length,) = struct.unpack_from(">I", content, position + 2)
            position += 6 + length
        yield texts[name], texts[descriptor]


def _constant_texts(content: bytes) -> tuple[dict[int, str], int]:
    """The text entries of the constant pool by number, and where the pool ends."""
    (count,) = struct.unpack_from(">H", content, 8)
    texts: dict[int, str] = {}
    position, number = 10, 1
    while number < count:
        tag = content[position]
        if tag == 1:
            (length,) = struct.unpack_from(">H", content, position + 1)
            texts[number] = content[position + 3 : position + 3 + length].decode("utf-8", "replace")
            position += 3 + length
        elif tag in (5, 6):
            position += 9
            number += 1
        else:
            position += 1 + _ENTRY_BYTES[tag]
        number += 1
    return texts, position
