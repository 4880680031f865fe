"""The row of a measure and of an exemption, so that every module of the registry writes alike."""

from __future__ import annotations

from typing import Any

from law.sources import cite

Row = dict[str, Any]
OPEN = ""
"""No last day is known."""


def measure(
    name: str,
    title: str,
    *,
    layer: str,
    partners: str,
    rate: float,
    start: str,
    end: str = OPEN,
    scope: str = "all",
    rule: str = "add",
    reference: str,
    sources: tuple[str, ...],
    except_partners: str = "",
    nets: str = "",
    value_share: str = "",
    quota_share: float | str = "",
    why: str = "",
) -> Row:
    """Return one dated measure; a reason (`why`) makes it provisional."""
    return {
        "measure": name,
        "layer": layer,
        "title": title,
        "partners": partners,
        "except_partners": except_partners,
        "scope": scope,
        "rule": rule,
        "rate": rate,
        "nets": nets or ("ordinary" if rule == "ceiling" else ""),
        "value_share": value_share,
        "quota_share": quota_share,
        "start": start,
        "end": end,
        "reference": reference,
        "source": cite(*sources),
        "provisional": bool(why),
        "why": why,
    }


def exemption(
    name: str,
    layer: str,
    scope: str,
    *,
    start: str,
    end: str = OPEN,
    partners: str = "all",
    reference: str,
    sources: tuple[str, ...],
    why: str = "",
) -> Row:
    """Return one dated exemption from every measure of a layer."""
    return {
        "exemption": name,
        "layer": layer,
        "partners": partners,
        "scope": scope,
        "start": start,
        "end": end,
        "reference": reference,
        "source": cite(*sources),
        "provisional": bool(why),
        "why": why,
    }
