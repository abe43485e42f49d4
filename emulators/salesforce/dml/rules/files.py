"""Attachments and versions of content: sizes and types, and the document that a first version makes."""

import base64
from pathlib import PurePath

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError

_FILE_TYPES = {"txt": "TEXT", "jpg": "JPG", "jpeg": "JPG", "docx": "WORD_X", "xlsx": "EXCEL_X", "zip": "ZIP"}
_UNKNOWN_TYPE = "UNKNOWN"


def measure_attachment(_dml: Writing, row: Row, _old: Row | None) -> None:
    """The length in bytes follows the body."""
    row["BodyLength"] = _size(row["Body"])


def settle_version(dml: Writing, row: Row, old: Row | None) -> None:
    """Type, size and number of a version; later versions of a document are numbered on."""
    path = PurePath(row["PathOnClient"] or "")
    extension = path.suffix.removeprefix(".").lower()
    row |= {"FileExtension": extension or None, "ContentSize": _size(row["VersionData"])}
    row["FileType"] = _FILE_TYPES.get(extension, extension.upper() or _UNKNOWN_TYPE)
    row["Title"] = row["Title"] or path.stem or None
    row["PublishStatus"] = row["PublishStatus"] or "P"
    if old is None:
        row |= {"IsLatest": 1, "VersionNumber": str(1 + _versions(dml, row["ContentDocumentId"]))}


def require_data(_dml: Writing, row: Row, _old: Row | None) -> None:
    """A version of a file in Salesforce has data, and a path that says what it is."""
    missing = tuple(name for name in ("VersionData", "PathOnClient") if row[name] is None)
    if missing and row["ContentLocation"] == "S":
        listed = ", ".join(missing)
        raise SalesforceError(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{listed}]", fields=missing
        )


def publish(dml: Writing, row: Row, old: Row | None) -> None:
    """The document shows its latest version; the first one makes it, and links it to its owner."""
    if old is not None:
        return
    own = dml.on_behalf_of_the_org()
    shown = {name: row[name] for name in ("Title", "FileType", "FileExtension", "ContentSize")}
    shown |= {
        "LatestPublishedVersionId": row["Id"],
        "ContentModifiedDate": dml.now,
        "OwnerId": row["OwnerId"],
    }
    document_id = row["ContentDocumentId"]
    if document_id is None:
        document_id = own.insert("ContentDocument", shown)
        for entity in filter(None, (row["OwnerId"], row["FirstPublishLocationId"])):
            link = {"ContentDocumentId": document_id, "LinkedEntityId": entity, "ShareType": "I"}
            own.insert("ContentDocumentLink", link)
    else:
        own.update("ContentDocument", document_id, shown)
    dml.org.db.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ?', (document_id,)
    )
    dml.org.db.execute(
        'UPDATE "ContentVersion" SET "ContentDocumentId" = ?, "IsLatest" = 1 WHERE "Id" = ?',
        (document_id, row["Id"]),
    )


def _size(content: str | None) -> int:
    return len(base64.b64decode(content)) if content else 0


def _versions(dml: Writing, document_id: str | None) -> int:
    found = dml.org.db.one(
        'SELECT COUNT(*) AS n FROM "ContentVersion" WHERE "ContentDocumentId" = ?', (document_id,)
    )
    return int(found["n"]) if found else 0
