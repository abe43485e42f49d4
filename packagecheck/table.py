"""docs/package-checks.md: who catches what, written from a run."""

from collections.abc import Sequence
from pathlib import Path

from packagecheck.finding import Referee
from packagecheck.matrix import Matrix
from packagecheck.mistakes import Mistake

DOCUMENT = Path("docs/package-checks.md")
COMMAND = "make package-table"
_SEES = {
    Referee.SCHEMA: "element names, values and cardinality, by Salesforce's own `@salesforce/types`",
    Referee.REFERENCES: "names that lead nowhere, and limits: `packagecheck.references`",
    Referee.FLOW_SCANNER: "every rule of Flow scanner 6.6.0",
    Referee.PMD: "PMD's rules for XML and those of Salesforce's security review (needs Java)",
    Referee.CONVERSION: "whether Salesforce's own library recognises and converts the files",
    Referee.LOCAL_ORG: "a deploy that only checks, into the local org of this repository",
}


def document(matrix: Matrix, mistakes: Sequence[Mistake]) -> str:
    """The page: the referees, what each saw, and a line per mistake."""
    caught = {referee: sum(referee in matrix.catchers(each.name) for each in mistakes) for referee in Referee}
    lines = [
        "# Who catches which mistake",
        "",
        f"Written by `{COMMAND}`; do not edit. It is what can be known without an org.",
        "",
        f"{len(mistakes)} mistakes of kinds that real deploys refuse are planted, one at a time, into the",
        "rendered package (`tests/package/mistakes/`). Over the package without one every referee is silent.",
        "",
        "| Referee | Looks at | Catches |",
        "|---|---|---|",
        *(f"| {referee} | {_SEES[referee]} | {caught[referee]} |" for referee in Referee),
        "",
        "| Mistake | " + " | ".join(Referee) + " | Reported |",
        "|---|" + ":-:|" * len(Referee) + "---|",
    ]
    for mistake in sorted(mistakes, key=lambda each: each.name):
        catchers = matrix.catchers(mistake.name)
        marks = " | ".join("●" if referee in catchers else "" for referee in Referee)
        seen = f"[thread]({mistake.seen})" if mistake.seen else ""
        lines.append(f"| {mistake.title} | {marks} | {seen} |")
    return "\n".join([*lines, ""])
