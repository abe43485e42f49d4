"""The user permissions that exist, and those among them that the local org looks at."""

from functools import cache
from importlib.resources import files

from emulators.salesforce.schema.standard import standard_schema

PREFIX = "Permissions"


@cache
def user_permissions() -> frozenset[str]:
    """All of a real org, by the names that permission sets and profiles use."""
    listed = (files("emulators.salesforce.schema") / "user_permissions.txt").read_text("utf-8")
    return frozenset(line for line in listed.splitlines() if not line.startswith("#"))


@cache
def evaluated_permissions() -> frozenset[str]:
    """Those that are fields of PermissionSet here; to have one of the others changes nothing."""
    fields = standard_schema().objects["PermissionSet"].fields
    return frozenset(name.removeprefix(PREFIX) for name in fields if name.startswith(PREFIX))
