"""What a gift needs that is sent without asking the recipient: where to, and what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as Salesforce holds it. country and state: codes or names, whatever is mapped."""

    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether a parcel could get there; not every country has states."""
        return all(part.strip() for part in (self.street, self.city, self.postal_code, self.country))


@dataclass(frozen=True, slots=True)
class LineItem:
    """A variant of the platform's catalogue, and how many of it."""

    variant_id: str
    quantity: int = 1

    def __post_init__(self) -> None:
        if not self.variant_id or self.quantity < 1:
            raise ValueError("a line item needs a variant and a quantity of at least 1")
