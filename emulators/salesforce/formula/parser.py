"""Formula tokens to a tree, by precedence climbing."""

from dataclasses import dataclass
from functools import lru_cache

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.formula.tokens import Token, TokenKind, tokenize


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, TRUE, FALSE or NULL."""

    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class FieldReference:
    """A field by name, or a dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator under its sign ("neg" for a leading minus)."""

    function: str
    arguments: tuple["Expression", ...]


Expression = Literal | FieldReference | Call

_PRECEDENCE = (
    {"||"},
    {"&&"},
    {"=", "==", "<>", "!="},
    {"<", "<=", ">", ">="},
    {"+", "-", "&"},
    {"*", "/"},
    {"^"},
)
_SAME_SIGN = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR"}
_CONSTANTS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}


MAX_CHARACTERS = 3900
MAX_DEPTH = 60


@lru_cache(maxsize=512)
def parse(text: str) -> Expression:
    """The tree of a formula.

    Raises FIELD_INTEGRITY_EXCEPTION for a syntax error and for more characters than a formula may have;
    NotSupportedHere for one that nests deeper than MAX_DEPTH.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"Formula is too long ({len(text):,} characters). "
        message += f"Maximum length is {MAX_CHARACTERS:,} characters."
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message)
    return _Parser(list(tokenize(text))).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._binary(0)
        if self._next.kind is not TokenKind.END:
            raise _syntax_error(f"Extra {self._next.text}")
        if _is_deeper(expression, MAX_DEPTH * 2):
            raise _too_deep()
        return expression

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _takes(self, sign: str) -> bool:
        found = self._next.kind is TokenKind.SIGN and self._next.text == sign
        if found:
            self._at += 1
        return found

    def _binary(self, level: int) -> Expression:
        if level == len(_PRECEDENCE):
            return self._unary()
        left = self._binary(level + 1)
        while self._next.kind is TokenKind.SIGN and self._next.text in _PRECEDENCE[level]:
            sign = self._take().text
            left = Call(_SAME_SIGN.get(sign, sign), (left, self._binary(level + 1)))
        return left

    def _unary(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep()
        found = self._signed()
        self._depth -= 1
        return found

    def _signed(self) -> Expression:
        if self._takes("-"):
            return Call("neg", (self._unary(),))
        if self._takes("!"):
            return Call("NOT", (self._unary(),))
        if self._takes("("):
            inside = self._binary(0)
            self._expect_closing()
            return inside
        return self._operand()

    def _operand(self) -> Expression:
        token = self._take()
        match token.kind:
            case TokenKind.NUMBER:
                return Literal(float(token.text))
            case TokenKind.TEXT:
                return Literal(token.text)
            case TokenKind.NAME if self._takes("("):
                return Call(token.text.upper(), self._arguments())
            case TokenKind.NAME if token.text.upper() in _CONSTANTS:
                return Literal(_CONSTANTS[token.text.upper()])
            case TokenKind.NAME:
                return FieldReference(token.text)
            case _:
                raise _syntax_error(f"Found '{token.text}'" if token.text else "Formula is incomplete")

    def _arguments(self) -> tuple[Expression, ...]:
        if self._takes(")"):
            return ()
        arguments = [self._binary(0)]
        while self._takes(","):
            arguments.append(self._binary(0))
        self._expect_closing()
        return tuple(arguments)

    def _expect_closing(self) -> None:
        if not self._takes(")"):
            raise _syntax_error("Missing ')'")


def _is_deeper(expression: Expression, most: int) -> bool:
    """Whether more than so many calls stand inside each other, as they do in a long sum."""
    level: list[Expression] = [expression]
    for _ in range(most):
        level = [a for e in level if isinstance(e, Call) for a in e.arguments]
        if not level:
            return False
    return True


def _too_deep() -> SalesforceError:
    return NotSupportedHere(f"formulas that nest deeper than {MAX_DEPTH} brackets or {MAX_DEPTH * 2} signs")


def _syntax_error(detail: str) -> SalesforceError:
    return SalesforceError("FIELD_INTEGRITY_EXCEPTION", f"Syntax error. {detail}")
