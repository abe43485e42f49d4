"""What the pages ask of the store."""

from datetime import datetime
from typing import Protocol

from connector.domain.portal_session import PendingSignIn, PortalSession, UserTokens


class SignInRepository(Protocol):
    """People who were sent to Salesforce, and links that let an operator in."""

    def expect(self, pending: PendingSignIn) -> None: ...
    def take(self, digest: str) -> PendingSignIn | None:
        """Once: it is gone afterwards."""
        ...

    def add_setup_link(self, digest: str, *, expires_at: datetime) -> None:
        """In place of all earlier ones."""
        ...

    def take_setup_link(self, digest: str, *, now: datetime) -> bool:
        """True once, for a link that has not expired."""
        ...

    def forget_expired(self, *, now: datetime) -> None: ...


class PortalSessionRepository(Protocol):
    """Who is signed in."""

    def add(self, session: PortalSession) -> None: ...
    def get(self, digest: str) -> PortalSession | None: ...
    def of_org(self, org_id: str) -> list[PortalSession]:
        """The one seen last first."""
        ...

    def touch(self, digest: str, *, seen_at: datetime) -> None: ...
    def keep_tokens(self, digest: str, tokens: UserTokens) -> None: ...
    def bind(self, digest: str, org_id: str) -> None:
        """An operator's session belongs to the org that was connected in it."""
        ...

    def end(self, digest: str) -> None: ...
    def end_all(self, org_id: str) -> int:
        """How many there were."""
        ...

    def forget(self, *, ended_before: datetime, seen_before: datetime) -> None:
        """Drop those whose time is over."""
        ...
