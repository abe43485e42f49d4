"""A pytest plugin: a served local org for the session, fresh for every test that asks.

    def test_my_client(local_org):
        requests.get(f"{local_org.base_url}/services/data/v66.0/limits",
                     headers={"Authorization": f"Bearer {local_org.access_token}"},
                     verify=local_org.ca_bundle, timeout=10)

Fixtures: `local_org_server` (session: one listener in memory, shared by the tests of a process),
`local_org` (function: the same, reset, which takes some milliseconds), `local_org_env` (function: environment
variables that make Python, node and CumulusCI clients in other processes reach and trust it).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulators.salesforce.testing import LocalOrg


@pytest.fixture(scope="session")
def local_org_server() -> Iterator["LocalOrg"]:
    """A local org that serves until the session ends."""
    # pytest loads this plugin wherever the wheel is installed, also without the extra `emulators`.
    from emulators.salesforce.testing import start_local_org  # noqa: PLC0415

    with start_local_org() as local:
        yield local


@pytest.fixture
def local_org(local_org_server: "LocalOrg") -> "LocalOrg":
    """The local org, fresh: records, metadata, sessions, usage and faults of earlier tests are gone."""
    local_org_server.reset()
    return local_org_server


@pytest.fixture
def local_org_env(local_org: "LocalOrg") -> dict[str, str]:
    """Variables for clients in other processes."""
    return local_org.environment()
