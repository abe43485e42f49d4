"""Which version of the package an org has, against the newest that this connector knows."""

from dataclasses import dataclass
from enum import StrEnum

from connector.domain.package import NEWEST_VERSION
from connector.errors import ConnectorError
from connector.ports import SalesforceOrg

SETTINGS = "Gifting_Settings__c"
FIELD = "Package_Version__c"
FINDING = "package_version"
_NOT_THERE = frozenset({"NOT_FOUND", "INVALID_TYPE"})


class Standing(StrEnum):
    """How an org's package compares. UNTOLD: it is older than the field that tells the version."""

    NEWEST = "newest"
    OLDER = "older"
    NEWER = "newer"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """version: three numbers, or "" where the org does not tell."""

    version: str
    newest: str = NEWEST_VERSION

    @property
    def standing(self) -> Standing:
        installed, newest = _numbers(self.version), _numbers(self.newest)
        if not installed:
            return Standing.UNTOLD
        if installed == newest:
            return Standing.NEWEST
        return Standing.OLDER if installed < newest else Standing.NEWER


def installed_version(org: SalesforceOrg) -> str:
    """The default value of the settings' field, which every deploy brings along; "" where there is none.

    One API call. Custom settings have no field-level security, so whoever may read the object sees it.
    A deploy of source leaves no InstalledSubscriberPackage, and such a record could be read by few only.
    Raises the org's errors, but for an object that is not there or not shown.
    """
    try:
        described = org.describe(SETTINGS)
    except ConnectorError as error:
        if error.code in _NOT_THERE:
            return ""
        raise
    found = next((field.default for field in described.fields if field.name == FIELD), "")
    version = found.strip().strip("\"'")
    return version if _numbers(version) else ""


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
