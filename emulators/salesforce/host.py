"""What the application serves, found from inside a request."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from emulators.salesforce.faults import FaultInjector
from emulators.salesforce.oauth.clients import Clients
from emulators.salesforce.oauth.passwords import Passwords
from emulators.salesforce.oauth.sessions import Sessions
from emulators.salesforce.org import Org
from emulators.salesforce.pages.standard import seed_pages

EXTENSION = "localorg"


@dataclass(slots=True)
class Host:
    """The org with its sessions, its client apps and the orders for trouble.

    memory: what the resources keep from one request to the next, under their names; a reset forgets it.
    """

    org: Org
    sessions: Sessions
    clients: Clients
    passwords: Passwords
    faults: FaultInjector
    memory: dict[str, Any] = field(default_factory=dict)

    def prepare(self) -> None:
        """Give a fresh org what is kept beside its records: tables of the door, pages of standard objects."""
        self.sessions.prepare()
        self.clients.prepare()
        self.passwords = Passwords(self.org)
        seed_pages(self.org)

    def reset(self) -> None:
        """Back to a fresh org; the release engineer's app stays known, as its key stays on disk."""
        ci_app = self.clients.ci_app()
        self.faults.clear()
        self.org.reset()
        self.memory.clear()
        self.prepare()
        if ci_app is not None:
            self.clients.register(ci_app)


def host() -> Host:
    """The host of the application that handles the current request."""
    found: Host = current_app.extensions[EXTENSION]
    return found
