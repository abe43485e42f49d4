"""Every setting of the connector, read from the class that reads them."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from connector.config import Settings
from docgen.markdown import code, page, table, text_of

_INTRO = """\
The connector reads its settings from the environment. A value that makes no sense is refused at the
start, by name. Names end in the unit: `_SECONDS`, `_HOURS`, `_DAYS`, `_BYTES`. A setting that is empty
here has no default."""
_BOUNDS = {Ge: ("ge", "at least"), Gt: ("gt", "more than"), Le: ("le", "at most"), Lt: ("lt", "less than")}


def pages() -> dict[str, str]:
    """reference/configuration.md."""
    lines = page("Configuration", "`connector/config.py`", _INTRO)
    prefix = str(Settings.model_config.get("env_prefix", ""))
    rows = (
        (code(f"{prefix}{name}".upper()), *_described(field)) for name, field in Settings.model_fields.items()
    )
    lines += table(("Setting", "Meaning", "Values", "Default"), rows)
    return {"reference/configuration.md": text_of(lines)}


def _described(field: FieldInfo) -> tuple[str, str, str]:
    return field.description or "", ", ".join(_values(field)), code(_default(field.default))


def _values(field: FieldInfo) -> Iterator[str]:
    kind: Any = field.annotation
    if get_origin(kind) is Literal:
        yield " or ".join(code(str(word)) for word in get_args(kind))
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield " or ".join(code(str(one.value)) for one in kind)
    elif kind is bool:
        yield "`true` or `false`"
    elif kind in (int, float):
        yield "a whole number" if kind is int else "a number"
    elif kind is SecretStr:
        yield "a secret"
    elif kind is Path or Path in get_args(kind):
        yield "a path"
    for bound in field.metadata:
        if (known := _BOUNDS.get(type(bound))) is not None:
            yield f"{known[1]} {getattr(bound, known[0]):,g}"


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
