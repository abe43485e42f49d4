"""Query plans in the form of `explain`. They are SQLite's: what Salesforce would do is not known here.

Source of the form: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm
"""

import re
from typing import Any

from emulators.salesforce.soql.statement import Statement
from emulators.salesforce.store.database import Database, quote

_WHOSE = (
    "A plan of the local org's SQLite, not of Salesforce. cardinality counts the records found; relativeCost "
    "is their share of all where an index leads, and 1 where the table is read."
)
_SEARCHED = re.compile(r"(\w+)[=<>]")


def plan_of(statement: Statement, object_name: str, db: Database, text: str) -> dict[str, Any]:
    """The plan of a translated query on an object."""
    steps = statement.plan(db)
    leading = steps[0] if steps else ""
    by_index = leading.startswith("SEARCH")
    fields = _SEARCHED.findall(leading.partition("(")[2]) if by_index else []
    found = statement.count(db)
    row = db.one(f"SELECT COUNT(*) FROM {quote(object_name)}")  # noqa: S608 -- a quoted name
    total = int(row[0]) if row else 0
    notes = [_WHOSE, *(f"SQLite: {step}" for step in steps)]
    plan = {
        "cardinality": found,
        "fields": fields,
        "leadingOperationType": "Index" if by_index else "TableScan",
        "notes": [{"description": note, "fields": [], "tableEnumOrId": object_name} for note in notes],
        "relativeCost": found / total if by_index and total else 1.0,
        "sobjectCardinality": total,
        "sobjectType": object_name,
    }
    return {"plans": [plan], "sourceQuery": text}
