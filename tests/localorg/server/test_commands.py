"""`localorg snapshot` and `localorg env` against a running org."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from emulators.salesforce.cli import NotRunning as CommandEnded
from emulators.salesforce.cli import app, environment, proxy_environment
from emulators.salesforce.running import RunningOrg


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("org")
    with RunningOrg(folder, proxy_port=0) as running:
        assert running.proxy is not None
        record = {"base_url": running.base_url, "proxy_url": running.proxy.url}
        (folder / "running.json").write_text(json.dumps(record))
        yield folder


@pytest.fixture
def command(state: Path) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(app, [*words, "--state", str(state)])


def test_snapshots_are_kept_restored_and_listed(command: Callable[..., Result]) -> None:
    kept = command("snapshot", "save", "first")
    restored = command("snapshot", "restore", "first")
    unknown = command("snapshot", "restore", "second")
    listed = command("snapshot", "list")

    assert (kept.exit_code, restored.exit_code, unknown.exit_code) == (0, 0, 1)
    assert "no snapshot second" in unknown.output
    assert listed.output.split() == ["first"]


def test_env_with_proxy_reaches_the_org_by_salesforces_names(state: Path) -> None:
    plain, proxied = environment(state), proxy_environment(state)

    assert json.loads(plain["CUMULUSCI_ORG_local"])["instance_url"].startswith("https://localhost:")
    assert json.loads(proxied["CUMULUSCI_ORG_local"])["instance_url"] == "https://emu.my.salesforce.com"
    assert proxied["HTTPS_PROXY"].startswith("http://127.0.0.1:")
    assert proxied["NO_PROXY"] == "localhost,127.0.0.1"


def test_env_says_when_there_is_no_proxy(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text(json.dumps({"base_url": "https://localhost:1"}))

    with pytest.raises(CommandEnded):
        proxy_environment(tmp_path)
