"""python -m tests.docgen.take_pictures: keep the pictures that browser tests have left and pages show.

`make docs-pictures` runs those tests first.
"""

import sys

from docgen import pictures
from tests.docgen.stand import ROOT
from tests.portal.browser import headless_chromium


def main() -> int:
    """One line for each picture that is missing; 0 if none is."""
    with headless_chromium() as driver:
        missing = pictures.take_over(ROOT, pictures.in_browser(driver))
    for line in missing:
        sys.stderr.write(f"{line}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
