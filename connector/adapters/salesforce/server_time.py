"""What time it is at an org's address, without signing in."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import requests

from connector.adapters.loopback import is_loopback
from connector.adapters.salesforce.addresses import accepted_org_url
from connector.adapters.salesforce.session import salesforce_session
from connector.adapters.salesforce.unanswered import unanswered
from connector.domain.connections import OrgConnection
from connector.errors import ConfigurationError


def server_time(connection: OrgConnection, *, ca_bundle: str, allow_loopback: bool) -> datetime:
    """The Date header of /services/data, which needs no session.

    Raises ConfigurationError where the address is none of Salesforce's or answers without a date,
    TemporaryError where nothing answers.
    """
    url = accepted_org_url(connection.instance_url, allow_loopback=allow_loopback)
    session = salesforce_session(ca_bundle=ca_bundle, through_proxy=not is_loopback(url))
    try:
        answer = session.get(f"{url}/services/data/", allow_redirects=False)
    except requests.RequestException as failure:
        raise unanswered("GET /services/data", failure, changes_something=False) from failure
    try:
        return parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError) as problem:
        raise ConfigurationError(
            "The address answers without a date",
            code="no_org",
            remedy="Integrations, Salesforce: check the org's address (Setup, My Domain).",
        ) from problem
