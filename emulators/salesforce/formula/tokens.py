"""Formula text to tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from emulators.salesforce.errors import SalesforceError


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula; text without its quotes."""

    kind: TokenKind
    text: str


_PATTERN = re.compile(
    r"""\s+|/\*.*?\*/
    |(?P<number>\d+(?:\.\d+)?|\.\d+)
    |"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'
    |(?P<name>\$?[A-Za-z_]\w*(?:\.\w+)*)
    |(?P<sign><>|<=|>=|!=|==|&&|\|\||[-+*/^&=<>!(),])""",
    re.VERBOSE | re.DOTALL,
)


def tokenize(text: str) -> Iterator[Token]:
    """Every token, then END. Raises FIELD_INTEGRITY_EXCEPTION where there is none."""
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", f"Syntax error. Found '{text[position]}'")
        position = match.end()
        token = _token(match)
        if token is not None:
            yield token
    yield Token(TokenKind.END, "")


def _token(match: re.Match[str]) -> Token | None:
    quoted = match["double"] if match["double"] is not None else match["single"]
    if quoted is not None:
        return Token(TokenKind.TEXT, re.sub(r"\\(.)", r"\1", quoted))
    for kind in (TokenKind.NUMBER, TokenKind.NAME, TokenKind.SIGN):
        if match[kind.value] is not None:
            return Token(kind, match[kind.value])
    return None
