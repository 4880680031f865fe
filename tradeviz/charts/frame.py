"""What chart functions share: axes to draw on, choices to check, numbers to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tradeviz.errors import ArgumentError, nearest
from tradeviz.law.outcome import title_of
from tradeviz.partners import name
from tradeviz.style import PROVISIONAL, WIDTH, billion, figure_of, percent
from tradeviz.tables.display import need

MEASURES = {
    "effective_rate": "Effective rate: duty over imports, percent",
    "added_rate": "Added duty over imports, percent",
    "base_rate": "Duty paid in 2024 over imports, percent",
    "gdp_share": "Added duty over GDP, percent",
    "export_share": "Added duty over goods exports to the world, percent",
    "us_export_share": "Added duty over goods exports to the United States, percent",
    "added_duty_usd": "Added duty, billion US dollars a year",
}

FITTED = "room for labels"
"""Label of axes whose limits follow from the width of letters."""


def chosen(value: str, name: str, allowed: Sequence[str]) -> str:
    """Return a choice, or say what is allowed.

    Parameters
    ----------
    value : str
        What was given.
    name : str
        Name of the argument.
    allowed : sequence of str
        What it may be.

    Returns
    -------
    str
        The value.

    Raises
    ------
    ArgumentError
        For anything else, with the nearest match.

    Examples
    --------
    >>> chosen("added_rate", "measure", tuple(MEASURES))
    'added_rate'
    """
    if value not in allowed:
        raise ArgumentError(
            "not a choice",
            field=name,
            value=value,
            allowed=allowed,
            nearest=nearest(value, allowed),
        )
    return value


def several(partners: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """Return the partners to draw.

    Parameters
    ----------
    partners : sequence of str or None
        Codes, or None for all that the table has.
    known : sequence of str
        What the table has.

    Returns
    -------
    list of str
        Codes without repeats.

    Raises
    ------
    ArgumentError
        For one that the table does not have, or none at all.

    Examples
    --------
    >>> several(["JPN"], ["KOR", "JPN"])
    ['JPN']
    """
    wanted = [partners] if isinstance(partners, str) else partners
    codes = [chosen(code, "partners", known) for code in (known if wanted is None else wanted)]
    if not codes:
        raise ArgumentError("no partner given", field="partners", allowed=known)
    return list(dict.fromkeys(codes))


def canvas(ax: Axes | None, height: float) -> tuple[Figure, Axes]:
    """Return the axes to draw on, new ones in the project's width when none are given.

    Parameters
    ----------
    ax : Axes or None
        The caller's.
    height : float
        Height of a new figure in inches.

    Returns
    -------
    tuple of Figure and Axes
        Where to draw.

    Examples
    --------
    >>> figure, axes = canvas(None, 3.0)
    >>> float(figure.get_size_inches()[1])
    3.0
    >>> plt.close(figure)
    """
    if ax is not None:
        ax.spines[["top", "right"]].set_visible(False)
        return figure_of(ax), ax
    figure, made = plt.subplots(figsize=(WIDTH, height))
    return figure, made


def written(value: float, measure: str, digits: int = 1) -> str:
    """Return a value of a measure as label text.

    Parameters
    ----------
    value : float
        A fraction or US dollars.
    measure : str
        A key of `MEASURES`.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Percent without its sign, or billions; ``n/a`` for a missing value.

    Examples
    --------
    >>> written(0.1234, "added_rate"), written(2.5e9, "added_duty_usd")
    ('12.3', '2.5')
    """
    text = (billion if measure.endswith("_usd") else percent)(value, digits)
    return text.removesuffix(" %")


def points(value: float, digits: int = 1) -> str:
    """Return a difference of rates in percentage points, with a true minus and no minus zero.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        Digits after the point.

    Returns
    -------
    str
        Text such as ``+1.2`` or ``−0.3``; ``0.0`` has no sign.

    Examples
    --------
    >>> points(0.0123), points(-0.00001)
    ('+1.2', '0.0')
    """
    return percent(value, digits, sign=True).removesuffix(" %")


def day_text(day: object) -> str:
    """Return a date as running text writes it.

    Parameters
    ----------
    day : str, date or Timestamp
        A day.

    Returns
    -------
    str
        Day, month, year, in English whatever the locale.

    Examples
    --------
    >>> day_text("2025-04-09")
    '9 April 2025'
    """
    stamp = pd.Timestamp(str(day))
    return f"{stamp.day} {month_text(stamp)}"


def month_text(day: object) -> str:
    """Return the month of a date as running text writes it.

    Parameters
    ----------
    day : str, date or Timestamp
        A day.

    Returns
    -------
    str
        Month and year, in English whatever the locale.

    Examples
    --------
    >>> month_text("2025-04-09")
    'April 2025'
    """
    stamp = pd.Timestamp(str(day))
    return f"{stamp.month_name()} {stamp.year}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : sequence of str
        Any number.

    Returns
    -------
    str
        ``a, b and c``; ``none`` for no word.

    Examples
    --------
    >>> listed(["Korea", "India", "Japan"]), listed([])
    ('Korea, India and Japan', 'none')
    """
    if not words:
        return "none"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True)
class Cells:
    """One measure of an exposure table by partner and outcome.

    Attributes
    ----------
    flat : DataFrame
        The table, keys as columns.
    ends, codes : list of str
        Outcomes and partners in the order of the table.
    values, unsure : dict
        (partner, outcome) -> value, and share of the added duty that rests on provisional law.
    titles : dict
        Outcome -> title.
    days : str
        The days of the law, for the subtitle; empty when the table does not say.
    """

    flat: pd.DataFrame
    ends: list[str]
    codes: list[str]
    values: dict[tuple[str, str], float]
    unsure: dict[tuple[str, str], float]
    titles: dict[str, str]
    days: str

    @property
    def provisional(self) -> bool:
        """Whether any value carries the mark."""
        return any(share >= PROVISIONAL for share in self.unsure.values())

    def mark(self, code: str, end: str) -> str:
        """Return the mark of provisional law, or nothing."""
        return " †" if self.unsure[code, end] >= PROVISIONAL else ""

    @property
    def biggest(self) -> float:
        """The largest value."""
        return max(value for value in self.values.values() if not pd.isna(value))


def cells(exposure: pd.DataFrame, measure: str) -> Cells:
    """Read one measure of an exposure table.

    Parameters
    ----------
    exposure : DataFrame
        From `tradeviz.exposure`, without `by`.
    measure : str
        A key of `MEASURES`.

    Returns
    -------
    Cells
        The values by partner and outcome.

    Raises
    ------
    ArgumentError
        For an unknown measure, a missing column, an empty table, a table split further, a partner
        without one of the outcomes, or no value at all.

    Examples
    --------
    >>> table = pd.DataFrame({"outcome": ["pause"], "partner": ["JPN"], "added_rate": [0.13],
    ...                       "provisional_share": [0.0]})
    >>> cells(table, "added_rate").values
    {('JPN', 'pause'): 0.13}
    """
    chosen(measure, "measure", tuple(MEASURES))
    flat = need(exposure, ("outcome", "partner", measure, "provisional_share"))
    keys = list(zip(flat["partner"].astype(str), flat["outcome"].astype(str), strict=True))
    codes = list(dict.fromkeys(code for code, _ in keys))
    ends = list(dict.fromkeys(end for _, end in keys))
    if len(set(keys)) < len(keys):
        raise ArgumentError(
            "a partner and outcome stand there twice",
            field="exposure",
            allowed="a table that is not split by product, sector or layer",
        )
    missing = [(code, end) for code in codes for end in ends if (code, end) not in set(keys)]
    if missing:
        raise ArgumentError(
            f"no row for {name(missing[0][0])} under {missing[0][1]}", field="exposure"
        )
    values = flat[measure].astype(float)
    if values.isna().all():
        raise ArgumentError("the table has no value of this measure", field=measure)
    titles = exposure.attrs.get("titles", {})
    return Cells(
        flat=flat,
        ends=ends,
        codes=codes,
        values=dict(zip(keys, values, strict=True)),
        unsure=dict(zip(keys, flat["provisional_share"].astype(float), strict=True)),
        titles={end: titles.get(end, title_of(end)) for end in ends},
        days=_law(exposure.attrs.get("days", {}), ends),
    )


def _law(days: Mapping[str, str], ends: Sequence[str]) -> str:
    """Say on which days of the law outcomes are built."""
    base = {days[end] for end in ends if end in days and end not in ("before", "in_force")}
    parts = [f"law of {day_text(base.pop())}"] if len(base) == 1 else []
    if "in_force" in ends and "in_force" in days:
        parts.append(f"law in force: {day_text(days['in_force'])}")
    return ", ".join(parts)
