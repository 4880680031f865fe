"""Colours by role: one accent for what is looked at, greys for the rest, a family for the law."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Colour(NamedTuple):
    """One role on light and on dark ground; a page calls it ``--tv-ROLE``."""

    light: str
    dark: str


ROLES = MappingProxyType(
    {
        "paper": Colour("#ffffff", "#15181d"),
        "ink": Colour("#1a1a1f", "#e8eaee"),
        # Letters on a light colour, whatever the ground of the page.
        "coal": Colour("#17171b", "#17171b"),
        "muted": Colour("#565d6b", "#a6aebb"),
        "rule": Colour("#e4e7ec", "#2b313a"),
        "band": Colour("#d3d9e1", "#3b434f"),
        "grey": Colour("#838b98", "#8590a0"),
        "accent": Colour("#b0124f", "#ff6f9f"),
        "soft": Colour("#e6a3bd", "#7d3352"),
        # The law, by family; ordinary duty is no event and stays grey.
        "law-ordinary": Colour("#c3c9d2", "#98a1ae"),
        "law-emergency": Colour("#2a5b88", "#69a4da"),
        "law-cars": Colour("#cf7f22", "#e69a3d"),
        "law-metals": Colour("#e8b866", "#f3d59a"),
        "law-s122": Colour("#4c9d95", "#62b9b0"),
        "law-s301": Colour("#75589f", "#b59fe2"),
        "law-other": Colour("#8f96a2", "#8a93a1"),
        # Steps of a scale: from nothing to much, and below nothing.
        "scale-0": Colour("#f3f4f6", "#222831"),
        "scale-1": Colour("#f6e0e8", "#38222d"),
        "scale-2": Colour("#ebbdce", "#5b2c42"),
        "scale-3": Colour("#dc8dae", "#8d3a5e"),
        "scale-4": Colour("#a82c60", "#e679a5"),
        "scale-5": Colour("#74103a", "#ffb0cb"),
        "below-1": Colour("#dbe6f1", "#1f2d3c"),
        "below-2": Colour("#a3c0dc", "#2f4f6f"),
        "below-3": Colour("#2f679c", "#7fb6e8"),
    }
)

PAPER, INK, MUTED, RULE, BAND, GREY, ACCENT, SOFT = (
    ROLES[role].light
    for role in ("paper", "ink", "muted", "rule", "band", "grey", "accent", "soft")
)
COAL = ROLES["coal"].light
SCALE = tuple(ROLES[f"scale-{step}"].light for step in range(6))
BELOW = tuple(ROLES[f"below-{step}"].light for step in (1, 2, 3))

# Layers of one law share a colour, so that a reader tells a few apart and not fifteen.
FAMILIES: dict[str, tuple[str, str]] = {
    "ordinary": ("Ordinary duty", "law-ordinary"),
    "emergency": ("Emergency duties", "law-emergency"),
    "s122": ("Section 122", "law-s122"),
    "s301": ("Section 301", "law-s301"),
    "cars": ("Cars and parts", "law-cars"),
    "products": ("Metals and other products", "law-metals"),
    "other": ("Other", "law-other"),
}
"""Family of the law -> title and role of its colour, in the order they are stacked."""


def family(layer: str, group: str = "") -> str:
    """Return the family of a layer of the law, from its name and its group in the law's table."""
    if layer == "mfn":
        return "ordinary"
    if layer == "s232_autos":
        return "cars"
    if group == "ieepa":
        return "emergency"
    for start, own in (("s232", "products"), ("s122", "s122"), ("s301", "s301")):
        if layer.startswith(start):
            return own
    return "other"


def law_colour(name: str) -> str:
    """Return the colour of a family of the law on light ground."""
    return ROLES[FAMILIES[name][1]].light


def on(colour: str) -> str:
    """Return the colour of text on a step of a scale or on a law."""
    if colour in (*SCALE[4:], BELOW[2], ACCENT, law_colour("emergency"), law_colour("s301")):
        return PAPER
    return COAL if colour in map(law_colour, FAMILIES) else INK


def variables(dark: bool = False) -> str:
    """Return the roles as CSS declarations, for the root of a page."""
    return ";".join(f"--tv-{role}:{pair[dark]}" for role, pair in ROLES.items())
