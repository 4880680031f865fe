"""Commands that ask the public services: refresh the data, list what the law has changed."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

from tradeviz.cli.words import Answer
from tradeviz.errors import ArgumentError, choose

TOPICS = ("duties", "balances", "weights", "tariff", "sizes", "law")


def refresh_command(given: argparse.Namespace) -> Answer:
    """Refresh the data folder; return the exit code, or the list that was asked for."""
    from tradeviz.datasets import DATA
    from tradeviz.refresh.client import Manners
    from tradeviz.refresh.run import Settings, plan, refresh, revisions

    into = (given.into or DATA).resolve()
    if given.show_revisions:
        return revisions(into)
    only = [word.strip() for word in (given.only or ",".join(TOPICS)).split(",")]
    settings = Settings(
        only=[choose(word, TOPICS, "--only") for word in only],
        since=_month(given.since, "--since"),
        into=into,
        base_url=given.base_url,
        replies=given.replies,
        manners=Manners(pause=given.pause),
    )
    if given.dry_run:
        for topic, requests in plan(settings).items():
            print(f"{topic}: {len(requests)} requests, such as {requests[-1].address}")
        return 0

    def ask(question: str) -> bool:
        print(question, file=sys.stderr)
        if given.yes:
            return True
        if not sys.stdin.isatty():
            raise ArgumentError("nobody is there to answer", field="--yes",
                                allowed="--yes takes the figures as they are")  # fmt: skip
        return input("y or n: ").strip().lower().startswith("y")

    refresh(settings, say=print, ask=ask)
    return 0


def _month(text: str | None, field: str) -> dt.date | None:
    """Read a month."""
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        raise ArgumentError("not a month", field=field, value=text,
                            allowed="as 2025-01") from None  # fmt: skip
