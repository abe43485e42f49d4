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
    for path in dict.fromkeys(_PATHS.findall(bare)):
        if path.startswith("$Setup."):
            _, setting, *rest = path.split(".")
            start, path = setting, ".".join(rest)
        elif path.startswith("$"):
            continue
        else:
            start = sobject
        if path and (problem := world.path_problem(start, path)):
            yield f"the formula names what does not exist: {problem}"
