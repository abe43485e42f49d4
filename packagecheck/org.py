"""An org as a referee: what it refuses when asked to check a deploy without carrying it out."""

import json
import time
from collections.abc import Callable
from typing import Any

import requests

API = "/services/data/v66.0/metadata/deployRequest"
TIMEOUT_SECONDS = 60
OPTIONS = {"checkOnly": True, "rollbackOnError": True, "singlePackage": True, "testLevel": "NoTestRun"}


def deploy_check(base_url: str, access_token: str, ca_bundle: str) -> Callable[[bytes], list[str]]:
    """A function that sends a zip and gives back the problems that the org tells of it.

    Source: Metadata API Developer Guide, Deploying with REST Resources.
    """
    session = requests.Session()
    session.trust_env = False
    session.verify = ca_bundle
    session.headers["Authorization"] = f"Bearer {access_token}"

    def check(archive: bytes) -> list[str]:
        parts = {
            "json": (None, json.dumps({"deployOptions": OPTIONS}), "application/json"),
            "file": ("deploy.zip", archive, "application/zip"),
        }
        answer = session.post(base_url + API, files=parts, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        result = _finished(session, f"{base_url}{API}/{answer.json()['id']}")
        problems = result.get("details", {}).get("componentFailures") or []
        told = [f"{each['componentType']} {each['fullName']}: {each['problem']}" for each in problems]
        if not told and result["status"] != "Succeeded":
            told = [str(result.get("errorMessage") or result["status"])]
        return told

    return check


def _finished(session: requests.Session, url: str) -> dict[str, Any]:
    while True:
        answer = session.get(url, params={"includeDetails": "true"}, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()["deployResult"]
        if result["done"]:
            return result
        time.sleep(0.1)
