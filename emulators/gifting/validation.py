"""What POST /gift_requests accepts.

Source: page gift-requests/create. Choice mode needs campaign_id and recipient; direct send adds
shipping_address and line_items, both or neither, on a campaign whose invitation method is
sender_provided_address. Page errors: a missing field is `required`, an unknown campaign `invalid_reference`.
The other codes here are this platform's choice.
"""

import re
from dataclasses import dataclass
from typing import Any

from emulators.gifting.errors import ApiError, Problem, invalid_field
from emulators.gifting.store import Document

NAME_LENGTH = range(2, 256)
NAME_MARKS = frozenset(" -'.\N{RIGHT SINGLE QUOTATION MARK}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
DIRECT_SEND_METHOD = "sender_provided_address"


@dataclass(frozen=True, slots=True)
class GiftRequestBody:
    """A body that passed."""

    campaign: Document
    recipient: dict[str, str]
    shipping_address: Document | None
    line_items: list[Document] | None


def checked_body(body: Document, campaign: Document | None, *, letters_only_names: bool) -> GiftRequestBody:
    """The body, or ApiError 422 with every problem at once.

    campaign: the one that campaign_id names, if any.
    """
    problems = [
        *_campaign_problems(body.get("campaign_id"), campaign),
        *_recipient_problems(body.get("recipient"), letters_only=letters_only_names),
        *_direct_send_problems(body, campaign),
    ]
    if problems or campaign is None:
        raise ApiError(422, *problems)
    recipient = {name: str(body["recipient"][name]) for name in ("first_name", "last_name", "email")}
    return GiftRequestBody(campaign, recipient, body.get("shipping_address"), body.get("line_items"))


def _campaign_problems(campaign_id: Any, campaign: Document | None) -> list[Problem]:
    if not campaign_id:
        return [invalid_field("campaign_id", "required", "is required")]
    if campaign is None:
        return [invalid_field("campaign_id", "invalid_reference", "does not exist")]
    return []


def _recipient_problems(recipient: Any, *, letters_only: bool) -> list[Problem]:
    if not isinstance(recipient, dict):
        return [invalid_field("recipient", "required", "is required")]
    problems = []
    for name in ("first_name", "last_name"):
        problems += _name_problems(f"recipient.{name}", recipient.get(name), letters_only=letters_only)
    email = recipient.get("email")
    if not email:
        problems.append(invalid_field("recipient.email", "required", "is required"))
    elif not isinstance(email, str) or not EMAIL.fullmatch(email):
        problems.append(invalid_field("recipient.email", "invalid_format", "is not a valid email address"))
    return problems


def _name_problems(param: str, name: Any, *, letters_only: bool) -> list[Problem]:
    if not name or not isinstance(name, str):
        return [invalid_field(param, "required", "is required")]
    if len(name) not in NAME_LENGTH:
        return [invalid_field(param, "invalid_length", "must have 2 to 255 characters")]
    letters = name if letters_only else "".join(sign for sign in name if sign not in NAME_MARKS)
    if not letters.isalpha():
        return [invalid_field(param, "invalid_format", "must consist of letters")]
    return []


def _direct_send_problems(body: Document, campaign: Document | None) -> list[Problem]:
    given = [name for name in ("shipping_address", "line_items") if body.get(name) is not None]
    if not given:
        return []
    problems = [
        invalid_field(name, "required", "is required together with the other")
        for name in ("shipping_address", "line_items")
        if name not in given
    ]
    problems += [
        invalid_field(name, "invalid_format", "has the wrong type")
        for name, kind in (("shipping_address", dict), ("line_items", list))
        if name in given and not (isinstance(body[name], kind) and body[name])
    ]
    if campaign is not None and campaign["invitation_method"] != DIRECT_SEND_METHOD:
        message = f"requires a campaign with invitation method {DIRECT_SEND_METHOD}"
        problems.append(invalid_field("shipping_address", "invalid_invitation_method", message))
    return problems
