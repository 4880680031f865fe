"""Short forms and laws that a page names, each said once."""

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
LAWS = {
    "reciprocal|country rates?": "The reciprocal duty, or country rate, was set for each country "
    "on most goods in April 2025 and ended in February 2026.",
    "emergency dut(?:y|ies)": "Emergency duties rested on the International Emergency Economic "
    "Powers Act, until the Supreme Court ruled in February 2026 that it allows none.",
    "section 122": "Section 122 of the Trade Act of 1974 allows up to 15\u00a0% for 150 days "
    "against a deficit in the balance of payments.",
    "section 232": "Section 232 of the Trade Expansion Act of 1962 allows duties on products, such "
    "as steel and cars, for national security.",
    "section 301": "Section 301 of the Trade Act of 1974 answers practices held to be unfair: of "
    "China since 2018, of Brazil and, over forced labour, of 60 economies since July 2026.",
    "snapback": "Snapback: the pause ends and the April list of rates for each country is back.",
}
"""How pages name a law or its return, as a pattern -> what it is, in one sentence."""

_HIDDEN = re.compile(r"<(svg|style|script|pre)\b.*?</\1>|<a [^>]*\bdownload=.*?</a>|<[^>]+>", re.S)
_MARKUP = re.compile(r"<(style|script|pre)\b.*?</\1>|<[^>]+>", re.S)
_FORM = re.compile(r"\b[A-Z]{2,}\b")


def used(text: str) -> list[str]:
    """Return the short forms of a text, in the order of the alphabet."""
    return sorted(set(_FORM.findall(text)))


def short_forms(html: str) -> str:
    """Return the short forms that a page uses and does not say itself, and the laws it names.

    Parameters
    ----------
    html : str
        What the page shows; laws count in drawings too.

    Returns
    -------
    str
        A sentence on the forms and one on each law; empty when there is none.

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
    forms = [f"Short forms: {'; '.join(parts)}."] if parts else []
    named = unescape(_MARKUP.sub(" ", html)).replace("\u00a0", " ")
    laws = [said for law, said in LAWS.items() if re.search(rf"\b(?:{law})\b", named, re.I)]
    return " ".join(forms + laws)
