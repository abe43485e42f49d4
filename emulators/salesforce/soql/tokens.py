"""Query text to tokens with exact positions."""

import re
from dataclasses import dataclass
from enum import StrEnum

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.soql.errors import malformed

MAX_QUERY_CHARACTERS = 100_000


class TokenKind(StrEnum):
    """What a token is. Keywords are names: SOQL reserves none of them for itself."""

    NAME = "name"
    STRING = "string"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """text: as written, quotes included. position: offset of its first character."""

    kind: TokenKind
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        """True for a name that is one of the words, written in capitals here and in any case there."""
        return self.kind is TokenKind.NAME and self.text.upper() in words


_PATTERN = re.compile(
    r"""
      (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<time>\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<symbol><=|>=|!=|<>|[=<>(),:])
    """,
    re.VERBOSE | re.ASCII | re.DOTALL | re.IGNORECASE,
)
_BLANK = re.compile(r"\s+")


def tokenize(text: str) -> list[Token]:
    """All tokens, the last of kind END. Raises MALFORMED_QUERY at the first character that starts none."""
    if len(text) > MAX_QUERY_CHARACTERS:
        raise SalesforceError(
            "MALFORMED_QUERY", f"SOQL statements cannot be longer than {MAX_QUERY_CHARACTERS} characters."
        )
    tokens = []
    position = 0
    while position < len(text):
        blank = _BLANK.match(text, position)
        if blank is not None:
            position = blank.end()
            continue
        found = _PATTERN.match(text, position)
        if found is None or found.lastgroup is None:
            raise _unreadable(text, position)
        tokens.append(Token(TokenKind(found.lastgroup), found.group(), position))
        position = found.end()
    tokens.append(Token(TokenKind.END, "<EOF>", len(text)))
    return tokens


def _unreadable(text: str, position: int) -> SalesforceError:
    row = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1)
    if text[position] == "'":
        return malformed(text, position, f"line {row}:{column} mismatched character '<EOF>' expecting '''")
    return SalesforceError(
        "MALFORMED_QUERY", f"line {row}:{column} no viable alternative at character '{text[position]}'"
    )
