"""When no answer came: was anything sent?"""

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.errors import ConfigurationError, ConnectorError, OutcomeUnknown, TemporaryError


def unanswered(call: str, failure: requests.RequestException, *, changes_something: bool) -> ConnectorError:
    """The error for a call that failed below HTTP.

    A certificate that is not trusted: ConfigurationError. No connection: TemporaryError, nothing was sent.
    Anything later: OutcomeUnknown for a call that changes something, else TemporaryError.
    """
    causes = list(_chain(failure))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConfigurationError(
            f"{call}: the server's certificate is not trusted",
            code="untrusted_certificate",
            remedy="Check the address; give the CA that signed the certificate in the CA setting.",
        )
    name = type(failure).__name__
    if isinstance(failure, requests.ConnectTimeout) or any(isinstance(c, NewConnectionError) for c in causes):
        return TemporaryError(
            f"{call} was not sent: {name}",
            code="not_sent",
            remedy="Look whether the address is right and this machine reaches it, and try again.",
        )
    error = OutcomeUnknown if changes_something else TemporaryError
    return error(f"{call} got no answer: {name}", code="no_answer")


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """The failure and everything it wraps: requests and urllib3 hold causes in args and `reason`."""
    waiting, seen = [failure], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [argument for argument in current.args if isinstance(argument, BaseException)]
        if isinstance(current, MaxRetryError) and current.reason is not None:
            waiting.append(current.reason)
        waiting += [cause for cause in (current.__cause__, current.__context__) if cause is not None]
