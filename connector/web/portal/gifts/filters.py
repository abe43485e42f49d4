"""What the form above the list of gifts says, and where a page ended, as query parameters."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from connector.domain.gift import Gift, RequestState
from connector.domain.portal_session import PortalSession, Role
from connector.domain.vocabulary import GiftSource, GiftStage
from connector.services.storage.gift_pages import GiftFilter, GiftPlace

Word = TypeVar("Word", bound=StrEnum)

NAMES = ("q", "state", "stage", "source", "campaign", "since", "until", "error", "trouble")


def wanted_by(session: PortalSession, given: Mapping[str, str]) -> GiftFilter:
    """The gifts of the viewer's org; for whoever does not manage gifting, those that they sent.

    What is no such word or date counts as not given.
    """
    state = _word(RequestState, given.get("state", ""))
    until = _day(given.get("until", ""))
    return GiftFilter(
        org_id=session.org_id,
        words=given.get("q", "")[:200],
        states=() if state is None else (state,),
        stage=_word(GiftStage, given.get("stage", "")),
        source=_word(GiftSource, given.get("source", "")),
        campaign_id=given.get("campaign", "")[:18],
        sender_user_id="" if session.may(Role.MANAGER) else session.user_id,
        since=_day(given.get("since", "")),
        until=None if until is None else until + timedelta(days=1),
        error=given.get("error", "").strip()[:200],
        only_with_error=given.get("trouble") == "1",
    )


def place_in(text: str) -> GiftPlace | None:
    """Where the page before ended; None for the first page and for text that is none of ours."""
    at, _, key = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        is_whole = moment.tzinfo is not None and bool(key)
        return GiftPlace(moment.astimezone(UTC), key) if is_whole else None
    except (ValueError, OverflowError):  # in UTC the first day of all may have no date
        return None


def place_after(gift: Gift) -> str:
    """For the link to the next page."""
    return f"{gift.planned_at.astimezone(UTC).isoformat()}~{gift.key}"


def _word(words: type[Word], text: str) -> Word | None:
    return next((word for word in words if word.value == text), None)


def _day(text: str) -> datetime | None:
    """Midnight UTC of an ISO date; years that a calendar day after would leave the calendar are none."""
    try:
        day = datetime.fromisoformat(text).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    except ValueError:
        return None
    return day if day.year < 9999 else None
