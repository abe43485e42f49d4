"""What certain objects do beyond the general rules of DML."""

from collections.abc import Callable
from dataclasses import dataclass

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing

Prepare = Callable[[Writing, Row, Row | None], None]


@dataclass(frozen=True, slots=True)
class ObjectRules:
    """Hooks around a write. Each gets the new row and the old one (None on insert); rows hold stored values.

    prepare: fills what follows from the rest, before any check. check: refuses. after: writes elsewhere.
    before_delete: refuses. after_delete, after_undelete: write elsewhere.
    """

    prepare: tuple[Prepare, ...] = ()
    check: tuple[Prepare, ...] = ()
    after: tuple[Prepare, ...] = ()
    before_delete: tuple[Callable[[Writing, Row], None], ...] = ()
    after_delete: tuple[Callable[[Writing, Row], None], ...] = ()
    after_undelete: tuple[Callable[[Writing, Row], None], ...] = ()
