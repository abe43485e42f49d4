"""Notices by e-mail: each once a day, to whom the settings name."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from connector.errors import ConnectorError
from connector.ports import Clock
from connector.services.gifts.held_gifts import held_by_org
from connector.services.operations.notices import Notice, Notices
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class MailNotices:
    """send: subject and text to all who get them. public_url: for links."""

    store: Store
    notices: Notices
    send: Callable[[str, str], None]
    clock: Clock
    public_url: str

    def __call__(self) -> int:
        """How many messages went out, one for each org with something new today.

        Of orgs that are not connected too, where gifts wait for them: their own people see no page.
        """
        with self.store.read() as unit:
            orgs = [*(org.org_id for org in unit.connections.orgs()), *held_by_org(unit)]
        return sum(self._org(org_id) for org_id in orgs)

    def _org(self, org_id: str) -> bool:
        """Marked before it is sent, so that none comes twice a day; one that was refused is tried again."""
        today, notices = self.clock().date(), self.notices(org_id)
        with self.store.write() as unit:
            new = [n for n in notices if unit.sent_notices.first_today(org_id, n.code, today)]
        if not new:
            return False
        try:
            self.send(
                f"Gifting: {len(new)} notice{'s' if len(new) > 1 else ''} on org {org_id}", self._text(new)
            )
        except ConnectorError as error:
            log.warning("notices_not_mailed", org_id=org_id, code=error.code)
            with self.store.write() as unit:
                unit.sent_notices.forget(org_id, [notice.code for notice in new], today)
            return False
        return True

    def _text(self, notices: list[Notice]) -> str:
        parts = [
            "\n".join(
                filter(None, (notice.text, notice.advice, notice.path and self.public_url + notice.path))
            )
            for notice in notices
        ]
        return "\n\n".join(parts) + "\n"
