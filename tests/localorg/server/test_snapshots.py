"""Going back: to a fresh org, and to what was kept."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from emulators.salesforce.pytest_plugin import local_org, local_org_env, local_org_server
from emulators.salesforce.testing import LocalOrg, start_local_org

__all__ = ["local_org", "local_org_env", "local_org_server"]


@pytest.fixture(params=[False, True], ids=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalOrg]:
    with start_local_org(tmp_path if request.param else None) as local:
        yield local


def make_contact(local: LocalOrg, name: str) -> None:
    requests.post(
        f"{local.base_url}/services/data/v66.0/sobjects/Contact",
        json={"LastName": name},
        headers={"Authorization": f"Bearer {local.access_token}"},
        verify=local.ca_bundle,
        timeout=10,
    ).raise_for_status()


def contacts(local: LocalOrg) -> list[str]:
    with local.org.lock:
        return [row[0] for row in local.org.db.all('SELECT "LastName" FROM "Contact" ORDER BY "LastName"')]


def test_a_snapshot_brings_back_what_was_there(kept: LocalOrg) -> None:
    make_contact(kept, "Before")
    kept.save("one")
    make_contact(kept, "After")

    kept.restore("one")
    make_contact(kept, "Again")

    assert contacts(kept) == ["Again", "Before"]


def test_a_job_of_what_was_left_is_gone(kept: LocalOrg) -> None:
    jobs = f"{kept.base_url}/services/data/v66.0/jobs/query"
    kept.save("one")
    with requests.Session() as http:
        http.verify = kept.ca_bundle
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {kept.access_token}"
        http.post(jobs, json={"operation": "query", "query": "SELECT Id FROM Contact"}, timeout=10)

        kept.restore("one")
        http.headers["Authorization"] = f"Bearer {kept.access_token}"

        assert http.get(jobs, timeout=10).json()["records"] == []


def test_a_reset_takes_less_than_fifty_milliseconds(kept: LocalOrg) -> None:
    make_contact(kept, "Gone")
    kept.reset()
    took = []

    for _ in range(5):
        make_contact(kept, "Gone")
        started = time.perf_counter()
        kept.reset()
        took.append(time.perf_counter() - started)

    assert contacts(kept) == []
    assert min(took) < 0.05


def test_snapshots_are_kept_over_http_and_listed(kept: LocalOrg) -> None:
    control = f"{kept.base_url}/_control/snapshots"
    with requests.Session() as http:
        http.verify = kept.ca_bundle
        http.trust_env = False
        saved = http.post(control, json={"name": "two"}, timeout=10)
        outside = http.post(control, json={"name": "../two"}, timeout=10)
        unknown = http.post(f"{control}/three/restore", timeout=10)
        restored = http.post(f"{control}/two/restore", timeout=10)
        listed = http.get(control, timeout=10).json()

    assert [saved.status_code, restored.status_code] == [204, 204]
    assert [outside.status_code, unknown.status_code] == [400, 400]
    assert listed == ["two"]


def test_the_plugins_org_is_fresh_for_every_test(
    local_org: LocalOrg,
    local_org_env: dict[str, str],
) -> None:
    make_contact(local_org, "Mine")

    assert contacts(local_org) == ["Mine"]
    assert local_org_env["REQUESTS_CA_BUNDLE"] == local_org.ca_bundle
