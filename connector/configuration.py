"""What people are told of the settings: meaning, unit, default, and where the value in force comes from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from connector.config import PREFIX, Settings

# Read by single commands, and no settings.
OTHER_VARIABLES = frozenset(
    {"CONNECTOR_PROVIDER_TOKEN", "CONNECTOR_PROVIDER_WEBHOOK_SECRET", "CONNECTOR_COPY_TO"}
)
_HIDDEN = "********"
_ADDRESSES = frozenset({"database_url", "jobs_database_url"})
_UNITS = {
    "_seconds": "seconds",
    "_minutes": "minutes",
    "_hours": "hours",
    "_days": "days",
    "_bytes": "bytes",
    "_per_second": "calls per second",
    "_at_once": "calls",
    "_calls": "calls",
    "_threads": "requests",
    "_above": "records",
    "_runs": "runs",
    "_port": "TCP port",
    "_proxies": "proxies",
    "_at": "HH:MM, UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. unit: empty where it has none. value: in force, hidden where it is a secret.

    source: "environment" or "default".
    """

    variable: str
    meaning: str
    unit: str
    default: str
    value: str
    source: str


def describe(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[Setting]:
    """Every setting, in the order in which config.py has them."""
    given = {name.upper() for name in environment}
    return [
        Setting(
            variable=f"{PREFIX}{name.upper()}",
            meaning=field.description or "",
            unit=_unit(name, field),
            default=_shown(name, field.default),
            value=_shown(name, getattr(settings, name)),
            source="environment" if f"{PREFIX}{name.upper()}" in given else "default",
        )
        for name, field in Settings.model_fields.items()
    ]


def unknown_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variables that begin like settings and are none, with the setting that may have been meant."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(
        name for name in environment if name.startswith(PREFIX) and name not in known | OTHER_VARIABLES
    )
    return {name: next(iter(get_close_matches(name, known, n=1)), "") for name in unknown}


def _unit(name: str, field: FieldInfo) -> str:
    if field.annotation not in {int, float} and not name.endswith("_at"):
        return ""
    fitting = (suffix for suffix in sorted(_UNITS, key=len, reverse=True) if f"_{name}".endswith(suffix))
    return _UNITS.get(next(fitting, ""), "number")


def _shown(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return _HIDDEN if value.get_secret_value() else ""
    if name in _ADDRESSES and value:
        try:
            return make_url(value).render_as_string(hide_password=True)
        except ArgumentError:
            return _HIDDEN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value) if not isinstance(value, Path) else value.as_posix()
