"""soql-parser-js and our own SOQL parser over the same statements: both take them, or both refuse.

Light enough to run whole with the other tests; `scripts/setup tests` installs the package.
"""

import json
import subprocess
from pathlib import Path

import pytest

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.soql.parser import parse
from tests.referees.conftest import needs_node
from tests.referees.ledger import Verdict, judge
from tests.referees.soql_corpus import HERE, statements

FOLDER = Path(__file__).parents[2] / "node" / "soql"
PACKAGE = "@jetstreamapp/soql-parser-js"

pytestmark = [
    needs_node,
    pytest.mark.skipif(
        not (FOLDER / "node_modules").is_dir(), reason="soql-parser-js is missing: run `scripts/setup tests`"
    ),
]


def taken_by_soql_parser_js(texts: list[str]) -> list[bool]:
    run = subprocess.run(
        ["node", str(HERE / "validity.cjs"), str(FOLDER)],  # noqa: S607 -- node is where PATH says
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers: list[bool] = json.loads(run.stdout)
    return answers


def taken_by_us(text: str) -> bool:
    try:
        parse(text)
    except SalesforceError:
        return False
    return True


def test_both_parsers_take_and_refuse_the_same_statements() -> None:
    texts = statements()

    theirs = taken_by_soql_parser_js(texts)

    verdicts = {}
    for text, taken in zip(texts, theirs, strict=True):
        ours = taken_by_us(text)
        told = f"soql-parser-js {'takes' if taken else 'refuses'} it, the local org does not agree"
        verdicts[text] = Verdict(ours == taken, "" if ours == taken else told)
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
    version = lock["packages"][f"node_modules/{PACKAGE}"]["version"]
    assert len(texts) > 500
    judge("soql-parser-js", version, verdicts)
