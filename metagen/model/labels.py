"""spec/labels/*.yml: what components say, by the name under which they import it."""

from dataclasses import dataclass

from metagen.errors import Location
from metagen.nodes import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One text. value: with {0}, {1} where the component fills something in. description: for translators."""

    where: Location
    value: Text
    description: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelGroup:
    """The labels that belong together. name: what each of their names begins with."""

    where: Location
    name: Text
    labels: dict[Text, Label]
