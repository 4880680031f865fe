"""Colour, hatch and marker of each meaning: an outcome, a partner, a layer of the law."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Look:
    """Colour, hatch and marker of one meaning, told apart in greyscale by hatch and marker."""

    colour: str
    hatch: str = ""
    marker: str = "o"


OUTCOMES: dict[str, Look] = {
    "before": Look(GREY, "", "|"),
    "pause": Look(BLACK, "", "D"),
    "agreement": Look(GREEN, "", "o"),
    "uk_style": Look(SKY, "///", "s"),
    "japan_style": Look(BLUE, "\\\\\\", "^"),
    "snapback": Look(ORANGE, "...", "v"),
    "breakdown": Look(VERMILLION, "xxx", "X"),
    "in_force": Look(PURPLE, "---", "P"),
}
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


def look(kind: dict[str, Look], name: str) -> Look:
    """Return how a meaning looks; grey for one without a colour of its own.

    Parameters
    ----------
    kind : dict
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
