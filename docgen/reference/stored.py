"""Every table of the connector, read from its models."""

from sqlalchemy import Table

import connector.adapters.store.store  # noqa: F401 - makes every table known
from connector.adapters.store.columns import EncryptedText
from connector.adapters.store.models.ledger import Base
from docgen.markdown import code, codes, page, table, text_of

_INTRO = """\
Every table of the connector's database. Columns that are encrypted at rest are named; the key is in the key
file, not in the database. Why what is kept is in [Security](../security.md)."""


def pages() -> dict[str, str]:
    """reference/stored.md."""
    lines = page("What is stored", "`connector/adapters/store`", _INTRO)
    meanings = {
        mapper.local_table.name: " ".join((mapper.class_.__doc__ or "").split())
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    }
    rows = []
    for one in sorted(Base.metadata.tables.values(), key=lambda found: found.name):
        encrypted = [column.name for column in one.columns if isinstance(column.type, EncryptedText)]
        plain = [column.name for column in one.columns if column.name not in encrypted]
        rows.append((code(one.name), meanings.get(one.name, ""), codes(encrypted), codes(plain)))
    lines += table(("Table", "What it holds", "Encrypted", "Other columns"), rows)
    return {"reference/stored.md": text_of(lines)}
