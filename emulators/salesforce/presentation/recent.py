"""Which records a user viewed last: on the org's pages, or by a query FOR VIEW or FOR REFERENCE.

Reading and writing by API alone leaves no trace, as on the platform.
Source: SOQL and SOSL Reference, FOR VIEW.
"""

from collections.abc import Iterable

from emulators.salesforce.org import Org

MOST_RECORDS = 200
_SEQUENCE = "recently viewed"
_TABLE = (
    'CREATE TABLE IF NOT EXISTS "_viewed" (user_id TEXT NOT NULL, record_id TEXT NOT NULL, '
    "type TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (user_id, record_id)) WITHOUT ROWID"
)


def note_viewed(org: Org, user_id: str, type_name: str, record_ids: Iterable[str]) -> None:
    """Put records before all others that the user viewed; the first of them in front."""
    with org.transaction():
        org.db.execute(_TABLE)
        for record_id in reversed(list(record_ids)):
            row = (user_id, record_id, type_name, org.next_number(_SEQUENCE))
            org.db.execute('INSERT OR REPLACE INTO "_viewed" VALUES (?, ?, ?, ?)', row)


def viewed_by(org: Org, user_id: str, type_name: str = "") -> list[tuple[str, str]]:
    """(object, Id) of what a user viewed, the last first; those deleted since among them."""
    org.db.execute(_TABLE)
    rows = org.db.all(
        "SELECT type, record_id FROM \"_viewed\" WHERE user_id = ? AND (? = '' OR type = ?) "
        "ORDER BY place DESC LIMIT ?",
        (user_id, type_name, type_name, MOST_RECORDS),
    )
    return [(row["type"], row["record_id"]) for row in rows]
