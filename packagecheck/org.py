"""An org as a referee: what it refuses when asked to check a deploy without carrying it out."""

import json
import time
from typing import Any

import requests

API = "/services/data/v66.0/metadata/deployRequest"
TIMEOUT_SECONDS = 60
OPTIONS = {"rollbackOnError": True, "singlePackage": True, "testLevel": "NoTestRun"}


class Org:
    """Sends packages to one org.

    Source: Metadata API Developer Guide, Deploying with REST Resources.
    """

    def __init__(self, base_url: str, access_token: str, ca_bundle: str) -> None:
        self._url = base_url + API
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca_bundle
        self._session.headers["Authorization"] = f"Bearer {access_token}"

    def check(self, archive: bytes) -> list[str]:
        """What the org would refuse of a zip; changes nothing."""
        return self._send(archive, check_only=True)

    def install(self, archive: bytes) -> list[str]:
        """Deploy a zip; what the org refused, in which case nothing changed."""
        return self._send(archive, check_only=False)

    def _send(self, archive: bytes, *, check_only: bool) -> list[str]:
        options = {"deployOptions": {**OPTIONS, "checkOnly": check_only}}
        parts: dict[str, tuple[str | None, str | bytes, str]] = {
            "json": (None, json.dumps(options), "application/json"),
            "file": ("deploy.zip", archive, "application/zip"),
        }
        answer = self._session.post(self._url, files=parts, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        result = _finished(self._session, f"{self._url}/{answer.json()['id']}")
        problems = result.get("details", {}).get("componentFailures") or []
        told = [f"{each['componentType']} {each['fullName']}: {each['problem']}" for each in problems]
        if not told and result["status"] != "Succeeded":
            told = [str(result.get("errorMessage") or result["status"])]
        return told


def _finished(session: requests.Session, url: str) -> dict[str, Any]:
    while True:
        answer = session.get(url, params={"includeDetails": "true"}, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()["deployResult"]
        if result["done"]:
            return result
        time.sleep(0.1)
