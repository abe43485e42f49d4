"""Everything that may go wrong around the connector, one piece at a time, chosen by a seeded generator."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from emulators.gifting.webhooks import forge
from tests.connector.chaos.gang import Gang
from tests.connector.crash.stand import ACCOUNT, Stand

_REST = "/services/data"


@dataclass
class Trouble:
    """restart_database: None where the database is a file."""

    stand: Stand
    gang: Gang
    random: Random
    restart_database: Callable[[], None] | None
    seen: Counter[str] = field(default_factory=Counter)

    def happen(self) -> None:
        """One piece of trouble."""
        kinds: dict[str, Callable[[], object]] = {
            "provider fails": self._provider_fails,
            "provider limits the rate": self._provider_limits,
            "webhooks doubled, late, reordered or lost": self._disturb_webhooks,
            "webhooks sent again": self._repeat_webhooks,
            "webhook forged": self._forge,
            "org fails": self._org_fails,
            "org's quota reached": self._quota_reached,
            "sessions expired": lambda: self.stand.org.control("POST", "sessions/expire"),
            "worker paused": self.gang.pause_one,
        }
        if self.restart_database is not None and self.random.random() < 0.03:
            kinds = {"database restarted": self.restart_database}
        name = self.random.choice(sorted(kinds))
        kinds[name]()
        self.seen[name] += 1

    def end(self) -> None:
        """No more of it."""
        self._platform("faults/clear")
        self._platform("rate-limit", calls=0)
        self._platform("webhooks/release")
        self._platform("webhooks/disturb")
        self.stand.org.control("DELETE", "faults")

    def _provider_fails(self) -> None:
        """The last fault ends here: added up, they would be an outage that nothing gets through."""
        self._platform("faults/clear")
        fault: dict[str, Any] = self.random.choice(
            [
                {"status": 500, "when": "before"},
                {"status": 502, "when": "after"},
                {"status": 503, "when": "before", "retry_after_seconds": 1},
                {"hang_up": True, "when": "before"},
                {"hang_up": True, "when": "after"},
                {"delay_seconds": 0.5},
            ]
        )
        self._platform("faults", count=self.random.randint(1, 5), **fault)

    def _provider_limits(self) -> None:
        self._platform("rate-limit", calls=self.random.choice([0, 20, 60, 200]), window_seconds=1)

    def _disturb_webhooks(self) -> None:
        disturbance: dict[str, Any] = self.random.choice(
            [{"duplicate": 20}, {"delay": 20, "delay_seconds": 1.0}, {"reorder": 10}, {"lose": 5}]
        )
        self._platform("webhooks/release")
        self._platform("webhooks/disturb", **disturbance)

    def _repeat_webhooks(self) -> None:
        store = self.stand.platform.platform.outbox._store
        for row in store.rows("SELECT event_id FROM delivery ORDER BY random() LIMIT 5"):
            self._platform("webhooks/again", event_id=row["event_id"])

    def _forge(self) -> None:
        url = f"{self.stand.settings.public_url}/webhooks/andopen/{ACCOUNT}"
        outbox = self.stand.platform.platform.outbox
        forgery: dict[str, Any] = {"body": b'{"id": "forged"}', "event_id": str(uuid4()), "age_seconds": 0}
        try:
            status = forge(outbox, url=url, secret="guessed", **forgery)
        except OSError:
            return  # nobody was there to be deceived
        assert status in {401, 500}, status

    def _org_fails(self) -> None:
        action = self.random.choice(["answer", "delay", "commit_then_delay", "reset", "commit_then_reset"])
        self._org_fault(action=action, seconds=0.5, times=self.random.randint(1, 3))

    def _quota_reached(self) -> None:
        self._org_fault(
            action="answer", status=403, error_code="REQUEST_LIMIT_EXCEEDED", message="TotalRequests Limit"
        )

    def _org_fault(self, **wishes: Any) -> None:
        self.stand.org.control("POST", "faults", path_prefix=_REST, **wishes)

    def _platform(self, path: str, **wishes: Any) -> dict[str, Any]:
        return self.stand.platform.control(path, **wishes)
