"""`connector doctor` and `connector config`: whether this installation is well, and what it goes by."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from connector.commands.running import AsJson, failing_in_one_line, out, say, say_json

if TYPE_CHECKING:
    from connector.doctor import Finding

app = typer.Typer()
_MARKS = {"passed": "ok", "failed": "FAILED", "warning": "warning", "skipped": "skipped"}


@app.command()
def doctor(
    as_json: AsJson = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask neither orgs nor platforms nor the public address.")
    ] = False,
) -> None:
    """Look at configuration, database, keys, orgs and platforms: what is wrong, and how to mend it.

    Exit code 0 where nothing failed; 3 where something did. Warnings do not count. Changes nothing.
    """
    from connector.doctor import examine
    from connector.logs import set_up_logs

    # What goes wrong is told as a finding; the log would tell it a second time.
    set_up_logs(log_format="console", log_level="CRITICAL")
    findings = list(examine(offline=offline))
    failed = [finding for finding in findings if finding.state == "failed"]
    if as_json:
        say_json({"healthy": not failed, "findings": [asdict(finding) for finding in findings]})
    else:
        _tell(findings)
        say(summary(findings))
    if failed:
        raise typer.Exit(3)


def summary(findings: "list[Finding]") -> str:
    """The last line: what failed comes before what is only to be thought of."""
    failed, warned = (sum(each.state == state for each in findings) for state in ("failed", "warning"))
    if failed:
        return f"{failed} of {len(findings)} checks failed."
    if warned:
        return f"Nothing failed; {warned} {'warning' if warned == 1 else 'warnings'}."
    return "All is well."


def _tell(findings: "list[Finding]") -> None:
    area = ""
    for finding in findings:
        if finding.area != area:
            area = finding.area
            out.print(area, style="bold", highlight=False)
        say(f"  {_MARKS[finding.state]:8}{finding.name}: {finding.detail}".rstrip(": "))
        if finding.cause:
            say(f"          cause: {finding.cause}")
        if finding.cure:
            say(f"          mend:  {finding.cure}")


@app.command()
def config(as_json: AsJson = False) -> None:
    """The settings in force, and where each comes from. Secrets are hidden."""
    with failing_in_one_line():
        from connector.config import load_settings
        from connector.configuration import describe

        settings = describe(load_settings())
    if as_json:
        say_json([asdict(setting) for setting in settings])
        return
    for setting in settings:
        unit = f" {setting.unit}" if setting.unit and setting.value else ""
        given = (
            ""
            if setting.source == "default"
            else f"   [{setting.source}; default {setting.default or 'none'}]"
        )
        say(f"{setting.variable} = {setting.value}{unit}{given}")
        say(f"    {setting.meaning}")
