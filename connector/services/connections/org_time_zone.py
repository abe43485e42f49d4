"""The time zone that an org lives by."""

from connector.domain.schedule import ScheduleInvalid, zone
from connector.errors import PermanentError
from connector.ports import SalesforceOrg


def org_time_zone(org: SalesforceOrg) -> str:
    """An IANA name. Raises PermanentError where the org's is unknown here, and the org's errors.

    Source: Object Reference for the Salesforce Platform, Organization, TimeZoneSidKey.
    """
    for row in org.query("SELECT TimeZoneSidKey FROM Organization"):
        name = str(row.get("TimeZoneSidKey") or "")
        try:
            return zone(name).key
        except ScheduleInvalid as problem:
            raise PermanentError(str(problem), code="time_zone", remedy="Name a time zone.") from None
    raise PermanentError("The org tells no time zone", code="time_zone", remedy="Name a time zone.")
