"""Calls of the API.

Source: REST API Developer Guide, "Status Codes and Error Responses"; for API Access Control
sorenkrabbe/Chrome-Salesforce-inspector 149, for API_DISABLED_FOR_ORG restforce/restforce 219.
"""

from connector.errors import (
    AuthenticationFailed,
    ConfigurationError,
    PermanentError,
    PermissionMissing,
    QuotaReached,
    TemporaryError,
)
from connector.services.ailments.ailment import ASSIGN, INSTALL, PRE_AUTHORISED, Ailment, Where

_AGAIN = (
    "Try again in a few minutes; jobs do so by themselves. https://status.salesforce.com tells of incidents."
)
CALL_AILMENTS: tuple[Ailment, ...] = (
    Ailment(
        where=Where.CALL,
        status=400,
        code="INVALID_FIELD",
        raised=PermissionMissing,
        cause="The user does not see a field of the package, or the org has an older version of it.",
        cure=INSTALL,
    ),
    Ailment(
        where=Where.CALL,
        status=400,
        code="INVALID_TYPE",
        raised=PermissionMissing,
        cause="The user does not see an object of the package, or the package is not installed.",
        cure=INSTALL,
    ),
    Ailment(
        where=Where.CALL,
        status=400,
        code="INVALID_QUERY_LOCATOR",
        raised=TemporaryError,
        cause="A list was read on too late.",
        cure="Nothing: the connector reads it anew.",
    ),
    Ailment(
        where=Where.CALL,
        status=400,
        code="MALFORMED_QUERY",
        raised=PermanentError,
        cause="The connector asked something that the org does not understand.",
        cure="Report it with the code.",
    ),
    Ailment(
        where=Where.CALL,
        status=401,
        code="INVALID_SESSION_ID",
        phrase="not valid for use",
        raised=AuthenticationFailed,
        cause="API Access Control is on, and the app is not among those that it allows.",
        cure="Setup, API Access Control lists what is allowed: " + PRE_AUTHORISED,
    ),
    Ailment(
        where=Where.CALL,
        status=401,
        code="",
        raised=AuthenticationFailed,
        cause="The session is over and a new one was not accepted either: an administrator ended it, or"
        " the app"
        " lost its rights.",
        cure="Integrations, Salesforce, Re-authenticate.",
    ),
    Ailment(
        where=Where.CALL,
        status=403,
        code="REQUEST_LIMIT_EXCEEDED",
        raised=QuotaReached,
        cause="The org's API calls of the last 24 hours are used up, by all its integrations together.",
        cure="Wait; work goes on by itself. Setup, System Overview, API Usage shows who uses them; Setup,"
        " Company"
        " Information shows the allocation.",
    ),
    Ailment(
        where=Where.CALL,
        status=403,
        code="API_DISABLED_FOR_ORG",
        raised=PermissionMissing,
        cause="The user may not use the API, or the org's edition has none.",
        cure=ASSIGN.format("Gift Integration")
        + " It grants API Enabled. Professional Edition buys the API apart.",
    ),
    Ailment(
        where=Where.CALL,
        status=403,
        code="API_CURRENTLY_DISABLED",
        raised=PermissionMissing,
        cause="The user may not use the API.",
        cure=ASSIGN.format("Gift Integration"),
    ),
    Ailment(
        where=Where.CALL,
        status=403,
        code="",
        raised=PermissionMissing,
        cause="The user lacks a permission.",
        cure=ASSIGN.format("Gift Integration"),
    ),
    Ailment(
        where=Where.CALL,
        status=404,
        code="",
        raised=ConfigurationError,
        cause="The address leads to no org, or the org does not serve this API version.",
        cure="Integrations, Salesforce: check the org's address (Setup, My Domain, Current My Domain URL).",
    ),
    Ailment(
        where=Where.CALL,
        status=429,
        code="",
        raised=TemporaryError,
        cause="Salesforce asks to slow down.",
        cure="Nothing: the connector waits.",
    ),
    Ailment(
        where=Where.CALL,
        status=500,
        code="SERVER_UNAVAILABLE",
        raised=TemporaryError,
        cause="Salesforce is not available right now.",
        cure=_AGAIN,
    ),
    Ailment(
        where=Where.CALL,
        status=501,
        code="NOT_SUPPORTED_BY_LOCAL_ORG",
        raised=ConfigurationError,
        cause="The local org does not do this.",
        cure="Use a real org for it.",
    ),
    Ailment(
        where=Where.CALL,
        status=503,
        code="SERVER_UNAVAILABLE",
        raised=TemporaryError,
        cause="Salesforce is not available right now.",
        cure=_AGAIN,
    ),
)
