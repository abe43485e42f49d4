"""Sending webhooks: signing, the thread that delivers, and forgeries on demand.

Source: page webhooks. AndOpen-Webhook-Signature is the hex HMAC-SHA256 of "{timestamp}.{raw body}" under the
endpoint's secret; AndOpen-Webhook-Dispatch-Timestamp is unix seconds, fresh on each attempt.
"""

import hashlib
import hmac
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from emulators.gifting.outbox import Delivery, Outbox
from emulators.gifting.settings import Settings
from emulators.gifting.store import Store

API_VERSION = "2026-05"
TIMEOUT_SECONDS = 10.0
IDLE_SECONDS = 1.0
MOST_SENDERS = 16


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Hex HMAC-SHA256 of b"<timestamp>." + body."""
    return hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def headers_for(delivery: Delivery, *, timestamp: int, secret: str = "") -> dict[str, str]:
    """The documented headers of one attempt. secret: another one than the endpoint's, for a forgery.

    Without any secret the delivery is one of Brilliant's: not signed, and without headers of their own.
    """
    if not (secret or delivery.secret):
        return {"Content-Type": "application/json"}
    return {
        "Content-Type": "application/json",
        "AndOpen-Webhook-Signature": sign(secret or delivery.secret, timestamp, delivery.body),
        "AndOpen-Webhook-Dispatch-Timestamp": str(timestamp),
        "AndOpen-Webhook-Event-Id": delivery.event_id,
        "AndOpen-Webhook-Event-Type": delivery.event_type,
        "AndOpen-Webhook-API-Version": API_VERSION,
    }


def loopback_session() -> requests.Session:
    """A session that takes no proxy from the environment."""
    session = requests.Session()
    session.trust_env = False
    return session


class Sessions:
    """A session for each thread: requests documents none that several may share."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[requests.Session] = []
        self._lock = threading.Lock()

    def mine(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = loopback_session()
            with self._lock:
                self._all.append(session)
        return session

    def close(self) -> None:
        with self._lock:
            for session in self._all:
                session.close()


class Dispatcher:
    """A background thread that delivers in order; a failed delivery waits and lets the next ones pass.

    With several senders (Settings.webhook_senders), those of a batch are under way together.
    """

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox
        self._sessions = Sessions()
        self._senders = ThreadPoolExecutor(MOST_SENDERS, thread_name_prefix="webhook-sender")
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was queued, released or became due."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        self._thread.join(TIMEOUT_SECONDS + 1)
        self._senders.shutdown()
        self._sessions.close()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            settings = Settings.load(self._store)
            if settings.webhooks_paused:
                self._wake.wait(IDLE_SECONDS)
            elif not self._deliver_due(settings):
                self._wake.wait(min(IDLE_SECONDS, self._outbox.seconds_to_next()))

    def _deliver_due(self, settings: Settings) -> bool:
        """Deliver one batch; False when there was nothing to do."""
        batch = self._outbox.due()

        def deliver(delivery: Delivery) -> None:
            if self._may_go(delivery):
                status, error = self._attempt(delivery)
                self._outbox.record(delivery, status=status, error=error, settings=settings)

        together = max(1, settings.webhook_senders)
        for start in range(0, len(batch), together):
            list(self._senders.map(deliver, batch[start : start + together]))
        return bool(batch)

    def _may_go(self, delivery: Delivery) -> bool:
        """A pause or a reset holds for what was taken up before it, too."""
        if self._stopping or Settings.load(self._store).webhooks_paused:
            return False
        return self._outbox.waits(delivery)

    def _attempt(self, delivery: Delivery) -> tuple[int, str]:
        headers = headers_for(delivery, timestamp=int(time.time()))
        try:
            answer = self._sessions.mine().post(
                delivery.url,
                data=delivery.body,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError) as failure:
            return 0, type(failure).__name__
        return answer.status_code, ""


def forge(outbox: Outbox, *, url: str, secret: str, body: bytes, event_id: str, age_seconds: int) -> int:
    """Send one delivery outside the log; returns the receiver's HTTP status.

    secret: used as it is, right or wrong. age_seconds: how old the dispatch timestamp pretends to be.
    """
    known = {endpoint["url"] for endpoint in outbox.endpoints()}
    if url not in known:
        raise ValueError("the address is not a registered endpoint")
    delivery = Delivery(0, event_id, "gift_request.updated", url, secret, body, ())
    headers = headers_for(delivery, timestamp=int(time.time()) - age_seconds)
    with loopback_session() as session:
        answer = session.post(url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    return answer.status_code
