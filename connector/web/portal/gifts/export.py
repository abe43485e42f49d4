"""Gifts as CSV, written page by page while it is read, for spreadsheets."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from connector.domain.gift import Gift
from connector.services.storage.gift_pages import GiftPlace

PAGE = 500
COLUMNS = (
    "Gift key",
    "Asked for (UTC)",
    "First name",
    "Last name",
    "E-mail",
    "Record",
    "Campaign",
    "Gift campaign",
    "Source",
    "Sender",
    "Value",
    "Currency",
    "Request",
    "Stage",
    "Approval",
    "Platform gift id",
    "Gift record",
    "Error",
)
# A spreadsheet takes a cell that begins so for a formula, and a control character may hide the beginning.
# Source: OWASP, CSV Injection.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

ReadPage = Callable[[GiftPlace | None], Sequence[Gift]]


def as_csv(read_page: ReadPage) -> Iterator[str]:
    """Text in pieces. read_page: at most PAGE gifts behind a place. A mark in front tells Excel of UTF-8."""
    yield "\ufeff" + _lines([COLUMNS])
    place: GiftPlace | None = None
    while gifts := read_page(place):
        yield _lines([_cells(gift) for gift in gifts])
        if len(gifts) < PAGE:
            return
        place = GiftPlace(gifts[-1].planned_at, gifts[-1].key)


def harmless(cell: str) -> str:
    """The cell as text: with an apostrophe before whatever a spreadsheet might compute."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULAS) else cell


def _cells(gift: Gift) -> Sequence[str]:
    request = gift.request
    return (
        gift.key,
        f"{gift.planned_at:%Y-%m-%d %H:%M:%S}",
        request.recipient.first_name,
        request.recipient.last_name,
        request.recipient.email,
        request.person.record_id,
        request.campaign_id,
        request.gift_campaign_id,
        request.source.value,
        request.sender_user_id,
        f"{request.value.amount:.{request.value.digits}f}",
        request.value.currency,
        gift.state.value,
        gift.progress.stage.value,
        gift.approval.status.value,
        gift.provider_gift_id,
        gift.salesforce_id,
        gift.sync_error or gift.last_error,
    )


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue()
