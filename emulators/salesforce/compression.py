"""Request bodies that came compressed."""

import io
import zlib

from flask import request
from werkzeug.wsgi import get_input_stream

from emulators.salesforce.errors import SalesforceError

# As much as Bulk API 2.0 takes in one upload, encoded; nothing here takes more.
LARGEST_BODY_BYTES = 150 * 1024 * 1024
_WINDOW_BITS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def inflate_body() -> None:
    """Put what a compressed body holds in its place, before a view looks at it.

    Raises UNSUPPORTED_MEDIA_TYPE for encodings other than gzip and deflate, INVALID_REQUEST_BODY for a body
    that is not encoded so, or not to its end, and REQUEST_LIMIT_EXCEEDED for one that grows too large.
    Source: REST API Developer Guide, Compression Headers.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return
    if encoding not in _WINDOW_BITS:
        message = f"The content encoding must be gzip or deflate, not {encoding}"
        raise SalesforceError("UNSUPPORTED_MEDIA_TYPE", message, 415)
    inflated = _inflated(get_input_stream(request.environ).read(), encoding)
    request.environ["wsgi.input"] = io.BytesIO(inflated)
    request.environ["CONTENT_LENGTH"] = str(len(inflated))


def _inflated(body: bytes, encoding: str) -> bytes:
    inflater = zlib.decompressobj(_WINDOW_BITS[encoding])
    try:
        inflated = inflater.decompress(body, LARGEST_BODY_BYTES)
    except zlib.error:
        raise SalesforceError("INVALID_REQUEST_BODY", f"The body is not {encoding}") from None
    if inflater.unconsumed_tail:
        raise SalesforceError("REQUEST_LIMIT_EXCEEDED", "The body is too large once it is inflated", 413)
    if not inflater.eof or inflater.unused_data:
        raise SalesforceError("INVALID_REQUEST_BODY", f"The body is not {encoding} from end to end")
    return inflated
