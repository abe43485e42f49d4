"""Conditional requests: reads and writes that depend on what the client saw before.

Records and describes have a moment of their last change; only Accounts have an entity tag besides.
Source: REST API Developer Guide, Conditional Request Headers. It does not say what a 412 has for its body.
"""

import hashlib
import json
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from flask import Response, request
from werkzeug.http import parse_etags, quote_etag

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json
from emulators.salesforce.schema.model import SObjectType

_TAGGED = "Account"


class _PreconditionFailed(SalesforceError):
    """The resource is no longer what the client saw: it should read it again."""

    def __init__(self) -> None:
        super().__init__("PRECONDITION_FAILED", "The precondition of the request's headers is not met", 412)


def conditional_record(sobject: SObjectType, row: Row, body: dict[str, Any]) -> Response:
    """The answer to a read of a record: 304 where the client has it. Raises 412."""
    return conditional(body, _modified(row), _tag(sobject, row))


def require_unchanged(sobject: SObjectType, row: Row) -> None:
    """Before a record is written. Raises 412, and INVALID_HEADER for a date that is none."""
    text = request.headers.get("If-Unmodified-Since")
    if text is not None and _moment(text) is None:
        raise SalesforceError("INVALID_HEADER", f"If-Unmodified-Since is no date: {text}")
    tag = _tag(sobject, row)
    _require(_modified(row), tag)
    if tag and parse_etags(request.headers.get("If-None-Match")).contains_weak(tag):
        raise _PreconditionFailed


def conditional(body: dict[str, Any], modified: datetime | None, tag: str) -> Response:
    """The answer to a read of what changed last at that moment, or 304 where the client has it. Raises 412.

    modified: None for what has no such moment. tag: empty for what has none.
    """
    headers = {"ETag": quote_etag(tag)} if tag else {}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    _require(modified, tag)
    if _client_has(modified, tag):
        return Response(status=304, headers=headers)
    return as_json(body, headers=headers)


def _require(modified: datetime | None, tag: str) -> None:
    if tag and "If-Match" in request.headers:
        if not parse_etags(request.headers["If-Match"]).contains_weak(tag):
            raise _PreconditionFailed
        return
    since = _moment(request.headers.get("If-Unmodified-Since"))
    if since is not None and modified is not None and modified > since:
        raise _PreconditionFailed


def _client_has(modified: datetime | None, tag: str) -> bool:
    if tag and "If-None-Match" in request.headers:
        return bool(parse_etags(request.headers["If-None-Match"]).contains_weak(tag))
    since = _moment(request.headers.get("If-Modified-Since"))
    return since is not None and modified is not None and since >= modified


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _modified(row: Row) -> datetime | None:
    """HTTP dates have no fractions."""
    text = row.get("LastModifiedDate")
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0) if text else None


def _tag(sobject: SObjectType, row: Row) -> str:
    if sobject.name != _TAGGED:
        return ""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:28]
