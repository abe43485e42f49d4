"""Record Ids: three characters of key prefix, twelve of sequence, three of checksum."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def to_18(record_id: str) -> str:
    """Widen a 15-character Id; an 18-character one gets its checksum restored from its capitals.

    Raises ValueError when the text has another length or foreign characters.
    """
    if len(record_id) not in {15, 18} or any(c not in _ALPHABET for c in record_id):
        raise ValueError(record_id)
    base = record_id[:15]
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << i for i, c in enumerate(base[start : start + 5]) if c.isupper())
        suffix += _CHECKSUM[bits]
    return base + suffix


def make_id(key_prefix: str, sequence: int) -> str:
    """The sequence-th Id of an object, 18 characters."""
    digits = ""
    number = sequence
    while number:
        number, rest = divmod(number, 62)
        digits = _ALPHABET[rest] + digits
    return to_18(key_prefix + digits.rjust(12, "0"))
