"""python -m tests.docgen.newcomer: somebody who has nothing follows quickstart and admin guide word by word.

They have an empty home and a new clone of what is committed here, and set everything up as the
quickstart says, from the package registries. `make newcomer` runs it.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from docgen.examples import CONSOLE, Example, blocks, examples, output_differs
from docgen.session import Session
from tests.docgen.declared import NEEDS_A_REAL_ORG, NEEDS_A_STOPPED_CONNECTOR, NEEDS_POSTGRESQL
from tests.docgen.guides import ADMIN_GUIDE, QUICKSTART, GuideMisled, names_of_acme
from tests.docgen.stand import ROOT, ports, quickstart, readers_environment, ready_on

_PATIENCE_SECONDS = 1800
_NOT_HERE = [*NEEDS_A_REAL_ORG, *NEEDS_A_STOPPED_CONNECTOR, *NEEDS_POSTGRESQL]
_OF_REGISTRIES = ("PIP_", "UV_", "npm_config_", "SSL_CERT_", "NODE_EXTRA_CA_CERTS")


def main() -> int:
    """0 once both guides have come to their end."""
    first, second = QUICKSTART, ADMIN_GUIDE
    with tempfile.TemporaryDirectory(prefix="newcomer-") as name:
        folder = Path(name)
        home = {**readers_environment(folder / "home"), **_way_to_the_registries()}
        # Both guides' org has one address, as any reader's has: CumulusCI keeps it by the org's name.
        found = ports()
        with quickstart(folder, home, found) as session:
            # What a newcomer is not told: where the clone comes from. And the demo is not left running.
            origin = folder / "origin" / "gifting.git"
            origin.parent.mkdir()
            origin.symlink_to(ROOT)
            session.values["https://example.com/your/clone/gifting.git"] = str(origin)
            session.values["make demo KEEP=1"] = "make demo"
            _follow(first.pages, session)
            first.outcome(session)
            clone = Path(session.run("pwd").strip())
        with Session(clone, home, names_of_acme(found), ready_on(found)) as session:
            # Another org and another connector than the quickstart's, in the same clone.
            session.run("rm -rf .local")
            second.prepare(session)
            _follow(second.pages, session)
            second.outcome(session)
    sys.stdout.write("The newcomer has come to the end of quickstart and admin guide.\n")
    return 0


def _way_to_the_registries() -> dict[str, str]:
    """What this machine needs to reach the package registries, such as a proxy and its certificate."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.lower().endswith("_proxy") or name.startswith(_OF_REGISTRIES)
    }


def _follow(pages: tuple[str, ...], session: Session) -> None:
    for page in pages:
        for block in blocks(ROOT, ROOT / page):
            for one in examples(block) if block.language == CONSOLE else ():
                _do(one, session)


def _do(one: Example, session: Session) -> None:
    if any(one.page == page and one.command.startswith(begins) for page, begins, _ in _NOT_HERE):
        return
    began = time.monotonic()
    printed = session.run(one.command, timeout_seconds=_PATIENCE_SECONDS)
    sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {one.where}  {one.command.splitlines()[0]}\n")
    sys.stdout.flush()
    if missing := output_differs(tuple(session.actual(line) for line in one.output), printed):
        raise GuideMisled(f"{one.where}: {missing!r} did not come; there came:\n{printed}")


if __name__ == "__main__":
    sys.exit(main())
