"""Long lists of values, cut so that a statement stays under the databases' limits of bound parameters."""

from collections.abc import Iterator, Sequence

_PARAMETERS = 500


def in_batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values in runs of at most 500."""
    for start in range(0, len(values), _PARAMETERS):
        yield values[start : start + _PARAMETERS]
