"""The pipeline, the orgs and the plans name only what exists, and every secret is explained."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PROJECT = yaml.safe_load((ROOT / "cumulusci.yml").read_text())
STOCK = ROOT / ".venv-cci/lib"
# Programs that GitHub's runners bring, which the workflows may use beside what is in the repository.
ON_THE_RUNNER = {"find"}
SECRET = re.compile(r"\$\{\{\s*secrets\.(\w+)\s*\}\}")


def stock_flows() -> dict[str, Any]:
    """The flows that CumulusCI brings."""
    found = next(iter(STOCK.glob("python*/site-packages/cumulusci/cumulusci.yml")), None)
    if found is None:
        pytest.skip("the CumulusCI environment is not set up")
    flows: dict[str, Any] = yaml.safe_load(found.read_text())["flows"]
    return flows


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request: pytest.FixtureRequest) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true.
    told: dict[str, Any] = yaml.safe_load(request.param.read_text())
    return {("on" if key is True else key): value for key, value in told.items()}


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_job_is_bounded_and_waits_for_jobs_that_exist(workflow: dict[str, Any]) -> None:
    assert workflow["on"]
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 60, name
        assert job["runs-on"].startswith("ubuntu-"), name
        needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        assert set(needed) <= set(workflow["jobs"]), name


def test_what_makes_a_version_or_a_release_is_never_broken_off(workflow: dict[str, Any]) -> None:
    cancels = workflow["concurrency"]["cancel-in-progress"]
    makes_versions = any("flow run release_" in step.get("run", "") for step in steps(workflow))

    if makes_versions:
        assert cancels in (False, "${{ github.ref != 'refs/heads/main' }}")


def test_every_step_does_one_thing(workflow: dict[str, Any]) -> None:
    for step in steps(workflow):
        assert ("uses" in step) != ("run" in step), step
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]), step["uses"]


def test_the_secrets_are_exactly_those_that_the_guide_explains() -> None:
    used = {name for path in WORKFLOWS for name in SECRET.findall(path.read_text())}
    explained = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/release.md").read_text(), re.MULTILINE))

    assert used == explained


def test_what_the_steps_run_is_there(workflow: dict[str, Any]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    flows = {**stock_flows(), **PROJECT["flows"]}
    for step in steps(workflow):
        for line in step.get("run", "").splitlines():
            program, *arguments = line.split()
            if program in ON_THE_RUNNER:
                continue
            if program == "make":
                assert set(arguments) <= targets, line
                continue
            script = ROOT / program
            assert script.is_file(), line
            assert script.stat().st_mode & 0o100, f"{program} cannot be executed"
            if arguments[:2] == ["flow", "run"]:
                assert arguments[2] in flows, line


def test_every_org_has_a_definition_that_salesforce_can_read() -> None:
    orgs = PROJECT["orgs"]["scratch"]

    assert {"dev", "qa", "feature", "beta", "release"} <= set(orgs)
    assert {each["config_file"] for each in orgs.values()} == {
        f"orgs/{path.name}" for path in (ROOT / "orgs").glob("*.json")
    }
    for each in orgs.values():
        definition = json.loads((ROOT / each["config_file"]).read_text())
        assert definition["edition"] in ("Developer", "Enterprise")
        assert "MarketingUser" in definition["features"]
        assert all(name.endswith("Settings") for name in definition["settings"])


def test_the_matrix_of_orgs_is_built_from_orgs_that_exist(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        named = job.get("strategy", {}).get("matrix", {}).get("org", [])
        assert set(named) <= set(PROJECT["orgs"]["scratch"])


def test_flows_and_plans_are_made_of_tasks_that_exist_and_are_explained() -> None:
    stock = stock_flows()
    for name, task in PROJECT["tasks"].items():
        if "class_path" in task:
            assert task["group"], name
            assert len(task["description"]) > 20, name
    for name, flow in PROJECT["flows"].items():
        assert name in stock or (flow["group"] and flow["description"]), name
    for name, plan in PROJECT["plans"].items():
        assert plan["checks"], name
        assert all("ready" in check["when"] or "objects" in check["when"] for check in plan["checks"]), name


@pytest.mark.parametrize("flow", ["install_sandbox", "install_prod", "upgrade"])
def test_nothing_is_deployed_before_the_org_was_asked(flow: str) -> None:
    order = sorted(PROJECT["flows"][flow]["steps"].items(), key=lambda item: float(item[0]))
    tasks = [step.get("task") for _, step in order if step.get("task")]

    assert tasks[0] == "preflight"
    assert tasks.index("check_metadata") < tasks.index("deploy")


@pytest.mark.parametrize("flow", ["install_sandbox", "install_prod", "upgrade"])
def test_flows_are_told_the_connectors_address_again_after_the_last_deploy(flow: str) -> None:
    order = sorted(PROJECT["flows"][flow]["steps"].items(), key=lambda item: float(item[0]))
    tasks = [step.get("task") for _, step in order]

    assert tasks[tasks.index("set_callout_url") - 1] == "deploy"
    assert "deploy" not in tasks[tasks.index("set_callout_url") :]


@pytest.mark.parametrize("kind", ["flows", "plans"])
@pytest.mark.parametrize("folder", sorted((ROOT / "unpackaged/post").iterdir()), ids=lambda path: path.name)
def test_what_belongs_beside_the_package_comes_with_it(kind: str, folder: Path) -> None:
    names = {"flows": ("install_sandbox", "install_prod", "upgrade"), "plans": ("install", "upgrade")}[kind]
    for name in names:
        order = sorted(PROJECT[kind][name]["steps"].items(), key=lambda item: float(item[0]))
        deployed = [step["options"]["path"] for _, step in order if step.get("task") == "deploy"]

        assert deployed[-2:] == ["force-app", folder.relative_to(ROOT).as_posix()], name


@pytest.mark.parametrize("plan", ["install", "upgrade"])
def test_plans_tell_flows_the_connectors_address_after_the_last_deploy(plan: str) -> None:
    tasks = [step["task"] for _, step in sorted(PROJECT["plans"][plan]["steps"].items())]

    assert tasks.index("set_callout_url") > max(i for i, task in enumerate(tasks) if task == "deploy")


def test_nothing_is_removed_before_it_was_exported() -> None:
    order = [PROJECT["flows"]["uninstall"]["steps"][number]["task"] for number in (1, 2, 3)]

    assert order == ["export_gifts", "unpatch_layouts", "remove_package"]
