"""A reading position in a list of tokens."""

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.tokens import Token, TokenKind, tokenize

MAX_DEPTH = 60


class Cursor:
    """Walks the tokens of one text; every mismatch becomes MALFORMED_QUERY at the token that did not fit."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokenize(text)
        self._index = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._index]

    def ahead(self, count: int = 1) -> Token:
        """The token count places further, or the end."""
        return self._tokens[min(self._index + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The current token; moves past it, except past the end."""
        token = self.token
        if token.kind is not TokenKind.END:
            self._index += 1
        return token

    def accept_word(self, *words: str) -> bool:
        """Take the current token if it is one of the words."""
        found = self.token.is_word(*words)
        if found:
            self.take()
        return found

    def accept_symbol(self, symbol: str) -> bool:
        """Take the current token if it is the symbol."""
        found = self.at_symbol(symbol)
        if found:
            self.take()
        return found

    def at_symbol(self, symbol: str) -> bool:
        """Look, without taking."""
        return self.token.kind is TokenKind.SYMBOL and self.token.text == symbol

    def expect_word(self, *words: str) -> Token:
        if not self.token.is_word(*words):
            raise self.unexpected()
        return self.take()

    def expect_symbol(self, symbol: str) -> Token:
        if not self.at_symbol(symbol):
            raise self.unexpected()
        return self.take()

    def expect_name(self) -> Token:
        if self.token.kind is not TokenKind.NAME:
            raise self.unexpected()
        return self.take()

    def expect_whole_number(self) -> int:
        """A number without sign, point or exponent."""
        token = self.token
        if token.kind is not TokenKind.NUMBER or not token.text.isdigit() or len(token.text) > 18:
            raise self.unexpected()
        self.take()
        return int(token.text)

    def unexpected(self) -> SalesforceError:
        """The error for the current token."""
        return malformed(self.text, self.token.position, f"unexpected token: '{self.token.text}'")

    def error(self, message: str) -> SalesforceError:
        """An error with its own words at the current token."""
        return malformed(self.text, self.token.position, message)

    def descend(self) -> None:
        """Enter a bracket. Raises MALFORMED_QUERY when they nest deeper than any honest query."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error("query is nested too deeply")

    def ascend(self) -> None:
        """Leave a bracket."""
        self._depth -= 1
