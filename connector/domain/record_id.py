"""Salesforce record Ids: 15 characters that depend on case, or 18 that do not.

The last three characters say which of the first fifteen are capitals.
Source: https://help.salesforce.com/s/articleView?id=000385585&type=1
"""

import re

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_CHECK_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def case_safe_id(text: str) -> str:
    """The 18-character form of an Id; empty for what is no Id, or one whose last three do not fit."""
    if not _ID.fullmatch(text):
        return ""
    safe = text[:15] + "".join(_check_character(text[start : start + 5]) for start in (0, 5, 10))
    return safe if len(text) == 15 or safe == text else ""


def _check_character(five: str) -> str:
    return _CHECK_CHARACTERS[sum(1 << place for place, letter in enumerate(five) if letter.isupper())]
