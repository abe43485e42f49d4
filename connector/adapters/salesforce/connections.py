"""From a stored connection to an org that can be talked to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from connector.adapters.loopback import is_loopback
from connector.adapters.salesforce.bulk_query import BulkQueries
from connector.adapters.salesforce.client import RestClient
from connector.adapters.salesforce.oauth import JwtBearer
from connector.adapters.salesforce.org import ConnectedOrg
from connector.adapters.salesforce.session import salesforce_session
from connector.adapters.salesforce.usage import ApiMeter
from connector.domain.connections import OrgConnection
from connector.ports import Clock, SalesforceOrg


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgSettings:
    """How all orgs are talked to.

    ca_bundle: PEM file of the CAs to trust; "" for the public ones or REQUESTS_CA_BUNDLE.
    allow_loopback: for development, where the org runs on this machine.
    floor_calls: API calls of the day's allocation that are left for others.
    before_call: told the org's id before each call; waits, or raises TemporaryError.
    bulk_query_above: results with more records are read by the Bulk API. bulk_patience_seconds: for its jobs.
    """

    ca_bundle: str = ""
    allow_loopback: bool = False
    floor_calls: int = 0
    before_call: Callable[[str], None] | None = None
    bulk_query_above: int = 20_000
    bulk_patience_seconds: float = 1_800.0


def connect(connection: OrgConnection, settings: OrgSettings, clock: Clock) -> SalesforceOrg:
    """An org over JWT bearer. Nothing is sent before the first call; mistakes in the connection show then."""
    session = salesforce_session(
        ca_bundle=settings.ca_bundle, through_proxy=not is_loopback(connection.login_url)
    )
    meter = meter_of(connection.org_id, settings, clock)
    session.hooks["response"].append(lambda answer, **_: meter.read(answer))
    authorizer = JwtBearer(
        login_url=connection.login_url,
        consumer_key=connection.consumer_key,
        username=connection.username,
        private_key_pem=connection.private_key_pem,
        session=session,
        clock=clock,
        allow_loopback=settings.allow_loopback,
    )
    client = RestClient(authorizer, session, meter, api_version=connection.api_version)
    bulk = BulkQueries(client, settings.bulk_patience_seconds)
    return ConnectedOrg(client, meter, bulk, bulk_query_above=settings.bulk_query_above)


def meter_of(org_id: str, settings: OrgSettings, clock: Clock) -> ApiMeter:
    """An org that is tried out before it is kept has no id yet, and no budget."""
    before_call = settings.before_call
    if before_call is None or not org_id:
        return ApiMeter(floor_calls=settings.floor_calls, clock=clock)
    return ApiMeter(floor_calls=settings.floor_calls, clock=clock, before_call=lambda: before_call(org_id))


class Orgs:
    """One connected org for each connection, kept because it holds the access token and the usage reading."""

    def __init__(self, settings: OrgSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._connected: dict[OrgConnection, SalesforceOrg] = {}
        self._lock = threading.Lock()

    def org(self, connection: OrgConnection) -> SalesforceOrg:
        with self._lock:
            if connection not in self._connected:
                self._connected[connection] = connect(connection, self._settings, self._clock)
            return self._connected[connection]
