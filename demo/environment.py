"""The environment in which CumulusCI runs: its own home, no questions to the outside."""

import os
from pathlib import Path

# CumulusCI asks the package index for a newer version unless it has asked lately; this is the year 2100.
ASKED_LATELY = "4102444800"


def cumulusci_environment(root: Path, home: Path) -> dict[str, str]:
    """Variables for `cci`: a fresh home, CumulusCI's and the Salesforce CLI's programs, and no telemetry."""
    state = home / ".cumulusci"
    state.mkdir(parents=True, exist_ok=True)
    (state / "cumulus_timestamp").write_text(ASKED_LATELY)
    # .tools/node is there where the machine's own Node is missing or too old.
    path = [root / ".venv-cci/bin", root / "node/sf/node_modules/.bin", root / ".tools/node/bin"]
    return {
        "HOME": str(home),
        "PATH": os.pathsep.join([*map(str, path), os.environ.get("PATH", os.defpath)]),
        "SF_DISABLE_TELEMETRY": "true",
        # Both spellings: the first is read too late to keep its updater from staying behind for an hour.
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_DISABLE_AUTOUPDATE": "true",
        "SF_SKIP_NEW_VERSION_CHECK": "true",
        "SF_DISABLE_LOG_FILE": "true",
    }
