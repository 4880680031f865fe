"""Colour, hatch and marker of each meaning: an outcome, a partner, a layer of the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tradeviz.law.outcome import known
from tradeviz.law.outcome_file import Look

TEXT, MUTED, FAINT = "#222222", "#555555", "#bbbbbb"
# Okabe and Ito (2008), Color Universal Design; the yellow is too light for lines on white.
BLUE, SKY, GREEN, ORANGE, VERMILLION, PURPLE, BLACK, GREY = (
    "#0072B2",
    "#56B4E9",
    "#009E73",
    "#E69F00",
    "#D55E00",
    "#CC79A7",
    "#000000",
    "#8c8c8c",
)


class _Outcomes(Mapping[str, Look]):
    """How each outcome is drawn, as the files say that are there now."""

    def __getitem__(self, name: str) -> Look:
        return known()[name].look

    def __iter__(self) -> Iterator[str]:
        return iter(known())

    def __len__(self) -> int:
        return len(known())


OUTCOMES = _Outcomes()
PARTNERS: dict[str, Look] = {
    "GBR": Look(BLUE, "", "o"),
    "AUS": Look(GREEN, "///", "s"),
    "KOR": Look(VERMILLION, "\\\\\\", "^"),
    "IND": Look(ORANGE, "...", "v"),
    "JPN": Look(PURPLE, "xxx", "D"),
}
LAYERS: dict[str, Look] = {
    "mfn": Look("#c8c8c8", ""),
    "reciprocal": Look(BLUE, ""),
    "india_russia_oil": Look("#7fb8d8", "///"),
    "brazil_ieepa": Look("#7fb8d8", "\\\\\\"),
    "fentanyl": Look("#7fb8d8", "..."),
    "s232_autos": Look(VERMILLION, "\\\\\\"),
    "s232_metals": Look("#f0a060", "///"),
    "s232_copper": Look("#f6c9a0", "..."),
    "s232_wood": Look("#f6c9a0", "xxx"),
    "s232_trucks": Look("#f6c9a0", "\\\\\\"),
    "s232_semis": Look("#f6c9a0", "---"),
    "s232_pharma": Look("#f6c9a0", "+++"),
    "s122": Look(GREEN, "..."),
    "s301_forced_labour": Look(PURPLE, "xxx"),
    "s301_brazil": Look("#e3b5cf", "///"),
}
_OTHER = Look(GREY, "", "o")


def look(kind: Mapping[str, Look], name: str) -> Look:
    """Return how a meaning looks; grey for one without a colour of its own.

    Parameters
    ----------
    kind : mapping
        `OUTCOMES`, `PARTNERS` or `LAYERS`.
    name : str
        Its name.

    Returns
    -------
    Look
        Colour, hatch and marker.

    Examples
    --------
    >>> look(PARTNERS, "JPN").colour
    '#CC79A7'
    """
    return kind.get(name, _OTHER)
