"""What pyproject.toml cannot say: a wheel carries files that the repository keeps, or makes, elsewhere.

- connector/web/static/vendor: copied from npm packages by scripts/setup, and not in git;
- metagen/shipped: the description, the templates and the hand-written parts, for `metagen start`, and the
  whole package as a zip that the Metadata API takes, with what is deployed beside it into every org, for
  `metagen package`.
"""

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
VENDOR = ROOT / "connector" / "web" / "static" / "vendor"
VENDORED = ("slds.css", "utility.svg", "standard.svg", "htmx.js", "LICENSE-icons.txt", "LICENSE-htmx.txt")
SHIPPED_FOLDERS = ("spec", "templates", "force-app/main/default")


class build_with_files(build_py):  # noqa: N801 - setuptools names its commands so
    """build_py, and the files from elsewhere. An editable install finds them in the repository."""

    def run(self) -> None:
        missing = [name for name in VENDORED if not (VENDOR / name).is_file()]
        if missing and not self.editable_mode:
            named = ", ".join(missing)
            raise SystemExit(
                f"error: {VENDOR.relative_to(ROOT)} lacks {named}: the pages would come without their looks."
                " Run scripts/setup, which copies them from the npm packages, and build again."
            )
        super().run()
        if not self.editable_mode:
            _ship(Path(self.build_lib) / "metagen" / "shipped")


def _ship(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    for folder in SHIPPED_FOLDERS:
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__tests__", ".*"))
    sys.path.insert(0, str(ROOT))
    from packagecheck.files import package_of, read_files  # noqa: PLC0415 - found by the line before
    from packagecheck.metadata_format import metadata_files, zipped  # noqa: PLC0415

    # A deploy takes what no package version may hold (docs/adr/0005).
    files = read_files(ROOT / "force-app" / "main") | read_files(ROOT / "unpackaged" / "post")
    package = package_of(files)
    (target / "package.zip").write_bytes(zipped(metadata_files(package, _api_version())))


def _api_version() -> str:
    lines = (ROOT / "spec" / "package.yml").read_text().splitlines()
    found = next(line for line in lines if line.startswith("api_version:"))
    return found.partition(":")[2].strip(" \"'")


setup(cmdclass={"build_py": build_with_files})
