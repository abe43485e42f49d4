"""Field names in formulas, as far as they can be told from functions and texts."""

import re
from collections.abc import Iterator

from packagecheck.world import World

_TEXTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|/\*.*?\*/", re.DOTALL)
# A path that ends in a custom field, and what stands before it: $User.X__c and $Setup.Y__c.Z__c are global.
_PATHS = re.compile(r"(?<![\w.$])((?:\$?\w+\.)*\w+__[cr](?:\.\w+)*)")


def formula_problems(formula: str, sobject: str, world: World) -> Iterator[str]:
    """Custom fields and relationships that a formula names and nothing has; and unbalanced parentheses."""
    bare = _TEXTS.sub("''", formula)
    if bare.count("(") != bare.count(")"):
        yield "the formula's parentheses do not match"
    for found in dict.fromkeys(_PATHS.findall(bare)):
        start, path = _from(found, sobject)
        if path and (problem := world.path_problem(start, path)):
            yield f"the formula names what does not exist: {problem}"


def _from(found: str, sobject: str) -> tuple[str, str]:
    """Where a path starts and how it goes on from there; no way on for what only an org knows."""
    if found.startswith("$Setup."):
        _, setting, *rest = found.split(".")
        return setting, ".".join(rest)
    return (sobject, "") if found.startswith("$") else (sobject, found)
