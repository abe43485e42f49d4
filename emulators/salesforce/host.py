"""What the application serves, found from inside a request."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.faults import FaultInjector
from emulators.salesforce.oauth.clients import Clients
from emulators.salesforce.oauth.passwords import Passwords
from emulators.salesforce.oauth.sessions import Sessions
from emulators.salesforce.org import Org
from emulators.salesforce.pages.standard import seed_pages
from emulators.salesforce.schema.model import Schema
from emulators.salesforce.store.database import Database
from emulators.salesforce.store.snapshots import Snapshots

EXTENSION = "localorg"


@dataclass(slots=True)
class Host:
    """The org with its sessions, its client apps and the orders for trouble.

    memory: what the resources keep from one request to the next, under their names; a reset forgets it.
    fresh: the content and schema that a reset goes back to, once they are known. snapshots: where contents
    are kept by name.
    """

    org: Org
    sessions: Sessions
    clients: Clients
    passwords: Passwords
    faults: FaultInjector
    memory: dict[str, Any] = field(default_factory=dict)
    fresh: tuple[Database, Schema] | None = None
    snapshots: Snapshots | None = None

    def prepare(self) -> None:
        """Give a fresh org what is kept beside its records: tables of the door, pages of standard objects."""
        self.sessions.prepare()
        self.clients.prepare()
        self.passwords = Passwords(self.org)
        seed_pages(self.org)

    def reset(self) -> None:
        """Back to a fresh org; the release engineer's app stays known, as its key stays on disk.

        The first time a fresh org is made, and a copy kept; from then on the copy is taken.
        """
        self.faults.clear()
        self.memory.clear()
        if self.fresh is None:
            ci_app = self.clients.ci_app()
            self.org.reset()
            self.prepare()
            if ci_app is not None:
                self.clients.register(ci_app)
            self.keep_fresh()
        else:
            content, schema = self.fresh
            self.org.take_over(content, schema)

    def kept(self) -> Snapshots:
        """Where contents are kept by name. Raises NotSupportedHere for an org without a directory."""
        if self.snapshots is None:
            raise NotSupportedHere("snapshots of an org without a directory")
        return self.snapshots

    def restore(self, name: str) -> None:
        """Make the org what was kept under a name; jobs and open queries of the meantime are gone."""
        self.kept().restore(name, self.org)
        self.memory.clear()

    def keep_fresh(self) -> None:
        """Take the org as it is for the fresh one."""
        content = Database()
        self.org.db.copy_to(content)
        self.fresh = (content, self.org.schema)

    def close(self) -> None:
        """Let go of the copy, and of the org."""
        if self.fresh is not None:
            self.fresh[0].close()
        self.org.close()


def host() -> Host:
    """The host of the application that handles the current request."""
    found: Host = current_app.extensions[EXTENSION]
    return found
