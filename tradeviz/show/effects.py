"""Effects of outcomes with their range: one reading for rows, headline and text alternative."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.partners import called, name
from tradeviz.quantities import Quantity
from tradeviz.show.frame import Frame
from tradeviz.show.rows import Callouts, RangeRow, range_rows

Cell = tuple[str, str]


@dataclass(frozen=True)
class Effects:
    """Lowest, stated and highest value by (partner, outcome), and which outcomes are unsure."""

    partners: list[str]
    outcomes: list[str]
    low: dict[Cell, float]
    base: dict[Cell, float]
    high: dict[Cell, float]
    unsure: dict[str, bool]
    titles: dict[str, str]
    quantity: Quantity

    @property
    def cells(self) -> list[Cell]:
        """Return all (partner, outcome), in the order of the rows."""
        return [(code, outcome) for code in self.partners for outcome in self.outcomes]

    def row(self, cell: Cell) -> RangeRow:
        """Return what is drawn of a partner and outcome."""
        low, base, high = (part[cell] for part in (self.low, self.base, self.high))
        title = self.titles[cell[1]] + (" †" if self.unsure[cell[1]] else "")
        span = f"{self._write(low)} to {self._write(high)}" if low != high else ""
        value = self.quantity.write(base)
        told = f"{name(cell[0])}, {title}: {value}" + (f" ({span})" if span else "")
        figures = (
            (value, span) if any(self.low[c] != self.high[c] for c in self.cells) else (value,)
        )
        group = name(cell[0]) if len(self.partners) > 1 else ""
        return RangeRow(title, low, high, base, figures=figures, said=told, group=group)

    def _write(self, value: float) -> str:
        return self.quantity.write(value, unit=False)

    def spoken(self) -> list[str]:
        """Return what each row says, for the text alternative."""
        return [self.row(cell).said for cell in self.cells]

    def headline(self) -> str:
        """Say which outcome changes most, and for whom."""
        code, outcome = max(self.cells, key=lambda cell: abs(self.base[cell]))
        value = self.base[code, outcome]
        size = self.quantity.write(abs(value)).lstrip("+")
        verb = "raises" if value > 0 else "lowers"
        label = self.quantity.label
        what = label if label.startswith("US") else label[0].lower() + label[1:]
        return f"{self.titles[outcome]} {verb} {what} most for {called(code)}, by {size}"

    def open_signs(self) -> str:
        """Say in how many rows zero lies inside the range."""
        count = sum(self.low[cell] < 0 < self.high[cell] for cell in self.cells)
        return f"The sign is open in {count} of {len(self.cells)} cases." if count else ""


def by_cell(values: pd.Series[float]) -> dict[Cell, float]:
    """Return a column with index (partner, outcome) as a dict."""
    keys = ((str(key[0]), str(key[1])) for key in values.index)
    return dict(zip(keys, values.astype(float), strict=True))


def effect_rows(effects: Effects, *, ax: Axes | None = None) -> Frame:
    """Draw a row for each partner and outcome: a band, a dot and both in figures."""
    rows = [effects.row(cell) for cell in effects.cells]
    return range_rows(rows, effects.quantity, callouts=Callouts(), ax=ax)
