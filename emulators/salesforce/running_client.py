"""What the commands of `localorg` ask of an org that another process serves."""

import json
import ssl
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from emulators.salesforce.ci_app import ADMIN_USERNAME

RUNNING_FILE = "running.json"
_TIMEOUT_SECONDS = 60.0
_API = "services/data/v66.0"


class NotRunning(Exception):
    """No org serves from this state directory; the text says how to start one."""


class Refused(Exception):
    """The org understood and said no; the text is what it said."""


@dataclass(frozen=True)
class RunningClient:
    """A served org, by its state directory."""

    state: Path

    @property
    def record(self) -> dict[str, Any]:
        """What the serving process wrote down. Raises NotRunning."""
        path = self.state / RUNNING_FILE
        if not path.exists():
            raise NotRunning(
                f"No local org runs from {self.state}: start one with `localorg start --state {self.state}`."
            )
        found: dict[str, Any] = json.loads(path.read_text())
        return found

    def control(self, method: str, resource: str, sent: dict[str, str] | None = None) -> Any:
        """One call of /_control. Raises NotRunning where nothing answers, Refused where it says no."""
        body = None if sent is None else json.dumps(sent).encode()
        return self._call(method, f"_control/{resource}", body, {"Content-Type": "application/json"})

    def session(self, username: str = ADMIN_USERNAME) -> str:
        """An access token of a user."""
        token: str = self.control("POST", "sessions", {"username": username})["access_token"]
        return token

    def create(self, sobject: str, values: dict[str, str]) -> str:
        """A record, made by the administrator over REST; its Id. Raises Refused."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.session()}"}
        answer = self._call("POST", f"{_API}/sobjects/{sobject}", json.dumps(values).encode(), headers)
        record_id: str = answer["id"]
        return record_id

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The first page of a query, as the administrator. Raises Refused."""
        asked = quote(soql, safe="")
        headers = {"Authorization": f"Bearer {self.session()}"}
        rows: list[dict[str, Any]] = self._call("GET", f"{_API}/query?q={asked}", None, headers)["records"]
        return rows

    def deploy(self, package: bytes) -> int:
        """Deploy a zip in the Metadata API's format; how many components it holds.

        Raises Refused with every problem, and the org is as before.
        """
        boundary = uuid.uuid4().hex
        options = {"deployOptions": {"rollbackOnError": True, "singlePackage": True}}
        body = b"".join(
            (
                _part(boundary, 'name="json"', "application/json", json.dumps(options).encode()),
                _part(boundary, 'name="file"; filename="package.zip"', "application/zip", package),
                f"--{boundary}--\r\n".encode(),
            )
        )
        headers = {"Authorization": f"Bearer {self.session()}"}
        multipart = {**headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        job = self._call("POST", f"{_API}/metadata/deployRequest", body, multipart)["id"]
        told = self._call("GET", f"{_API}/metadata/deployRequest/{job}?includeDetails=true", None, headers)
        result = told["deployResult"]
        if not result["success"]:
            failures = result["details"]["componentFailures"]
            raise Refused("\n".join(f"{each['fileName']}: {each['problem']}" for each in failures))
        return int(result["numberComponentsDeployed"])

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        base_url = self.record["base_url"]
        trust = ssl.create_default_context(cafile=str(self.state / "tls" / "ca.pem"))
        # The org is on this machine; no proxy of the environment has to know of it, or of the session.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        )
        request = urllib.request.Request(  # noqa: S310 -- https, from our own file
            f"{base_url}/{path}",
            method=method,
            data=body,
            headers=headers if body else _without_type(headers),
        )
        try:
            with opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            raise Refused(f"Refused: {error.read().decode()}") from error
        except (OSError, HTTPException) as error:
            told = f"start it with `localorg start --state {self.state}`"
            reason = getattr(error, "reason", error)
            raise NotRunning(f"{base_url} does not answer ({reason}): {told}") from error
        return json.loads(answer) if answer else {}


def _without_type(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Content-Type"}


def _part(boundary: str, disposition: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"--{boundary}",
        f"Content-Disposition: form-data; {disposition}",
        f"Content-Type: {content_type}",
        "",
        "",
    )
    return "\r\n".join(head).encode() + body + b"\r\n"
