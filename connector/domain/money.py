"""Amounts of money: integer minor units and a currency, never a float."""

from dataclasses import dataclass
from decimal import Decimal, DecimalException

# ISO 4217 currencies whose minor unit is not a hundredth; every other one has two digits.
_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}

# What a database's integer of four bytes holds.
_MINOR_UNITS_AT_MOST = 2**31 - 1


class MoneyInvalid(ValueError):
    """The text is not an amount of this currency."""


@dataclass(frozen=True, slots=True)
class Money:
    """minor_units: cents of EUR, yen of JPY. currency: three letters of ISO 4217."""

    minor_units: int
    currency: str

    def __post_init__(self) -> None:
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise MoneyInvalid(f"{self.currency!r} is not a currency of ISO 4217")

    @classmethod
    def parse(cls, amount: str, currency: str) -> "Money":
        """Read "25" or "25.00". Raises MoneyInvalid for other text, parts of a minor unit and negatives."""
        empty = cls(0, currency.strip().upper())
        try:
            scaled = Decimal(amount.strip()).scaleb(empty.digits)
        except DecimalException:
            raise MoneyInvalid(f"{amount!r} is not an amount") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or scaled < 0:
            raise MoneyInvalid(f"{amount!r} is not an amount of {empty.currency}")
        if scaled > _MINOR_UNITS_AT_MOST:
            raise MoneyInvalid(f"{amount!r} is more than can be kept")
        return cls(int(scaled), empty.currency)

    @property
    def digits(self) -> int:
        """How many decimal digits the currency's major unit has."""
        return _DIGITS.get(self.currency, 2)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor_units).scaleb(-self.digits)

    def times(self, count: int) -> "Money":
        return Money(self.minor_units * count, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:.{self.digits}f} {self.currency}"
