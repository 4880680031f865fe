"""Commands that put the law to trade: exposure, competitors, path, rates, explain."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from tradeviz.cli.words import Answer, items_of, named_numbers, outcome_of, outcomes_of, partners_of


def exposure_command(given: argparse.Namespace) -> Answer:
    """Return duty and rates of partners under outcomes."""
    from tradeviz.trade.exposure import exposure

    return exposure(
        outcomes_of(given.outcome),
        on=given.on,
        partners=partners_of(given.partners),
        by=given.by,
        ordinary=given.ordinary,
    )


def competitors_command(given: argparse.Namespace) -> Answer:
    """Return a partner's rate beside that of its competitors."""
    from tradeviz.trade.competitors import competitors

    return competitors(
        outcome_of(given.outcome, "--outcome"),
        on=given.on,
        partners=partners_of(given.partners),
        by=given.by,
        ordinary=given.ordinary,
    )


def collected_command(given: argparse.Namespace) -> Answer:
    """Return the account from law to duty collected."""
    from tradeviz.partners import FOCUS
    from tradeviz.trade.collected import collected

    partners = partners_of(given.partners)
    return collected(FOCUS if partners is None else partners, given.since, by=given.by)


def path_command(given: argparse.Namespace) -> Answer:
    """Return the rate by layer on the days the law changed."""
    from tradeviz.trade.exposure import exposure_path

    dates = None if given.on is None else items_of(given.on)
    return exposure_path(dates, partners_of(given.partners), ordinary=given.ordinary)


def rates_command(given: argparse.Namespace) -> Answer:
    """Return a row per trade line."""
    from tradeviz.law.outcome import outcome

    end = outcome(outcome_of(given.outcome, "--outcome"))
    return end.schedule(given.on).rates(partners_of(given.partners), ordinary=given.ordinary)


def explain_command(given: argparse.Namespace) -> Answer:
    """Return why a good pays what it pays."""
    from tradeviz.law.explain import explain
    from tradeviz.law.outcome import outcome

    end = outcome(outcome_of(given.outcome, "--outcome"))
    table = explain(
        given.partner,
        given.hs10,
        given.on,
        outcome=end,
        ordinary=given.ordinary,
        as_known_on=given.as_known_on,
        conditions=given.conditions,
        details=given.details,
    )
    if given.format != "table":
        return table
    about = table.attrs
    lines = [
        f"{about['partner']} {about['hs10']} {about['description']}",
        f"{about['outcome']}, law of {about['on']}: {about['total_rate']:.4f} of the value in all",
        "",
    ]
    for row in table.to_dict("records"):
        mark = "*" if row["applies"] else " "
        rate = f"{row['rate']:.4f}" if row["applies"] else "     -"
        lines.append(f"{mark} {row['layer']:<19} {rate}  {row['measure'] or row['title']}")
        lines.append(f"{'':29}{row['reason']}")
        if row["applies"]:
            note = "; provisional" if row["provisional"] else ""
            lines.append(f"{'':29}{row['reference']}{note}")
            lines += _cited(row)
    lines += ["", "* applies; rates are fractions of the line's value"]
    return "\n".join(lines)


def _cited(row: Mapping[Any, Any]) -> list[str]:
    """Return instrument, Federal Register number and quote of a row, as far as it has them."""
    place = "; ".join(row[name] for name in ("instrument", "federal_register", "url") if row[name])
    quote = [f'{"":29}"{row["quote"]}"'] if row["quote"] else []
    return [f"{'':29}{place}", *quote] if place else quote


def entry_command(given: argparse.Namespace) -> Answer:
    """Return the duty of one customs entry, heading by heading."""
    from tradeviz.law.entry import CLAIMS, entry

    table = entry(
        given.partner,
        given.hs10,
        given.value,
        given.on,
        claims=items_of(given.claims or ""),
        quantity=named_numbers(given.quantity, "--quantity", "UNIT=NUMBER, as kg=21000"),
        content=given.content,
        as_known_on=given.as_known_on,
    )
    if given.format != "table":
        return table
    about = table.attrs
    lines = [
        f"{about['partner']} {about['hs10']} {about['description']}",
        f"entry of {about['on']}, value {given.value:,.2f} USD, claims: "
        f"{', '.join(about['claims']) or 'none'}",
        "",
    ]
    for row in table.to_dict("records"):
        note = "; provisional" if row["provisional"] else ""
        lines.append(f"{row['heading']:<12} {row['rate']:>8.4f} {row['duty_usd']:>16,.2f}  "
                     f"{row['title']}")  # fmt: skip
        lines.append(f"{'':39}{row['reference']}{note}")
    lines.append(f"{'total':<12} {about['total_rate']:>8.4f} {about['total_usd']:>16,.2f}")
    lines += [
        f"{change:+,.2f} USD with claim '{name}': {CLAIMS[name]}"
        for name, change in about["would_change"].items()
    ]
    return "\n".join(lines)
