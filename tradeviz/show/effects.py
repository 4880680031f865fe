"""Effects of outcomes with their range: one reading for rows, headline and text alternative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tradeviz.law.outcome import TODAY
from tradeviz.partners import called, name
from tradeviz.quantities import Quantity, quantity
from tradeviz.show.columns import MOST, Mark, partner_columns
from tradeviz.show.frame import Frame, finish, said
from tradeviz.show.letters import lowered
from tradeviz.show.palette import ACCENT, INK
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
        title = self.title(cell[1])
        span = f"{self.write(low)} to {self.write(high)}" if low != high else ""
        value = self.quantity.write(base)
        told = f"{name(cell[0])}, {title}: {value}" + (f" ({span})" if span else "")
        figures = (
            (value, span) if any(self.low[c] != self.high[c] for c in self.cells) else (value,)
        )
        group = name(cell[0]) if len(self.partners) > 1 else ""
        quiet = TODAY in self.outcomes and cell[1] != TODAY
        return RangeRow(
            title, low, high, base, figures=figures, said=told, group=group, quiet=quiet
        )

    def title(self, outcome: str) -> str:
        """Return an outcome as its row calls it, with the mark of provisional law."""
        return self.titles[outcome] + (" †" if self.unsure[outcome] else "")

    def write(self, value: float) -> str:
        """Return a change without its unit."""
        return self.quantity.write(value, unit=False)

    def headline(self) -> str:
        """Say which outcome changes most, and for whom."""
        # The United States export nothing to themselves: what is missing changes nothing.
        code, outcome = max(self.cells, key=lambda cell: np.nan_to_num(abs(self.base[cell])))
        value = self.base[code, outcome]
        size = self.quantity.write(abs(value)).lstrip("+")
        label = self.quantity.label
        what = label if label.startswith("US") else label[0].lower() + label[1:]
        if np.isnan(value) or size == self.quantity.write(0.0).lstrip("+"):
            return f"No outcome changes {what}"
        verb = "raises" if value > 0 else "lowers"
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
    """Draw a row for each outcome, a column for each partner: a band, a dot and its figure."""
    rows = [effects.row(cell) for cell in effects.cells]
    beside = ax is None and 1 < len(effects.partners) <= MOST and len(effects.outcomes) > 1
    sheets = _columns(effects) if beside else [
        range_rows(rows, effects.quantity, callouts=Callouts(), ax=ax)
    ]  # fmt: skip
    finish(
        sheets, title=title or effects.headline(), source=source, data=data,
        subtitle=f"{effects.quantity.label}: change against {lowered(against)}, "
        f"{effects.quantity.measured_in}" + ("; one scale" if beside else ""),
        note=note + effects.open_signs(), provisional=any(effects.unsure.values()),
        alt=said([row.said for row in rows]),
    )  # fmt: skip
    return sheets[0].axes


def _columns(effects: Effects) -> list[Frame]:
    """Draw a column for each partner, so that an outcome is one row for all of them."""
    names = [effects.title(outcome) for outcome in effects.outcomes]
    marks = [
        [
            Mark(
                effects.base[cell], effects.write(effects.base[cell]), effects.row(cell).said,
                low=effects.low[cell], high=effects.high[cell],
                colour=ACCENT if cell[1] == TODAY else INK,
            )
            for cell in effects.cells if cell[0] == code
        ]
        for code in effects.partners
    ]  # fmt: skip
    today = [effects.title(outcome) for outcome in effects.outcomes if outcome == TODAY]
    return partner_columns([name(c) for c in effects.partners], names, marks, strong=today)
