"""The request at hand: which org, whose session, which API version."""

from dataclasses import dataclass

from flask import g

from emulators.salesforce.org import Org
from emulators.salesforce.security.users import OrgUser


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What every resource needs to know. api_version: such as "66.0"."""

    org: Org
    user: OrgUser
    session_id: str
    api_version: str

    @property
    def base_path(self) -> str:
        """The path before resources, such as /services/data/v66.0."""
        return f"/services/data/v{self.api_version}"


def set_current(context: RequestContext) -> None:
    """Called once for a request, after authentication."""
    g.salesforce = context


def current() -> RequestContext:
    """The context of the request being answered."""
    context: RequestContext = g.salesforce
    return context
