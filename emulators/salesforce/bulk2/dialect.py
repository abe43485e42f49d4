"""How a job's CSV is written: its delimiter and its line ending."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from emulators.salesforce.bulk.errors import BulkError, InvalidBatch

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}

# Longer cells than the longest field of the platform are no honest data.
csv.field_size_limit(32 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Dialect:
    """column_delimiter and line_ending: the API's names for them."""

    column_delimiter: str = "COMMA"
    line_ending: str = "LF"

    @classmethod
    def named(cls, column_delimiter: str, line_ending: str) -> "Dialect":
        """The dialect a request asks for. Raises InvalidJob for names the platform does not have."""
        if column_delimiter not in DELIMITERS:
            raise BulkError("INVALIDJOB", f"Unknown column delimiter: {column_delimiter}")
        if line_ending not in LINE_ENDINGS:
            raise BulkError("INVALIDJOB", f"Unknown line ending: {line_ending}")
        return cls(column_delimiter, line_ending)

    def rows(self, upload: IO[bytes]) -> Iterator[list[str]]:
        """The lines of an upload, from its beginning, blank ones left out. Raises InvalidBatch."""
        upload.seek(0)
        text = io.TextIOWrapper(upload, "utf-8-sig", newline="")
        try:
            self._check_line_ending(text)
            reader = csv.reader(text, delimiter=DELIMITERS[self.column_delimiter], strict=True)
            yield from (row for row in reader if row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidBatch(f"Failed to parse CSV. {error}") from None
        finally:
            text.detach()

    def write(self, rows: Iterable[Iterable[str]]) -> str:
        """Rows as the job's results show them, every cell in quotes."""
        target = io.StringIO()
        writer = csv.writer(
            target,
            delimiter=DELIMITERS[self.column_delimiter],
            lineterminator=LINE_ENDINGS[self.line_ending],
            quoting=csv.QUOTE_ALL,
        )
        writer.writerows(rows)
        return target.getvalue()

    def _check_line_ending(self, text: io.TextIOWrapper) -> None:
        """The first line tells how the upload ends its lines."""
        first = text.readline()
        text.seek(0)
        used = "CRLF" if first.endswith("\r\n") else "LF"
        if first.endswith("\n") and used != self.line_ending:
            message = f"LineEnding is invalid on user data. Current LineEnding setting is {self.line_ending}"
            raise InvalidBatch(message, "ClientInputError")
