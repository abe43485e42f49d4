"""What the pages' frame asks of the composition root. What one page asks stands with that page."""

from typing import Protocol

from connector.services.sign_in.portal_sessions import PortalSessions
from connector.services.sign_in.sign_in import SignIn


class PortalContainer(Protocol):
    """The part of connector.app.Container that signing in and every page use."""

    @property
    def public_url(self) -> str: ...
    @property
    def sign_in(self) -> SignIn: ...
    @property
    def portal_sessions(self) -> PortalSessions: ...
