"""Effects of outcomes with their range: one reading for rows, headline and text alternative."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from tradeviz.partners import called, name
from tradeviz.quantities import Quantity, quantity
from tradeviz.show.frame import finish, said
from tradeviz.show.letters import lowered
from tradeviz.show.reading import PROVISIONAL, title_in
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

    def headline(self) -> str:
        """Say which outcome changes most, and for whom."""
        code, outcome = max(self.cells, key=lambda cell: abs(self.base[cell]))
        value = self.base[code, outcome]
        size = self.quantity.write(abs(value)).lstrip("+")
        verb = "raises" if value > 0 else "lowers"
        label = self.quantity.label
        what = label if label.startswith("US") else label[0].lower() + label[1:]
        return f"{self.titles[outcome]} {verb} {what} most for {called(code)}, by {size}"

    @property
    def open(self) -> list[Cell]:
        """Return the cells in whose range zero lies."""
        return [cell for cell in self.cells if self.low[cell] < 0 < self.high[cell]]

    def open_signs(self) -> str:
        """Say in how many rows zero lies inside the range."""
        return f"The sign is open in {len(self.open)} of {len(self.cells)} cases." * bool(self.open)


def effects_of(flat: pd.DataFrame, measure: str, table: pd.DataFrame) -> Effects:
    """Read a change by partner and outcome: ends of its draws, else the ends of a cell's rows."""
    flat = flat.astype({"partner": str, "outcome": str})
    drawn = f"{measure}_low" in flat
    low, base, high = (
        flat.groupby(["partner", "outcome"], sort=False)[f"{measure}_{word}" if drawn else measure]
        for word in ("low", "central", "high")
    )
    unsure = flat.groupby("outcome")["provisional_share"].max() >= PROVISIONAL
    outcomes = list(dict.fromkeys(flat["outcome"]))
    return Effects(
        partners=list(dict.fromkeys(flat["partner"])), outcomes=outcomes,
        low=_by_cell(low.min()), base=_by_cell(base.first()), high=_by_cell(high.max()),
        unsure={outcome: bool(unsure[outcome]) for outcome in outcomes},
        titles={outcome: title_in(table, outcome) for outcome in outcomes},
        quantity=quantity(measure),
    )  # fmt: skip


def _by_cell(values: pd.Series[float]) -> dict[Cell, float]:
    return {(str(key[0]), str(key[1])): float(value) for key, value in values.items()}  # type: ignore[index]


def effect_chart(
    effects: Effects, *, against: str, source: str, note: str, data: pd.DataFrame,
    title: str | None, ax: Axes | None,
) -> Axes:  # fmt: skip
    """Draw a row for each partner and outcome: a band, a dot and both in figures."""
    rows = [effects.row(cell) for cell in effects.cells]
    sheet = range_rows(rows, effects.quantity, callouts=Callouts(), ax=ax)
    finish(
        sheet, title=title or effects.headline(), source=source, data=data,
        subtitle=f"{effects.quantity.label}: change against {lowered(against)}, "
        f"{effects.quantity.measured_in}",
        note=note + effects.open_signs(), provisional=any(effects.unsure.values()),
        alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheet.axes
