"""spec/languages/*.yml: a phrase book for each language, from the description's words to its own."""

from dataclasses import dataclass, field
from enum import StrEnum

from metagen.errors import Location
from metagen.nodes import Text


class Gender(StrEnum):
    """Of an object's name."""

    NEUTER = "Neuter"
    MASCULINE = "Masculine"
    FEMININE = "Feminine"


class StartsWith(StrEnum):
    """Of an object's name, where the language's article depends on it."""

    CONSONANT = "Consonant"
    VOWEL = "Vowel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectNoun:
    """The name of one of our objects as the language's grammar needs it."""

    where: Location
    gender: Gender
    starts_with: StartsWith | None = None
    singular: Text
    plural: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """name: Salesforce's code, such as de. cases: grammatical cases that names of objects are given in.

    phrases: each label, status, section and message of the package, to what it is called in the language.
    """

    where: Location
    name: Text
    cases: tuple[Text, ...] = ()
    objects: dict[Text, ObjectNoun] = field(default_factory=dict)
    phrases: dict[Text, Text]
