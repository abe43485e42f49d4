"""One HTTP call out of the org. It takes time, so nobody holds the org's lock meanwhile."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, ANSWER_SECONDS = 5, 10
LARGEST_ANSWER_BYTES = 6 * 1024 * 1024
_DETAIL_CHARACTERS = 200


class CalloutFailed(Exception):
    """The call brought no answer that can be used; its text is what a flow finds as the fault message."""


@dataclass(frozen=True, slots=True)
class Callout:
    """name: operation, for messages. url: on this machine. headers: with secrets, so they are not shown."""

    name: str
    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)

    def send(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The JSON object that was answered. Raises CalloutFailed. Never repeated, no redirect followed.

        Trusts what REQUESTS_CA_BUNDLE names, or the public CAs. Asks no proxy: the address is this machine's.
        """
        with requests.Session() as session:
            session.trust_env = False
            try:
                with session.request(
                    self.method,
                    self.url,
                    headers=dict(self.headers),
                    json=dict(body),
                    timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                    allow_redirects=False,
                    verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
                    stream=True,
                ) as response:
                    content = response.raw.read(LARGEST_ANSWER_BYTES + 1, decode_content=True)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                raise CalloutFailed(f"{self.name} could not be called: {type(error).__name__}") from error
        return self._read(response.status_code, content)

    def _read(self, status: int, content: bytes) -> Mapping[str, Any]:
        if len(content) > LARGEST_ANSWER_BYTES:
            raise CalloutFailed(f"{self.name} answered more than {LARGEST_ANSWER_BYTES} bytes")
        try:
            answer = json.loads(content or b"{}")
        except (ValueError, RecursionError):
            answer = None
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise CalloutFailed(f"{self.name} answered with HTTP status {status}{_detail(answer)}")
        if not isinstance(answer, dict):
            raise CalloutFailed(f"{self.name} answered something other than a JSON object")
        return answer


def _detail(answer: Any) -> str:
    told = answer.get("message") or answer.get("detail") if isinstance(answer, dict) else None
    return f": {told[:_DETAIL_CHARACTERS]}" if isinstance(told, str) and told else ""
