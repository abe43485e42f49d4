"""The zip of a deploy, opened without trusting it."""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from emulators.salesforce.errors import SalesforceError

MAX_FILES = 10_000
MAX_UNZIPPED_BYTES = 600 * 1024 * 1024
MAX_RATIO = 200
_SMALL_BYTES = 1024 * 1024
MANIFEST = "package.xml"
# What zipfile and the decompressors below it raise for bytes that are no zip, or a damaged one.
_UNREADABLE = (
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def open_archive(content: bytes) -> dict[str, bytes]:
    """Path to bytes, with paths relative to the folder that holds package.xml.

    Limits are Salesforce's: 10,000 files, about 600 MB unpacked. Raises SalesforceError: LIMIT_EXCEEDED for
    more than that or for a file that swells out of proportion, INVALID_FIELD_VALUE for no zip or a path that
    leads out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            unpacked = {entry.filename: archive.read(entry) for entry in entries}
    except _UNREADABLE as error:
        raise SalesforceError("INVALID_FIELD_VALUE", f"Invalid zip file: {error}") from error
    return _without_root(unpacked)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise SalesforceError("LIMIT_EXCEEDED", f"Maximum number of files exceeded: {MAX_FILES}")
    if sum(entry.file_size for entry in entries) > MAX_UNZIPPED_BYTES:
        raise SalesforceError("LIMIT_EXCEEDED", "Maximum size of uncompressed files exceeded")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            raise SalesforceError("INVALID_FIELD_VALUE", f"Invalid file name in zip: {entry.filename}")
        if entry.file_size > max(_SMALL_BYTES, entry.compress_size * MAX_RATIO):
            raise SalesforceError("LIMIT_EXCEEDED", f"Compression ratio exceeded: {entry.filename}")


def _without_root(unpacked: dict[str, bytes]) -> dict[str, bytes]:
    """Clients zip the package's content (CumulusCI) or a folder that holds it (REST deploys)."""
    if MANIFEST in unpacked:
        return unpacked
    roots = [path.partition("/")[0] for path in unpacked if path.partition("/")[2] == MANIFEST]
    if len(roots) != 1:
        return unpacked
    root = roots[0] + "/"
    return {path.removeprefix(root): body for path, body in unpacked.items() if path.startswith(root)}


def write_archive(files: dict[str, bytes]) -> bytes:
    """A zip of these files, sorted by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(path, files[path])
    return buffer.getvalue()
