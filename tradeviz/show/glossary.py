"""Short forms that a page uses, each said once."""

from __future__ import annotations

import re
from html import unescape

from tradeviz.datasets import load

FORMS = {
    "CRPS": "continuous ranked probability score",
    "EO": "executive order",
    "EU": "European Union",
    "GDP": "gross domestic product",
    "HS": "Harmonized System of goods",
    "HTS": "Harmonized Tariff Schedule of the United States",
    "KORUS": "trade agreement of South Korea and the United States",
    "MFN": "most favoured nation, the ordinary duty",
    "NAICS": "North American classification of industries",
    "NBER": "National Bureau of Economic Research",
    "OECD": "Organisation for Economic Co-operation and Development",
    "TOML": "a form of text file for settings",
    "UAE": "United Arab Emirates",
    "USA": "United States",
    "USMCA": "trade agreement of the United States, Mexico and Canada",
}
_HIDDEN = re.compile(r"<(svg|style|script|pre)\b.*?</\1>|<a [^>]*\bdownload=.*?</a>|<[^>]+>", re.S)
_FORM = re.compile(r"\b[A-Z]{2,}\b")


def used(text: str) -> list[str]:
    """Return the short forms of a text, in the order of the alphabet."""
    return sorted(set(_FORM.findall(text)))


def short_forms(html: str) -> str:
    """Return the short forms that a page uses and does not say itself, with their meaning.

    Parameters
    ----------
    html : str
        What the page shows.

    Returns
    -------
    str
        One sentence; empty when there is none.

    Examples
    --------
    >>> short_forms("<p>In percent of GDP; the European Union (EU) counts once.</p>")
    'Short forms: GDP is gross domestic product.'
    """
    text = unescape(_HIDDEN.sub(" ", html))
    names = load("partners").set_index("partner")["short_name"].to_dict()
    known = {str(code): str(name) for code, name in names.items()} | FORMS
    parts = [
        f"{form} is {known[form]}"
        for form in used(text)
        if known.get(form, form) != form and f"({form})" not in text
    ]
    return f"Short forms: {'; '.join(parts)}." if parts else ""
