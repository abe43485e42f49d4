"""What the application serves, found from inside a request."""

from dataclasses import dataclass

from flask import current_app

from emulators.salesforce.faults import FaultInjector
from emulators.salesforce.oauth.clients import Clients
from emulators.salesforce.oauth.sessions import Sessions
from emulators.salesforce.org import Org
from emulators.salesforce.pages.standard import seed_pages

EXTENSION = "localorg"


@dataclass(slots=True)
class Host:
    """The org with its sessions, its client apps and the orders for trouble."""

    org: Org
    sessions: Sessions
    clients: Clients
    faults: FaultInjector

    def prepare(self) -> None:
        """Give a fresh org what is kept beside its records: tables of the door, pages of standard objects."""
        self.sessions.prepare()
        self.clients.prepare()
        seed_pages(self.org)

    def reset(self) -> None:
        """Back to a fresh org; the release engineer's app stays known, as its key stays on disk."""
        ci_app = self.clients.ci_app()
        self.faults.clear()
        self.org.reset()
        self.prepare()
        if ci_app is not None:
            self.clients.register_ci_app(ci_app.consumer_key, ci_app.certificate, *ci_app.approved_users)


def host() -> Host:
    """The host of the application that handles the current request."""
    found: Host = current_app.extensions[EXTENSION]
    return found
