"""The results of deploys and retrieves, kept until they are asked for."""

from lxml import etree

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import parse_xml

_TABLE = "CREATE TABLE IF NOT EXISTS _job (id TEXT PRIMARY KEY, content BLOB NOT NULL)"


class Jobs:
    """Finished jobs by Id: 0Af for deploys, 09S for retrieves."""

    def __init__(self, org: Org) -> None:
        self._org = org
        org.db.execute(_TABLE)

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
