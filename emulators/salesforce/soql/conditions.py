"""Recursive descent for what stands behind WHERE and HAVING."""

import re
from collections.abc import Callable

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.soql.calls import check_call
from emulators.salesforce.soql.cursor import Cursor
from emulators.salesforce.soql.dates import COUNTED_DATE_LITERALS, PLAIN_DATE_LITERALS
from emulators.salesforce.soql.tokens import TokenKind
from emulators.salesforce.soql.tree import (
    Argument,
    Call,
    Comparison,
    Condition,
    Expression,
    Junction,
    Literal,
    LiteralKind,
    Not,
    Path,
    Query,
)

_SYMBOL_OPERATORS = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LITERAL_KINDS = {
    TokenKind.STRING: LiteralKind.STRING,
    TokenKind.NUMBER: LiteralKind.NUMBER,
    TokenKind.DATE: LiteralKind.DATE,
    TokenKind.DATETIME: LiteralKind.DATETIME,
    TokenKind.TIME: LiteralKind.TIME,
}
_CURRENCY = re.compile(r"[A-Z]{3}[0-9]+")
_NO_BINDS = "Bind variables only allowed in Apex code"


class ConditionParser:
    """Reads conditions, field expressions and values from a cursor.

    parse_query: reads the SELECT of a semi-join; it comes from outside because a query holds conditions too.
    """

    def __init__(self, cursor: Cursor, parse_query: Callable[[], Query]) -> None:
        self._cursor = cursor
        self._parse_query = parse_query

    def condition(self) -> Condition:
        """Terms joined by AND or by OR; the other one of the two is unexpected."""
        first = self._term()
        if not self._cursor.token.is_word("AND", "OR"):
            return first
        operator = self._cursor.token.text.upper()
        terms = [first]
        while self._cursor.accept_word(operator):
            terms.append(self._term())
        if self._cursor.token.is_word("AND", "OR"):
            raise self._cursor.unexpected()
        return Junction(operator, tuple(terms))

    def expression(self, within: str = "") -> Expression:
        """A field path or a function over one. within: the function whose argument it is."""
        name = self._cursor.expect_name()
        if self._cursor.at_symbol("("):
            return self._call(name.text, name.position, within)
        return Path(tuple(name.text.split(".")), name.position)

    def _term(self) -> Condition:
        cursor = self._cursor
        cursor.descend()
        try:
            if cursor.token.is_word("NOT"):
                cursor.take()
                return Not(self._term())
            if cursor.accept_symbol("("):
                inner = self.condition()
                cursor.expect_symbol(")")
                return inner
            return self._comparison()
        finally:
            cursor.ascend()

    def _call(self, name: str, position: int, within: str) -> Call:
        self._cursor.expect_symbol("(")
        self._cursor.descend()
        arguments: list[Argument] = []
        while not self._cursor.at_symbol(")"):
            if arguments:
                self._cursor.expect_symbol(",")
            arguments.append(self._argument(name.upper()))
        self._cursor.take()
        self._cursor.ascend()
        call = Call(name.upper(), tuple(arguments), position)
        check_call(call, within, self._cursor.text)
        return call

    def _argument(self, within: str) -> Argument:
        if self._cursor.token.kind is TokenKind.NAME:
            return self.expression(within)
        return self.literal()

    def _comparison(self) -> Comparison:
        left = self.expression()
        token = self._cursor.token
        if token.kind is TokenKind.SYMBOL and token.text in _SYMBOL_OPERATORS:
            self._cursor.take()
            return Comparison(left, _SYMBOL_OPERATORS[token.text], self.literal(), left.position)
        if self._cursor.accept_word("LIKE"):
            return Comparison(left, "LIKE", self.literal(), left.position)
        if self._cursor.accept_word("INCLUDES", "EXCLUDES"):
            return Comparison(left, token.text.upper(), self._values(), left.position)
        operator = "IN"
        if token.is_word("NOT") and self._cursor.ahead().is_word("IN"):
            self._cursor.take()
            operator = "NOT IN"
        self._cursor.expect_word("IN")
        return Comparison(left, operator, self._values_or_query(), left.position)

    def _values_or_query(self) -> tuple[Literal, ...] | Query:
        if self._cursor.at_symbol("(") and self._cursor.ahead().is_word("SELECT"):
            self._cursor.take()
            self._cursor.descend()
            query = self._parse_query()
            self._cursor.expect_symbol(")")
            self._cursor.ascend()
            return query
        return self._values()

    def _values(self) -> tuple[Literal, ...]:
        if self._cursor.at_symbol(":"):
            raise self._cursor.error(_NO_BINDS)
        self._cursor.expect_symbol("(")
        values = [self.literal()]
        while self._cursor.accept_symbol(","):
            values.append(self.literal())
        self._cursor.expect_symbol(")")
        return tuple(values)

    def literal(self) -> Literal:
        """One value. A bare word that is none is what Apex would call a bind variable."""
        token = self._cursor.token
        kind = _LITERAL_KINDS.get(token.kind)
        if kind is not None:
            self._cursor.take()
            return Literal(kind, token.text, token.position)
        if token.kind is TokenKind.NAME:
            return self._word()
        if self._cursor.at_symbol(":"):
            raise self._cursor.error(_NO_BINDS)
        raise self._cursor.unexpected()

    def _word(self) -> Literal:
        token = self._cursor.token
        word = token.text.upper()
        if word in {"TRUE", "FALSE", "NULL"}:
            self._cursor.take()
            kind = LiteralKind.NULL if word == "NULL" else LiteralKind.BOOLEAN
            return Literal(kind, word.lower(), token.position)
        if word in PLAIN_DATE_LITERALS:
            self._cursor.take()
            return Literal(LiteralKind.DATE_LITERAL, word, token.position)
        if word in COUNTED_DATE_LITERALS:
            self._cursor.take()
            self._cursor.expect_symbol(":")
            count = self._cursor.expect_whole_number()
            return Literal(LiteralKind.DATE_LITERAL, word, token.position, count)
        if _CURRENCY.fullmatch(word):
            return self._amount()
        if self._cursor.ahead().text == "(":
            raise NotSupportedHere(f"SOQL function {word} as a value")
        raise self._cursor.error(_NO_BINDS)

    def _amount(self) -> Literal:
        """An amount with its currency, such as USD500.25, which the tokens divide at the point."""
        token = self._cursor.take()
        rest = self._cursor.token
        end = token.position + len(token.text)
        if rest.kind is TokenKind.NUMBER and rest.position == end and rest.text.startswith("."):
            return Literal(LiteralKind.CURRENCY, token.text + self._cursor.take().text, token.position)
        return Literal(LiteralKind.CURRENCY, token.text, token.position)
