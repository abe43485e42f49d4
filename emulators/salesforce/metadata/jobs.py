"""The results of deploys and retrieves, kept until they are asked for."""

from lxml import etree

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import parse_xml

_TABLES = (
    "CREATE TABLE IF NOT EXISTS _job (id TEXT PRIMARY KEY, content BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS _validated (id TEXT PRIMARY KEY, zip BLOB NOT NULL)",
)


class Jobs:
    """Finished jobs by Id: 0Af for deploys, 09S for retrieves."""

    def __init__(self, org: Org) -> None:
        self._org = org
        for table in _TABLES:
            org.db.execute(table)

    def save(self, job_id: str, result: etree._Element) -> None:
        """Keep a result."""
        with self._org.transaction():
            self._org.db.execute("INSERT INTO _job VALUES (?, ?)", (job_id, etree.tostring(result)))

    def find(self, job_id: str) -> etree._Element:
        """A result, by an Id of 15 or 18 characters. Raises INVALID_CROSS_REFERENCE_KEY for none."""
        row = self._org.db.one(
            "SELECT content FROM _job WHERE id = ? OR substr(id, 1, 15) = ?", (job_id, job_id)
        )
        if row is None:
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {job_id}")
        return parse_xml(row["content"])

    def keep_validated(self, job_id: str, content: bytes) -> None:
        """Keep the zip of a check-only deploy that succeeded."""
        with self._org.transaction():
            self._org.db.execute("INSERT INTO _validated VALUES (?, ?)", (job_id, content))

    def validated(self, job_id: str) -> bytes:
        """That zip. Raises INVALID_ID_FIELD for a deploy that was not check-only or not sound."""
        query = "SELECT zip FROM _validated WHERE id = ? OR substr(id, 1, 15) = ?"
        row = self._org.db.one(query, (job_id, job_id))
        if row is None:
            raise SalesforceError("INVALID_ID_FIELD", f"Not a valid validated deployment: {job_id}")
        return bytes(row["zip"])
