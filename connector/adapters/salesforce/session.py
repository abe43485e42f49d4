"""The HTTP session under everything that goes to Salesforce: timeouts, trust, and what is repeated.

Only GET is repeated, twice at most, when no answer came or a gateway answered. A connection that was never
made is tried again for any method, since nothing was sent. The answer's Retry-After is left to the callers'
retry plans.
"""

from collections.abc import Mapping
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.retry import Retry

CONNECT_SECONDS = 5.0
# Salesforce gives up after ten minutes; a composite call with a thousand rows and the org's own automation
# takes one at most.
ANSWER_SECONDS = 120.0
# Somebody waits at a browser, and a thread that webhooks need waits with them.
PAGE_SECONDS = 30.0
CONNECTIONS = 32
REPEATS = 2
BACKOFF_SECONDS = 0.3
NOTHING_SENT = (NewConnectionError, ConnectTimeoutError)


class RepeatReads(Retry):
    """urllib3's retries, kept from repeating writes.

    By itself urllib3 looks at the method for some failures only: a TLS connection that ends early is an
    "other" error to it and repeats a POST as well.
    """

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        """As the parent; any failure of a call that may have been sent and is no GET is raised at once."""
        if error is not None and method != "GET" and not isinstance(error, NOTHING_SENT):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


class PatientAdapter(HTTPAdapter):
    """Gives every request its timeouts, and one place that says whom to trust."""

    def __init__(self, ca_bundle: str, *, for_a_page: bool = False) -> None:
        """ca_bundle: path of a PEM file; "" for what the environment says or requests brings.

        for_a_page: gives up after PAGE_SECONDS without an answer, and does not ask again then.
        """
        self._ca_bundle = ca_bundle
        self._answer_seconds = PAGE_SECONDS if for_a_page else ANSWER_SECONDS
        super().__init__(
            pool_connections=4,
            pool_maxsize=CONNECTIONS,
            max_retries=RepeatReads(
                total=REPEATS,
                read=0 if for_a_page else None,
                allowed_methods={"GET"},
                status_forcelist=(502, 503, 504),
                backoff_factor=BACKOFF_SECONDS,
                raise_on_status=False,
                respect_retry_after_header=False,
            ),
        )

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """As the parent. Our CA setting is applied here, because REQUESTS_CA_BUNDLE overrides a session's."""
        return super().send(
            request,
            stream=stream,
            timeout=timeout or (CONNECT_SECONDS, self._answer_seconds),
            verify=self._ca_bundle or verify,
            cert=cert,
            proxies=proxies,
        )


def salesforce_session(
    *, ca_bundle: str = "", through_proxy: bool = True, for_a_page: bool = False
) -> requests.Session:
    """A session that speaks https only. through_proxy: take proxies from the environment.

    for_a_page: see PatientAdapter.
    """
    session = requests.Session()
    session.adapters.clear()
    session.mount("https://", PatientAdapter(ca_bundle, for_a_page=for_a_page))
    session.trust_env = through_proxy
    return session
