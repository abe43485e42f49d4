"""From a stored connection to an org that can be talked to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import requests

from connector.adapters.loopback import is_loopback
from connector.adapters.salesforce.bulk_query import BulkQueries
from connector.adapters.salesforce.bulk_write import BulkWrites
from connector.adapters.salesforce.client import RestClient
from connector.adapters.salesforce.oauth import (
    AccessGrant,
    Authorizer,
    GivenGrant,
    JwtBearer,
    NotedAuthorizer,
)
from connector.adapters.salesforce.org import ConnectedOrg
from connector.adapters.salesforce.session import salesforce_session
from connector.adapters.salesforce.usage import ApiMeter
from connector.domain.connections import ConnectionMode, OrgConnection
from connector.errors import ConnectorError
from connector.ports import Clock, SalesforceOrg


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgSettings:
    """How all orgs are talked to.

    ca_bundle: PEM file of the CAs to trust; "" for the public ones or REQUESTS_CA_BUNDLE.
    allow_loopback: for development, where the org runs on this machine.
    floor_calls: API calls of the day's allocation that are left for others.
    before_call: told the org's id before each call; waits, or raises TemporaryError.
    bulk_query_above: results with more records are read by the Bulk API. bulk_patience_seconds: for its jobs.
    shared_access: makes the authorizer of an org that was connected in a browser.
    after_sign_in: told an org's id and what came of signing in to it: the error, or None.
    """

    ca_bundle: str = ""
    allow_loopback: bool = False
    floor_calls: int = 0
    before_call: Callable[[str], None] | None = None
    bulk_query_above: int = 20_000
    bulk_patience_seconds: float = 1_800.0
    shared_access: Callable[[OrgConnection], Authorizer] | None = None
    after_sign_in: Callable[[str, ConnectorError | None], None] | None = None


def connect(
    connection: OrgConnection, settings: OrgSettings, clock: Clock, *, grant: AccessGrant | None = None
) -> ConnectedOrg:
    """An org by its connection. Nothing is sent before the first call; mistakes in the connection show then.

    grant: for an org that is tried out with a token at hand.
    """
    session = salesforce_session(
        ca_bundle=settings.ca_bundle, through_proxy=not is_loopback(connection.login_url)
    )
    meter = meter_of(connection.org_id, settings, clock)
    session.hooks["response"].append(lambda answer, **_: meter.read(answer))
    authorizer = GivenGrant(grant) if grant else _authorizer(connection, settings, session, clock)
    client = RestClient(authorizer, session, meter, api_version=connection.api_version)
    bulk = BulkQueries(client, settings.bulk_patience_seconds)
    bulk_writes = BulkWrites(client, settings.bulk_patience_seconds)
    return ConnectedOrg(
        client, meter, bulk, bulk_writes=bulk_writes, bulk_query_above=settings.bulk_query_above
    )


def _authorizer(
    connection: OrgConnection, settings: OrgSettings, session: requests.Session, clock: Clock
) -> Authorizer:
    authorizer: Authorizer
    if connection.mode is ConnectionMode.BROWSER and settings.shared_access is not None:
        authorizer = settings.shared_access(connection)
    else:
        authorizer = JwtBearer(
            login_url=connection.login_url,
            consumer_key=connection.consumer_key,
            username=connection.username,
            private_key_pem=connection.private_key_pem,
            session=session,
            clock=clock,
            allow_loopback=settings.allow_loopback,
        )
    told = settings.after_sign_in
    if told is None or not connection.org_id:
        return authorizer
    return NotedAuthorizer(authorizer, lambda error: told(connection.org_id, error))


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
        self._connected: dict[OrgConnection, ConnectedOrg] = {}
        self._lock = threading.Lock()

    def forget(self, connection: OrgConnection) -> None:
        """End the token of an org that is not connected any more. Raises TemporaryError without an answer."""
        with self._lock:
            org = self._connected.pop(connection, None)
        if org is not None:
            org.sign_out()

    def tried_with(self, connection: OrgConnection, grant: AccessGrant) -> SalesforceOrg:
        """An org that is not kept: with the token of somebody who just allowed access."""
        return connect(connection, self._settings, self._clock, grant=grant)

    def access_token(self, connection: OrgConnection) -> str:
        """The one that this process holds; signs in where it holds none."""
        return self._connected_org(connection).access_token()

    def org(self, connection: OrgConnection) -> SalesforceOrg:
        return self._connected_org(connection)

    def _connected_org(self, connection: OrgConnection) -> ConnectedOrg:
        with self._lock:
            if connection not in self._connected:
                self._connected[connection] = connect(connection, self._settings, self._clock)
            return self._connected[connection]
