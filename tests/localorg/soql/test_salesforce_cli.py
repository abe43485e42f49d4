"""The Salesforce CLI, unmodified, asking queries."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulators.salesforce.testing import start_local_org

SF = Path(__file__).parents[3] / "node/sf/node_modules/@salesforce/cli/bin/run.js"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SF.exists(), reason="the Salesforce CLI is not set up"),
]


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Runs a command and reads its JSON; logged in with an access token, in a home of its own."""
    with start_local_org() as local:
        environment = {
            "HOME": str(tmp_path),
            "PATH": os.environ["PATH"],
            "NODE_EXTRA_CA_CERTS": local.ca_certificate,
            "SF_ACCESS_TOKEN": local.access_token,
            "SF_AUTOUPDATE_DISABLE": "true",
            "SF_DISABLE_AUTOUPDATE": "true",
            "SF_DISABLE_TELEMETRY": "true",
            "SF_SKIP_NEW_VERSION_CHECK": "true",
        }

        def run(*command: str) -> dict[str, Any]:
            done = subprocess.run(
                ["node", SF, *command, "--json"],  # noqa: S607 -- node is where PATH says
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            answer: dict[str, Any] = json.loads(done.stdout)
            return answer

        run(
            "org",
            "login",
            "access-token",
            "--instance-url",
            f"{local.base_url}/",
            "--no-prompt",
            "--alias",
            "o",
        )
        yield run


def test_queries_are_answered_and_refused(sf: Callable[..., dict[str, Any]]) -> None:
    text = "SELECT Name, Profile.Name, (SELECT Id FROM PermissionSetAssignments) FROM User ORDER BY Name"

    found = sf("data", "query", "-o", "o", "-q", text)
    refused = sf("data", "query", "-o", "o", "-q", "SELECT Nope FROM User")

    assert found["status"] == 0, found
    assert found["result"]["records"][0]["Name"] == "Ada Admin"
    assert refused["status"] == 1
    assert "No such column 'Nope' on entity 'User'" in refused["message"]
