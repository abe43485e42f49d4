"""The part of SOQL that the services use, over records in dictionaries. What it does not know, it names."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Row = dict[str, Any]
FindParent = Callable[[str], Row | None]

TOKEN = re.compile(r"\s*('(?:\\.|[^'\\])*'|[A-Za-z_][\w.]*|\d[\w.:+-]*|<=|>=|!=|[=<>(),])")
SEMI_JOIN = re.compile(r"IN \((SELECT [^()]*)\)")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left is not None and left < right,
    ">": lambda left, right: left is not None and left > right,
    "<=": lambda left, right: left is not None and left <= right,
    ">=": lambda left, right: left is not None and left >= right,
    "IN": lambda left, right: left in right,
    "LIKE": lambda left, right: left is not None and _is_like(left.lower(), right.lower()),
}


def _is_like(text: str, pattern: str) -> bool:
    """A backslash before % or _ makes them stand for themselves."""
    words = {"%": ".*", "_": "."}
    parts = re.findall(r"\\[%_]|[^\\]|\\", pattern)
    return bool(re.fullmatch("".join(words.get(p) or re.escape(p[-1]) for p in parts), text, re.DOTALL))


def run(soql: str, tables: Mapping[str, Mapping[str, Row]]) -> list[Row]:
    """The rows that a query finds. tables: records by Id, by object."""
    query = _Query(SEMI_JOIN.sub(lambda inner: f"IN ({_listed(run(inner[1], tables))})", soql))

    def find(record_id: str) -> Row | None:
        return next((table[record_id] for table in tables.values() if record_id in table), None)

    records = [row for row in tables.get(query.sobject, {}).values() if query.accepts(row, find)]
    if query.order_by:
        records.sort(key=lambda row: str(_value(row, query.order_by, find)), reverse=query.descending)
    if query.group_by:
        return query.grouped(records, find)
    shown = [query.shown(row, find) for row in records][query.offset :]
    return shown[: query.limit]


def _listed(rows: list[Row]) -> str:
    """The one field of a semi-join's rows, as literals; a value that nothing has where there are none."""
    values = [value for row in rows for name, value in row.items() if name != "attributes"]
    return ", ".join(f"'{value}'" for value in values) or "'-'"


class _Query:
    def __init__(self, soql: str) -> None:
        self._soql = soql
        self._tokens = _tokens(soql)
        self._expect("SELECT")
        self.items = self._items()
        self.sobject = self._take()
        # All must hold; of each, one alternative.
        self.conditions: list[list[tuple[str, str, Any]]] = []
        self.group_by: list[str] = []
        self.order_by = ""
        self.descending = False
        self.limit: int | None = None
        self.offset = 0
        while self._tokens:
            self._clause(self._take().upper())

    def accepts(self, row: Row, find: FindParent) -> bool:
        return all(
            any(COMPARE[op](_value(row, field, find), value) for field, op, value in alternatives)
            for alternatives in self.conditions
        )

    def shown(self, row: Row, find: FindParent) -> Row:
        shown: Row = {"attributes": {"type": self.sobject}}
        for item in self.items:
            _show(shown, row, item, find)
        return shown

    def grouped(self, records: list[Row], find: FindParent) -> list[Row]:
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in records:
            groups.setdefault(tuple(_value(row, path, find) for path in self.group_by), []).append(row)
        names = [path.rpartition(".")[2] for path in self.group_by]
        return [
            dict(zip(names, values, strict=True))
            | {
                f"expr{number}": _aggregate(item, rows)
                for number, item in enumerate(name for name in self.items if "(" in name)
            }
            for values, rows in groups.items()
        ]

    def _items(self) -> list[str]:
        items = []
        while True:
            item = self._take()
            if self._next("("):
                item = f"{item.upper()}({self._take()})"
                self._expect(")")
            items.append(item)
            if not self._next(","):
                self._expect("FROM")
                return items

    def _clause(self, word: str) -> None:
        if word in ("WHERE", "AND"):
            self.conditions.append(self._alternatives())
        elif word in ("GROUP", "ORDER"):
            self._expect("BY")
            if word == "GROUP":
                self.group_by = self._names()
                return
            self.order_by = self._take()
            self.descending = self._next("DESC")
        elif word == "LIMIT":
            self.limit = int(self._take())
        elif word == "OFFSET":
            self.offset = int(self._take())
        else:
            raise NotImplementedError(f"{word} in {self._soql}")

    def _names(self) -> list[str]:
        names = [self._take()]
        while self._next(","):
            names.append(self._take())
        return names

    def _alternatives(self) -> list[tuple[str, str, Any]]:
        if not self._next("("):
            return [self._condition()]
        found = [self._condition()]
        while self._next("OR"):
            found.append(self._condition())
        self._expect(")")
        return found

    def _condition(self) -> tuple[str, str, Any]:
        field, operator = self._take(), self._take().upper()
        if operator not in COMPARE:
            raise NotImplementedError(f"{operator} in {self._soql}")
        if operator != "IN":
            return field, operator, _literal(self._take())
        self._expect("(")
        values = {_literal(self._take())}
        while self._next(","):
            values.add(_literal(self._take()))
        self._expect(")")
        return field, operator, values

    def _take(self) -> str:
        return self._tokens.pop(0)

    def _next(self, word: str) -> bool:
        if self._tokens and self._tokens[0].upper() == word:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._next(word):
            raise NotImplementedError(f"{word} expected in {self._soql}")


def _tokens(soql: str) -> list[str]:
    def split() -> Iterator[str]:
        position, text = 0, soql.rstrip()
        while position < len(text):
            found = TOKEN.match(text, position)
            if found is None:
                raise NotImplementedError(f"{text[position:]} in {soql}")
            yield found[1]
            position = found.end()

    return list(split())


def _literal(token: str) -> Any:
    if token.startswith("'"):
        return re.sub(r"\\([^%_])", lambda found: ESCAPES.get(found[1], found[1]), token[1:-1])
    words = {"true": True, "false": False, "null": None}
    if token.lower() in words:
        return words[token.lower()]
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", token):
        return token.replace("Z", "+0000")
    return float(token) if re.fullmatch(r"\d+(\.\d+)?", token) else token


def _reference(parent: str) -> str:
    return parent[:-1] + "c" if parent.endswith("__r") else f"{parent}Id"


def _show(shown: Row, row: Row, path: str, find: FindParent) -> None:
    """A record that a path leads over is shown inside, or as None where there is none."""
    parent, _, rest = path.partition(".")
    if not rest:
        shown[path] = row.get(path)
    elif (record := find(str(row.get(_reference(parent))))) is None:
        shown[parent] = None
    else:
        _show(shown.setdefault(parent, {}), record, rest, find)


def _value(row: Row, path: str, find: FindParent) -> Any:
    parent, _, rest = path.partition(".")
    if not rest:
        return row.get(path)
    record = find(str(row.get(_reference(parent))))
    return _value(record, rest, find) if record else None


def _aggregate(item: str, rows: list[Row]) -> Any:
    function, field = item.rstrip(")").split("(")
    values = [row[field] for row in rows if row.get(field) is not None]
    if function == "COUNT":
        return len(values)
    if function == "SUM":
        return sum(values) if values else None
    raise NotImplementedError(function)
