"""An org whose calls are counted as the adapter makes them, for the fake, which counts a write as one."""

from collections.abc import Callable, Iterator, Sequence

from connector.adapters.salesforce.planner import plan
from connector.ports import Record, RecordWrite, WriteOutcome
from tests.connector.world import World


class CountingOrg:
    """Stands before the org of a world. calls: made since then."""

    def __init__(self, world: World) -> None:
        self.calls = 0
        self._query, self._write, self._together = (
            world.org.query,
            world.org.write,
            world.org.query_together,
        )
        world.org.query = self.query  # type: ignore[method-assign]
        world.org.write = self.write  # type: ignore[method-assign]
        world.org.query_together = self.together  # type: ignore[method-assign]

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        rows = list(self._query(soql, with_deleted=with_deleted))
        self.calls += max(1, -(-len(rows) // 2_000))
        return iter(rows)

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        self.calls += len(plan(writes))
        return self._write(writes, before_call=before_call)

    def together(self, soqls: Sequence[str]) -> list[list[Record]]:
        self.calls += -(-len(soqls) // 5)
        return self._together(soqls)
