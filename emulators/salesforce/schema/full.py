"""Standard objects that are described and can be queried, and have no records and no fields of their own.

A real org describes hundreds of objects that nothing here models. Clients that walk through all of them can
be tried on an org that was started full.
"""

import re
from collections.abc import Iterator
from importlib.resources import files

from emulators.salesforce.schema.model import Schema, SObjectType
from emulators.salesforce.schema.standard import standard_schema, system_fields

_COMPANIONS = {"f": "Feed", "h": "History", "s": "Share", "c": "ChangeEvent"}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def full_schema() -> Schema:
    """The modelled objects and, by name alone, those of a real org."""
    modelled = standard_schema().objects
    named = {name: _empty(name) for name in _names() if name not in modelled}
    return Schema({**modelled, **named})


def _names() -> Iterator[str]:
    listed = (files("emulators.salesforce.schema") / "standard_names.txt").read_text("utf-8")
    for line in listed.splitlines():
        if line.startswith("#"):
            continue
        name, _, companions = line.partition(" ")
        yield name
        yield from (name + _COMPANIONS[letter] for letter in companions)


def _empty(name: str) -> SObjectType:
    label = _WORD.sub(" ", name)
    return SObjectType(
        name=name,
        label=label,
        label_plural=label,
        key_prefix="",
        fields=system_fields(label),
        createable=False,
        updateable=False,
        deletable=False,
        searchable=False,
        triggerable=False,
    )
