"""What people type into the forms of GiftSync, read and judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from connector.domain.delivery import LineItem
from connector.domain.money import Money, MoneyInvalid
from connector.domain.schedule import Cadence

HOURS = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
CADENCES = [
    (Cadence.DAILY.value, "Daily"),
    (Cadence.HOURLY.value, "Hourly"),
    (Cadence.MANUAL.value, "Only by hand"),
]
_DEFAULT_HOUR = "6"
_FIELDS = ("campaign", "gift_campaign", "value", "currency", "variants", "duplicates", "cadence", "hour")


@dataclass
class LinkForm:
    """values: as typed, to be shown again. errors: by field; empty where the form may be carried out.

    items: variants that are sent directly, as VARIANT or VARIANT=QUANTITY, separated by commas.
    allow_duplicates: whether members who share an e-mail address get a gift each.
    """

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    account_id: str = ""
    gift_campaign_id: str = ""
    value: Money = field(default_factory=lambda: Money(0, "EUR"))
    items: tuple[LineItem, ...] = ()
    allow_duplicates: bool = False

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "LinkForm":
        found = cls({name: form.get(name, "").strip() for name in _FIELDS})
        found.allow_duplicates = bool(found.values["duplicates"])
        found._read_gift_campaign()
        found._read_value()
        found._read_items()
        return found

    def _read_gift_campaign(self) -> None:
        account_id, _, gift_campaign_id = self.values["gift_campaign"].partition("|")
        if not account_id or not gift_campaign_id:
            self.errors["gift_campaign"] = "Choose what the members are sent."
        self.account_id, self.gift_campaign_id = account_id, gift_campaign_id

    def _read_value(self) -> None:
        try:
            self.value = Money.parse(self.values["value"], self.values["currency"])
        except MoneyInvalid as problem:
            wrong = "currency" if "currency" in str(problem) else "value"
            self.errors[wrong] = f"{problem}."

    def _read_items(self) -> None:
        try:
            self.items = tuple(_item(text) for text in self.values["variants"].split(",") if text.strip())
        except ValueError:
            self.errors["variants"] = "Write each as VARIANT or VARIANT=QUANTITY, separated by commas."


@dataclass
class ScheduleForm:
    """A cadence and an hour. errors: by field."""

    cadence: Cadence = Cadence.MANUAL
    at: time = time(6)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "ScheduleForm":
        found = cls()
        try:
            found.cadence = Cadence(form.get("cadence", ""))
        except ValueError:
            found.errors["cadence"] = "Choose when GiftSync begins."
        hour = form.get("hour", _DEFAULT_HOUR)
        if hour in dict(HOURS):
            found.at = time(int(hour))
        else:
            found.errors["hour"] = "Choose an hour of the day."
        return found


def _item(text: str) -> LineItem:
    variant, _, quantity = text.strip().partition("=")
    return LineItem(variant.strip(), int(quantity or 1))


def page_number(text: str) -> int:
    """From 1; the first for what is no number."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
