"""The bytes of files: `sobjects/<object>/<id>/<base64 field>`."""

import base64

from flask import Response

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.rest.body import not_found
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.access import Access

_BYTES = "application/octetstream"


def blob_field(sobject: SObjectType, access: Access, name: str) -> Field | None:
    """The base64 field of that name, where there is one that the user may read."""
    field = sobject.field_named(name)
    if field is None or field.type is not FieldType.BASE64 or not access.field_readable(sobject, field):
        return None
    return field


def blob_answer(field: Field, row: Row) -> Response:
    """The decoded content, as it is. Raises NOT_FOUND for a record without any."""
    content = row[field.name]
    if content is None:
        raise not_found()
    return Response(base64.b64decode(content), content_type=row.get("ContentType") or _BYTES)
