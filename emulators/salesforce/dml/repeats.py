"""Upserts of one call that name the same external id: none of them is carried out.

Which of the two should count could not be told. Source: Apex Developer Guide, upserting records; and
https://salesforce.stackexchange.com/questions/296121, where records are looked at in groups of 200.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from emulators.salesforce.dml.operations import Operation, OperationKind
from emulators.salesforce.errors import SalesforceError

AT_ONCE = 200


def repeated(operations: Sequence[Operation], key_of: Callable[[Operation], Hashable]) -> set[int]:
    """The places of the upserts whose key another one of their group has. key_of: None for no key."""
    places: set[int] = set()
    for first in range(0, len(operations), AT_ONCE):
        keys = {
            place: key_of(operation)
            for place, operation in enumerate(operations[first : first + AT_ONCE], first)
            if operation.kind is OperationKind.UPSERT
        }
        often = Counter(keys.values())
        places |= {place for place, key in keys.items() if key is not None and often[key] > 1}
    return places


def duplicate_key(operation: Operation) -> SalesforceError:
    """The refusal of one of them."""
    message = f"Duplicate external id specified: {operation.external_id}"
    return SalesforceError("DUPLICATE_VALUE", message, fields=(operation.external_id_field,))
