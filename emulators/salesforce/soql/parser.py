"""Recursive descent for a whole query."""

from emulators.salesforce.soql.clauses import parse_data_categories, parse_typeof
from emulators.salesforce.soql.conditions import ConditionParser
from emulators.salesforce.soql.cursor import Cursor
from emulators.salesforce.soql.tokens import TokenKind
from emulators.salesforce.soql.tree import (
    Condition,
    Expression,
    FieldItem,
    Grouping,
    Order,
    Path,
    Query,
    SelectItem,
    Source,
    SubqueryItem,
)

_NOT_AN_ALIAS = (
    "ALL",
    "AND",
    "ASC",
    "DESC",
    "EXCLUDES",
    "FIRST",
    "FOR",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INCLUDES",
    "LAST",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "NULLS",
    "OFFSET",
    "OR",
    "ORDER",
    "SELECT",
    "UPDATE",
    "USING",
    "WHERE",
    "WITH",
)
_SCOPES = (
    "ALLPRIVATE",
    "DELEGATED",
    "EVERYTHING",
    "MINE",
    "MINEANDMYGROUPS",
    "MINE_AND_MY_GROUPS",
    "MRU",
    "MYRULE",
    "MY_TEAM_TERRITORY",
    "MY_TERRITORY",
    "SCOPINGRULE",
    "TEAM",
)


def parse(text: str) -> Query:
    """The tree of a query that obeys the grammar; names are not looked up.

    Raises MALFORMED_QUERY with the position.
    """
    return _QueryParser(Cursor(text)).whole()


class _QueryParser:
    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._conditions = ConditionParser(cursor, self._query)

    def whole(self) -> Query:
        query = self._query()
        if self._cursor.token.kind is not TokenKind.END:
            raise self._cursor.unexpected()
        return query

    def _query(self) -> Query:
        position = self._cursor.expect_word("SELECT").position
        select = self._select()
        self._cursor.expect_word("FROM")
        source = self._source()
        scope = self._scope()
        where = self._condition_after("WHERE")
        data_category = self._with()
        grouping, group_by = self._group_by()
        having = self._condition_after("HAVING") if group_by else None
        order_by = self._order_by()
        limit = self._cursor.expect_whole_number() if self._cursor.accept_word("LIMIT") else None
        offset = self._cursor.expect_whole_number() if self._cursor.accept_word("OFFSET") else 0
        viewed = self._for()
        all_rows = self._all_rows()
        return Query(
            select=select,
            source=source,
            scope=scope,
            where=where,
            group_by=group_by,
            grouping=grouping,
            having=having,
            order_by=order_by,
            limit=limit,
            offset=offset,
            all_rows=all_rows,
            data_category=data_category,
            viewed=viewed,
            position=position,
        )

    def _select(self) -> tuple[SelectItem, ...]:
        items = [self._select_item()]
        while self._cursor.accept_symbol(","):
            items.append(self._select_item())
        return tuple(items)

    def _select_item(self) -> SelectItem:
        cursor = self._cursor
        if cursor.at_symbol("("):
            position = cursor.take().position
            cursor.descend()
            query = self._query()
            cursor.expect_symbol(")")
            cursor.ascend()
            return SubqueryItem(query, position)
        if cursor.token.is_word("TYPEOF") and cursor.ahead(2).is_word("WHEN"):
            return parse_typeof(cursor)
        if cursor.token.is_word("FROM"):
            raise cursor.unexpected()
        return FieldItem(self._conditions.expression(), self._alias())

    def _alias(self) -> str:
        token = self._cursor.token
        if token.kind is not TokenKind.NAME or token.is_word(*_NOT_AN_ALIAS) or "." in token.text:
            return ""
        return self._cursor.take().text

    def _source(self) -> Source:
        name = self._cursor.expect_name()
        self._cursor.accept_word("AS")
        alias = self._alias()
        parents = []
        while self._cursor.accept_symbol(","):
            parent = self._cursor.expect_name()
            self._cursor.accept_word("AS")
            parent_alias = self._alias()
            if not parent_alias:
                raise self._cursor.unexpected()
            parents.append((Path(tuple(parent.text.split(".")), parent.position), parent_alias))
        return Source(name.text, name.position, alias, tuple(parents))

    def _scope(self) -> str:
        if not self._cursor.accept_word("USING"):
            return ""
        self._cursor.expect_word("SCOPE")
        return self._cursor.expect_word(*_SCOPES).text.upper()

    def _condition_after(self, word: str) -> Condition | None:
        return self._conditions.condition() if self._cursor.accept_word(word) else None

    def _with(self) -> bool:
        """Whether data categories are asked for."""
        if not self._cursor.accept_word("WITH"):
            return False
        if self._cursor.token.is_word("DATA"):
            parse_data_categories(self._cursor)
            return True
        self._cursor.expect_word("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE")
        return False

    def _group_by(self) -> tuple[Grouping, tuple[Expression, ...]]:
        if not self._cursor.accept_word("GROUP"):
            return Grouping.PLAIN, ()
        self._cursor.expect_word("BY")
        if self._cursor.token.is_word("ROLLUP", "CUBE") and self._cursor.ahead().text == "(":
            grouping = Grouping(self._cursor.take().text.lower())
            self._cursor.expect_symbol("(")
            keys = self._expressions()
            self._cursor.expect_symbol(")")
            return grouping, keys
        return Grouping.PLAIN, self._expressions()

    def _expressions(self) -> tuple[Expression, ...]:
        found = [self._conditions.expression()]
        while self._cursor.accept_symbol(","):
            found.append(self._conditions.expression())
        return tuple(found)

    def _order_by(self) -> tuple[Order, ...]:
        if not self._cursor.accept_word("ORDER"):
            return ()
        self._cursor.expect_word("BY")
        keys = [self._order_key()]
        while self._cursor.accept_symbol(","):
            keys.append(self._order_key())
        return tuple(keys)

    def _order_key(self) -> Order:
        expression = self._conditions.expression()
        descending = self._cursor.token.is_word("DESC")
        self._cursor.accept_word("ASC", "DESC")
        nulls_first = None
        if self._cursor.accept_word("NULLS"):
            nulls_first = self._cursor.expect_word("FIRST", "LAST").text.upper() == "FIRST"
        return Order(expression, descending, nulls_first)

    def _for(self) -> bool:
        """Whether the records are to count as viewed."""
        viewed = False
        while self._cursor.accept_word("FOR"):
            viewed |= not self._cursor.expect_word("VIEW", "REFERENCE", "UPDATE").is_word("UPDATE")
        if self._cursor.accept_word("UPDATE"):
            self._cursor.expect_word("TRACKING", "VIEWSTAT")
        return viewed

    def _all_rows(self) -> bool:
        if not self._cursor.accept_word("ALL"):
            return False
        self._cursor.expect_word("ROWS")
        return True
