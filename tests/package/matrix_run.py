"""One run of all referees over the package and every mistake, against a local org of its own."""

from collections.abc import Mapping
from pathlib import Path

from emulators.salesforce.testing import start_local_org
from packagecheck.files import read_files
from packagecheck.matrix import Matrix, judge_all
from packagecheck.mistakes import SAMPLES, Mistake, read_mistakes
from packagecheck.org import Org

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "force-app/main"
MISTAKES = Path(__file__).parent / "mistakes"


def package_files() -> dict[str, bytes]:
    """The rendered package and, under every mistake, the samples."""
    return {**read_files(PACKAGE), **read_files(MISTAKES / SAMPLES)}


def mistakes() -> list[Mistake]:
    """Every mistake."""
    return list(read_mistakes(MISTAKES))


def run(files: Mapping[str, bytes], planted: list[Mistake], work: Path) -> Matrix:
    """The matrix. work: a folder for copies."""
    with start_local_org() as local:
        org = Org(local.base_url, local.access_token, local.ca_bundle)
        return judge_all(files, planted, ROOT, work, org)
