"""The jobs of the org at hand, and the objects they may be about."""

from emulators.salesforce.bulk.errors import BulkError
from emulators.salesforce.bulk2.jobs import Jobs
from emulators.salesforce.context import current
from emulators.salesforce.host import host
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access


def jobs() -> Jobs:
    """All jobs, of any user, as the platform shows them."""
    found: Jobs = host().memory.setdefault("bulk2.jobs", Jobs())
    return found


def job_object(name: str) -> SObjectType:
    """The object of a job. Raises INVALIDJOB when the user does not see it, or the org has no such one."""
    context = current()
    found = context.org.schema.object_named(name)
    if found is None or not found.queryable or not found.modelled:
        raise _unknown(name)
    if not Access(context.org, context.user).readable(found):
        raise _unknown(name)
    return found


def _unknown(name: str) -> BulkError:
    return BulkError("INVALIDJOB", f"Unable to find object: {name}")
