"""`@{reference.path}` in later subrequests: values from the answers of earlier ones."""

import re
from collections.abc import Mapping
from typing import Any

from emulators.salesforce.errors import SalesforceError

_REFERENCE = re.compile(r"@\{(?P<id>\w+)(?P<path>[\w.\[\]]*)\}")
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+)\]")


def resolve(value: Any, answers: Mapping[str, Any]) -> Any:
    """The value with every reference in it replaced, at any depth.

    answers: the bodies of earlier subrequests by referenceId. Raises PROCESSING_HALTED for a reference to
    something that is not there.
    """
    if isinstance(value, dict):
        return {key: resolve(inner, answers) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, answers) for inner in value]
    if not isinstance(value, str) or "@{" not in value:
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole is not None:
        return _look_up(whole, answers)
    return _REFERENCE.sub(lambda match: str(_look_up(match, answers)), value)


def _look_up(match: re.Match[str], answers: Mapping[str, Any]) -> Any:
    name, path = match["id"], match["path"]
    value = answers.get(name)
    for step in _STEP.finditer(path):
        value = _step(value, step)
    if value is None:
        message = f"Invalid reference specified. No value for {name}{path} found in {name}"
        raise SalesforceError("PROCESSING_HALTED", message)
    return value


def _step(value: Any, step: re.Match[str]) -> Any:
    if step["index"] is not None:
        index = int(step["index"])
        return value[index] if isinstance(value, list) and index < len(value) else None
    return value.get(step["name"]) if isinstance(value, dict) else None
