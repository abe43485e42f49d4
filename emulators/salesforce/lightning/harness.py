"""Where the tools are that compile Lightning web components: test equipment, absent until it is installed."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HARNESS = ROOT / "node/harness"
ASSETS = HARNESS / "node_modules/@salesforce-ux/design-system/assets"
INSTALL = "scripts/setup tests"
_OWN_NODE = ROOT / ".tools/node/bin/node"


def node_program() -> str | None:
    """The Node that runs them: ours, which is there where the machine's is too old; None without any."""
    return str(_OWN_NODE) if _OWN_NODE.is_file() else shutil.which("node")


def design_system_is_there() -> bool:
    """Whether pages can look like Lightning."""
    return ASSETS.is_dir()


def what_is_missing() -> str:
    """Why components cannot be compiled and what to do about it; empty when they can."""
    if not HARNESS.is_dir():
        return f"The compiler is not part of this installation: {HARNESS} is not there."
    if not (HARNESS / "node_modules").is_dir():
        return f"The compiler's packages are not installed. Run in {ROOT}: {INSTALL}"
    if node_program() is None:
        return f"There is no Node.js. Run in {ROOT}: {INSTALL}"
    return ""
