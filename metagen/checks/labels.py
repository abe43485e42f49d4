"""Labels that Salesforce accepts, and translations that leave room for what components put into them."""

import re
from collections.abc import Iterator

from metagen.errors import Problem
from metagen.model.spec import Spec

# Metadata API Developer Guide, CustomLabels.
NAME_LIMIT = 80
DESCRIPTION_LIMIT = 80
VALUE_LIMIT = 1000
PLACEHOLDER = re.compile(r"\{\d+\}")


def problems_of(spec: Spec) -> Iterator[Problem]:
    """Names outside their group, texts that are too long, and placeholders lost in translation."""
    for group in spec.label_groups.values():
        for name in group.labels:
            if not name.startswith(f"{group.name}_"):
                yield Problem(
                    name.where, f"{name} is in the group {group.name}; it should be called so first"
                )
    for name, label in spec.labels().items():
        for what, text, limit in (
            ("name", name, NAME_LIMIT),
            ("description", label.description, DESCRIPTION_LIMIT),
            ("value", label.value, VALUE_LIMIT),
        ):
            if len(text) > limit:
                yield Problem(text.where, f"the {what} of {name} has {len(text)} characters; {limit} fit")
        wanted = sorted(PLACEHOLDER.findall(label.value))
        for language in spec.languages.values():
            said = language.phrases.get(label.value)
            if said is not None and sorted(PLACEHOLDER.findall(said)) != wanted:
                yield Problem(
                    said.where, f"{name} in {language.name} must hold {', '.join(wanted) or 'no {0}'}"
                )
