"""make robot: the Robot suites against a local org that has the package, beside platform and connector."""

import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from demo.__main__ import ROOT, Steps
from demo.environment import cumulusci_environment
from demo.reps import REP, as_connected_org, let_rep_see_people
from demo.servers import DemoFailed, be_stopped_as_by_ctrl_c, emptied
from demo.stage import Stage
from demo.story import Story

SUITES = "robot/Gifting/tests"
RESULTS = "robot/Gifting/results"
BROWSERS = ("chromium", "google-chrome")
# Chromium's sandbox does not work for root, and the local org's certificate is from a CA of its own.
WRAPPER = """#!/bin/sh
exec {browser} --no-sandbox --ignore-certificate-errors "$@"
"""


def main(
    *,
    suites: Annotated[str, typer.Option(help="A folder or file of suites.")] = SUITES,
    results: Annotated[Path, typer.Option(help="Where log, report and screenshots go.")] = ROOT / RESULTS,
    include: Annotated[str, typer.Option(help="Only tests with this tag.")] = "",
    directory: Annotated[Path, typer.Option(help="Where the run keeps its files.")] = ROOT / ".local/robot",
) -> None:
    """Run the suites. Exit code 0 only if all of them passed."""
    console = Console()
    started = time.monotonic()
    be_stopped_as_by_ctrl_c()
    try:
        emptied(directory, ROOT)
        emptied(results, ROOT)
        browser = _browser(directory)
        with Stage(ROOT, directory) as stage:
            story = Story(stage, Steps(console))
            story.start_servers()
            _put_on_pages(stage, Steps(console))
            story.connect()
            _run_suites(stage, Steps(console), suites, results, include, browser, story.gift_campaign_id)
    except DemoFailed as failure:
        console.print(f"[red]✗[/red] {escape(str(failure))}")
        console.print(f"Log and screenshots: {results / 'log.html'}")
        sys.exit(1)
    console.print(
        f"Log and screenshots: {results / 'log.html'} [dim]{time.monotonic() - started:.0f} s[/dim]"
    )


def _put_on_pages(stage: Stage, steps: Steps) -> None:
    with steps("cci task run deploy, patch_layouts --org local") as step:
        stage.cci("task", "run", "deploy", "--path", "force-app", "--org", "local", on_line=step.tell)
        objects = ("--objects", "Contact,Lead,Campaign")
        stage.cci("task", "run", "patch_layouts", "--org", "local", *objects, on_line=step.tell)
        let_rep_see_people(stage)


def _run_suites(
    stage: Stage, steps: Steps, suites: str, results: Path, include: str, browser: Path, gift_campaign: str
) -> None:
    with steps("cci task run robot --org local") as step:
        chosen = ("--include", include) if include else ()
        stage.cci(
            *("task", "run", "robot", "--org", "local", "--suites", suites, *chosen),
            *("--options", f"outputdir:{results}"),
            *("--vars", f"BROWSER:headlesschrome,CHROME_BINARY:{browser},REP:{REP}"),
            on_line=step.tell,
            environment={
                **stage.connector_environment(),
                **as_connected_org(stage),
                # A home of its own: in the one of before, CumulusCI noted the org under its plain address,
                # from which its Robot library derives the name of a host that is not there.
                **cumulusci_environment(ROOT, stage.directory / "robot-home"),
                # For the report's heading: CumulusCI cannot read an origin that is a short path of a folder.
                "CUMULUSCI_AUTO_DETECT": "true",
                "CUMULUSCI_REPO_URL": "https://example.com/local/gifting",
                "GIFTING_CAMPAIGN": gift_campaign,
            },
        )


def _browser(directory: Path) -> Path:
    """A Chromium that starts as any user and takes the org's certificate."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None or shutil.which("chromedriver") is None:
        raise DemoFailed(
            "There is no Chromium with its driver. Debian: apt-get install chromium chromium-driver"
        )
    directory.mkdir(parents=True, exist_ok=True)
    wrapper = directory / "chromium"
    wrapper.write_text(WRAPPER.format(browser=found))
    wrapper.chmod(0o755)
    return wrapper


if __name__ == "__main__":
    typer.run(main)
