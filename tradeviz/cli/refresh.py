"""Commands that ask the public services: refresh the data, list what the law has changed."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from typing import TYPE_CHECKING

from tradeviz.cli.words import Answer, items_of, write
from tradeviz.errors import ArgumentError, choose, number
from tradeviz.extras import need

if TYPE_CHECKING:
    from tradeviz.refresh.client import Manners

TOPICS = ("duties", "balances", "weights", "tariff", "sizes", "law")


def refresh_command(given: argparse.Namespace) -> Answer:
    """Refresh the data folder; return the exit code, or the list that was asked for."""
    from tradeviz.datasets import DATA
    from tradeviz.law.record import as_month
    from tradeviz.quantities import counted
    from tradeviz.refresh.run import Settings, plan, refresh, revisions
    from tradeviz.refresh.services import FIRST_YEAR

    into = (given.into or DATA).resolve()
    if given.show_revisions:
        return revisions(into)
    since = given.since and as_month(given.since, field="--since", first=dt.date(FIRST_YEAR, 1, 1))
    only = TOPICS if given.only is None else items_of(given.only)
    if not only:
        raise ArgumentError("no topic given", field="--only", value=given.only, allowed=TOPICS)
    settings = Settings(
        only=[choose(word, TOPICS, "--only") for word in only],
        since=since and since.date(),
        into=into,
        base_url=given.base_url,
        replies=given.replies,
        weights=given.weights,
        manners=_manners(given),
    )
    if given.dry_run:
        for topic, requests in plan(settings).items():
            print(f"{topic}: {counted(len(requests), 'request')}, such as {requests[-1].address}")
        return 0

    need("requests", "tradeviz refresh")

    def ask(question: str) -> bool:
        print(question, file=sys.stderr)
        if given.yes:
            return True
        if not sys.stdin.isatty():
            raise ArgumentError("nobody is there to answer", field="--yes",
                                allowed="--yes takes the figures as they are")  # fmt: skip
        try:
            return input("y or n: ").strip().lower().startswith("y")
        except EOFError:  # Ctrl-D
            return False

    refresh(settings, say=print, ask=ask)
    return 0


def changes_command(given: argparse.Namespace) -> Answer:
    """List what is not encoded yet, or write it into a folder in three forms."""
    from tradeviz.datasets import DATA
    from tradeviz.files import write_whole
    from tradeviz.law.record import coverage
    from tradeviz.quantities import counted
    from tradeviz.refresh import changes
    from tradeviz.refresh.client import Client
    from tradeviz.refresh.swap import places_of

    forms = {"text": changes.as_text, "json": changes.as_json, "atom": changes.as_atom}
    form = forms[choose(given.format, forms, "--format")]
    since = coverage()[1] if given.since is None else _day(given.since, "--since")
    found: list[changes.Change] = []
    if not given.offline:
        need("requests", "tradeviz changes")
        folder = given.replies or places_of(DATA).replies
        client = Client(folder, base_url=given.base_url, keep=given.replies is not None,
                        manners=_manners(given))  # fmt: skip
        found += changes.news(client, since)
    if given.chapter is not None:
        comparison = changes.compare(changes.read_chapter(given.chapter), coverage()[1])
        found += comparison.changes
        found += [changes.Change(str(coverage()[1]), "moves", line)
                  for line in changes.moves(comparison)]  # fmt: skip
    if given.into is None:
        write(form(found, since), None)
        return 0
    given.into.mkdir(parents=True, exist_ok=True)
    for name, kind in (("txt", "text"), ("json", "json"), ("atom", "atom")):
        content = forms[kind](found, since).encode()
        write_whole(given.into / f"changes.{name}", content, field="--into")
    print(f"{counted(len(found), 'change')} in {given.into}/changes.txt, .json and .atom")
    return 0


def _manners(given: argparse.Namespace) -> Manners:
    """Return how a service is asked."""
    from tradeviz.refresh.client import Manners

    return Manners(pause=number(given.pause, "--pause", "0 to 600 seconds", low=0, high=600))


def _day(text: str, field: str) -> dt.date:
    """Read a day."""
    from tradeviz.arguments import day_of

    day = day_of(text)
    if day is None:
        raise ArgumentError("not a day", field=field, value=text, allowed="as 2026-10-09")
    return day
