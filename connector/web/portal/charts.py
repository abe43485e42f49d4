"""Bar charts as SVG, drawn here so that pages need no script and no inline style.

A chart is geometry; the template writes it, with its title, its description and the same numbers as a table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connector.domain.money import Money
from connector.services.gifts.dashboard import Series

WIDTH, HEIGHT = 600, 160
_LEFT, _TOP, _BOTTOM = 64, 10, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """In the units of the drawing. label and shown: what it stands for and how much, in words."""

    x: float
    y: float
    width: float
    height: float
    label: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """chart_id: one for each chart of a page. ticks: y and label of each line across."""

    chart_id: str
    title: str
    description: str
    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def bar_chart(chart_id: str, series: Series, shown: Callable[[int], str] = str) -> Chart:
    """shown: a value in words, such as an amount of money."""
    top = _round_up(max(series.values, default=0))
    room = HEIGHT - _TOP - _BOTTOM
    step = (WIDTH - _LEFT) / max(1, len(series.values))
    bars = [
        Bar(
            x=round(_LEFT + number * step + step * 0.1, 2),
            y=round(_TOP + room * (1 - value / top), 2),
            width=round(step * 0.8, 2),
            height=round(room * value / top, 2),
            label=f"{start:%Y-%m-%d}",
            shown=shown(value),
        )
        for number, (start, value) in enumerate(zip(series.starts, series.values, strict=True))
    ]
    best = max(bars, key=lambda bar: bar.height) if series.total else None
    most = f"Most in the span from {best.label}: {best.shown}. " if best else ""
    span = f"From {bars[0].label} to {bars[-1].label}. " if bars else ""
    return Chart(
        chart_id=chart_id,
        title=f"{series.name}: {shown(series.total)}",
        description=f"{span}{most}The numbers follow as a table.",
        bars=bars,
        ticks=[(round(_TOP + room * (1 - part), 2), shown(round(top * part))) for part in (0, 0.5, 1)],
    )


def amounts(currency: str) -> Callable[[int], str]:
    """How minor units of a currency are shown."""
    return lambda minor_units: str(Money(minor_units, currency))


def _round_up(value: int) -> int:
    """The next even number of one leading digit: the lines across get round labels."""
    magnitude = int("1".ljust(len(str(value)), "0"))
    return next(step * magnitude for step in (2, 4, 6, 8, 10) if step * magnitude >= value)
