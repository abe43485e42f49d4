"""Merge fields in the addresses of buttons: `{!Contact.Id}`, `{!$Setup.Settings__c.Address__c}` and the like.

Values behind the first question mark are encoded for an address; before it they stand as they are, so that a
setting can hold the address itself.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from emulators.salesforce.formula.evaluate import FormulaContext, evaluate
from emulators.salesforce.formula.reading import as_read_by
from emulators.salesforce.formula.variables import Variables
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.store.values import datetime_text

_MERGE_FIELD = re.compile(r"\{!(.*?)\}", re.DOTALL)


def merged(
    template: str, org: Org, user: OrgUser, sobject: SObjectType, row: Mapping[str, Any] | None
) -> str:
    """The address for one user, and one record unless row is None.

    What the user may not see is empty. Raises SalesforceError, with the words of the formula engine, for what
    leads nowhere, and NotSupportedHere for what the local org does not evaluate.
    """
    context = _context(org, user, sobject, row)
    prefix = re.compile(rf"(?<![\w.$]){re.escape(sobject.name)}\.(?=\w)")
    encoded_from = template.find("?")

    def value(match: re.Match[str]) -> str:
        found = evaluate(prefix.sub("", match[1]), context)
        text = _text(found)
        return quote(text, safe="") if -1 < encoded_from < match.start() else text

    return _MERGE_FIELD.sub(value, template)


def opens_something(address: str) -> bool:
    """Whether a browser can go there: an address of the web, or one of the org's own paths."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    own_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return own_path or (parts.scheme in {"http", "https"} and bool(parts.netloc))


def _context(org: Org, user: OrgUser, sobject: SObjectType, row: Mapping[str, Any] | None) -> FormulaContext:
    access = Access(org, user)
    seen: dict[str, Any] = dict.fromkeys(sobject.fields)
    if row is not None:
        read = as_read_by(org, user, sobject, row)
        seen |= {
            name: read[name]
            for name, field in sobject.fields.items()
            if access.field_readable(sobject, field)
        }
    now = datetime_text(org.clock())
    return FormulaContext(sobject, seen, None, now, now[:10], Variables(org, user))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
