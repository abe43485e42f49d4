"""REST calls to one org: simple-salesforce as the client, over our session and our tokens.

simple-salesforce gets its token from us and never logs in by itself: its own log-in knows salesforce.com only
and repeats without end on a lasting 401.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.util import exception_handler

from connector.adapters.salesforce.faults import call_error
from connector.adapters.salesforce.oauth import AccessGrant, Authorizer
from connector.adapters.salesforce.unanswered import unanswered
from connector.adapters.salesforce.usage import ApiMeter
from connector.errors import ConfigurationError, TemporaryError

# An API version never changes once it is out, so the newest one that was tested is used, or an older org's
# newest.
TESTED_API_VERSION = 66.0
_BYTES_AT_ONCE = 65_536
# The token that another worker left in the store may have run out as well; the next one is new.
RENEWALS = 2

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Live:
    """A token and the client that carries it."""

    grant: AccessGrant
    api_version: str
    salesforce: Salesforce


class RestClient:
    """Safe to use from many threads. Paths are relative to /services/data/vXX.X/."""

    def __init__(
        self, authorizer: Authorizer, session: requests.Session, meter: ApiMeter, *, api_version: str = ""
    ) -> None:
        """api_version: such as "66.0"; "" asks the org when the first call is made."""
        self._authorizer = authorizer
        self._session = session
        self._meter = meter
        self._api_version = api_version
        self._live: _Live | None = None
        self._lock = threading.Lock()

    @property
    def instance_url(self) -> str:
        return self._current().grant.instance_url

    @property
    def access_token(self) -> str:
        """The one at hand; one is obtained where there is none."""
        return self._current().grant.access_token

    @property
    def api_version(self) -> str:
        return self._current().api_version

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the token at hand was granted for; empty where nobody said."""
        return self._current().grant.scopes

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Repeated by the session when no answer came. Raises Admin-, Temporary- or PermanentError."""
        # The name of the call goes into messages; a query and its values do not.
        return self._call(
            f"GET {path.partition('?')[0]}", lambda sf: sf.restful(path, params=dict(params or {}))
        )

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """POST or PATCH, once. Raises OutcomeUnknown when it may have been carried out, else as get()."""
        return self._call(
            f"{method} {path}",
            lambda sf: sf.restful(path, method=method, json=dict(body)),
            changes_something=True,
        )

    def upload(self, path: str, content: IO[bytes]) -> None:
        """PUT a body of CSV, from where the file stands. Raises as change() does."""
        start = content.tell()

        def send(sf: Salesforce) -> None:
            content.seek(start)
            headers = {"Authorization": f"Bearer {sf.session_id}", "Content-Type": "text/csv; charset=UTF-8"}
            answer = sf.session.put(sf.base_url + path, data=content, headers=headers)
            if answer.status_code >= 300:
                exception_handler(answer, name=path)

        self._call(f"PUT {path}", send, changes_something=True)

    def download(self, path: str, params: Mapping[str, str], into: IO[bytes]) -> Mapping[str, str]:
        """A body of any length into a file, and the answer's headers.

        A connection that breaks in the middle raises TemporaryError: what is in the file then is a part.
        """
        return self._call(f"GET {path}", lambda sf: _download(sf, path, params, into))

    def userinfo(self) -> Any:
        """Who the token belongs to."""
        return self._call("GET userinfo", lambda sf: sf.oauth2("userinfo", method="GET"))

    def sign_out(self) -> None:
        """End the token at hand. Does nothing where none was obtained; raises nothing where it is over."""
        with self._lock:
            live, self._live = self._live, None
        if live is None:
            return
        url = f"{live.grant.instance_url}/services/oauth2/revoke"
        try:
            self._session.post(url, data={"token": live.grant.access_token}, allow_redirects=False)
        except requests.RequestException as failure:
            raise unanswered("token revocation", failure, changes_something=False) from failure

    def _call(
        self, name: str, send: Callable[[Salesforce], Answer], *, changes_something: bool = False
    ) -> Answer:
        """One call; when the token has run out, again with another (such a call was not carried out)."""
        self._meter.check()
        try:
            return self._send(send, self._current(), renewals=RENEWALS)
        except SalesforceError as refusal:
            status = int(refusal.status)
            raise call_error(name, status, refusal.content, changes_something=changes_something) from refusal
        except requests.JSONDecodeError as problem:
            failure = requests.RequestException("answer without JSON")
            raise unanswered(name, failure, changes_something=changes_something) from problem
        except requests.RequestException as failure:
            raise unanswered(name, failure, changes_something=changes_something) from failure

    def _send(self, send: Callable[[Salesforce], Answer], live: _Live, *, renewals: int) -> Answer:
        try:
            return send(live.salesforce)
        except SalesforceError as refusal:
            if not renewals or not _is_expired_session(refusal):
                raise
        return self._send(send, self._renewed(live), renewals=renewals - 1)

    def _current(self) -> _Live:
        with self._lock:
            if self._live is None:
                self._live = self._log_in()
            return self._live

    def _renewed(self, old: _Live) -> _Live:
        """A live token that is not the old one. Of many threads that meet a 401 together one logs in."""
        with self._lock:
            if self._live is old:
                self._live = self._log_in()
            return self._live or self._log_in()

    def _log_in(self) -> _Live:
        grant = self._authorizer.authorize()
        self._api_version = self._api_version or self._newest_tested_version(grant)
        # `instance` is pasted as it is, so a path survives; `instance_url` would lose it.
        parts = urlsplit(grant.instance_url)
        salesforce = Salesforce(
            instance=parts.netloc + parts.path,
            session_id=grant.access_token,
            session=self._session,
            version=self._api_version,
        )
        return _Live(grant, self._api_version, salesforce)

    def _newest_tested_version(self, grant: AccessGrant) -> str:
        try:
            answer = self._session.get(f"{grant.instance_url}/services/data/", allow_redirects=False)
            offered = [float(item["version"]) for item in answer.json()]
        except requests.RequestException as failure:
            raise unanswered("GET /services/data", failure, changes_something=False) from failure
        except (ValueError, KeyError, TypeError) as problem:
            message = "the org's API versions cannot be read"
            raise TemporaryError(message, code="unreadable_answer") from problem
        usable = [version for version in offered if version <= TESTED_API_VERSION]
        if not usable:
            raise ConfigurationError(
                f"the org offers no API version up to {TESTED_API_VERSION}", code="no_api_version"
            )
        return f"{max(usable):.1f}"


def _download(sf: Salesforce, path: str, params: Mapping[str, str], into: IO[bytes]) -> Mapping[str, str]:
    """simple-salesforce would decode the body, and hold the whole of it in memory."""
    headers = {"Authorization": f"Bearer {sf.session_id}", "Accept": "text/csv"}
    with sf.session.get(sf.base_url + path, params=params, headers=headers, stream=True) as answer:
        if answer.status_code >= 300:
            exception_handler(answer, name=path)
        for part in answer.iter_content(_BYTES_AT_ONCE):
            into.write(part)
        return answer.headers


def _is_expired_session(refusal: SalesforceError) -> bool:
    """The identity service says it in plain text, with 403; the API in a list, with 401."""
    content: Any = refusal.content  # typed as bytes, but it is the decoded body where there is one
    if int(refusal.status) == 403 and "Bad_OAuth_Token" in str(content):
        return True
    return isinstance(content, list) and any(
        item.get("errorCode") == "INVALID_SESSION_ID" for item in content
    )
