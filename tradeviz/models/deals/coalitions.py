"""Every set of partners that signed, as one tidy table: by processes, cluster or in one go."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tradeviz.arguments import checked
from tradeviz.datasets import DATA
from tradeviz.errors import ArgumentError, TradevizError, executor_or_none
from tradeviz.extras import need
from tradeviz.files import write_whole
from tradeviz.law.outcome import Wanted
from tradeviz.models.deals.game import (
    FOURTEEN,
    MEASURES,
    OTHERWISE,
    TERMS,
    Game,
    added_rates,
    game,
    sector_measures,
    solve_sets,
)
from tradeviz.models.equilibrium.world import Floats
from tradeviz.partners import HOME

_ROOMS = ("models/deals/*.py", "models/equilibrium/*.py", "law/*.py", "trade/us_exports.py")
_PACKAGE = Path(__file__).parents[2]
_CHUNK = 64
"""Sets solved in one piece: the same for every executor, so that results are too."""

_AHEAD = 256
"""Pieces handed out at once: each carries the game, a hundred kilobytes."""

_DIGEST = 32

_LARGE = 256
"""From how many sets on local processes are worth their start."""


@checked
def deals(
    partners: str | Iterable[str] | None = None,
    *,
    terms: Wanted = TERMS,
    otherwise: Wanted = OTHERWISE,
    concessions: float | None = None,
    on: object = None,
    most_favoured: bool = False,
    sectors: str | Iterable[str] | None = None,
    executor: Executor | None = None,
    resume: str | Path | None = None,
    progress: bool = False,
    **options: Any,
) -> pd.DataFrame:
    """Return the equilibrium of every set of partners that have a deal.

    Parameters
    ----------
    partners : str or iterable of str, optional
        Codes or names of up to 14 partners, ``EU`` for its members together; up to 20 with an
        executor of your own. The focus five when None.
    terms : str, Path, Outcome or mapping
        The outcome that a partner with a deal gets: one for all, or partner -> outcome, such as
        `own_terms`.
    otherwise : str, Path, Outcome or mapping
        The outcome for everyone else, those included who are no part of the game.
    concessions : float, optional
        Share of its own tariffs on US goods that a partner with a deal removes, 0 to 1; as the
        `partner_tariffs` of its terms say when None. Those without a deal do what `otherwise`
        says; an answer in kind is to what comes on top of the pause, or with `on` of the law of
        that day.
    on : str or date, optional
        Another day for the law underneath both.
    most_favoured : bool
        Every signatory gets, sector by sector, the lowest mean rate that any signatory has: what
        one is given later the earlier ones get too.
    sectors : str or iterable of str, optional
        Sectors of the world expenditure table, for objectives with weights on them.
    executor : concurrent.futures.Executor, optional
        Where sets are solved, such as a Dask client's executor. When None: here, or for more than
        256 sets in local processes.
    resume : str or Path, optional
        A folder that keeps finished pieces; the same call goes on where another was stopped.
    progress : bool
        Whether to show a bar on the error stream.
    **options
        Of the world, as in `tradeviz.equilibrium`: elasticity, deficit, services_tariffs,
        us_tariffs, labour_supply, scale, tax_relief, inputs.

    Returns
    -------
    DataFrame
        Index (coalition, partner): a bit per partner, the first being bit 0, and each partner and
        ``USA``. members: codes of those with a deal, joined by ``+``; size; has_deal; added_rate:
        duty added on the partner's trade of 2024, fraction (missing for the USA); and changes
        against the coalition of nobody: income_change_usd (real income, US dollars of 2022 a year:
        welfare_change times what it is of), welfare_change, export_change and exports_to_us_change
        (fractions), balance_change_usd (of the United States with the partner, US dollars of 2022;
        this and exports_to_us_change are missing for the USA), revenue_change_usd (the economy's
        own tariff revenue). For each of `sectors`, such as C24A: output_C24A_usd and work_C24A_usd
        (output, and wages paid, at the prices and wages of the coalition of nobody).
        ``.attrs``: partners, terms, otherwise, titles, options.

    Raises
    ------
    ArgumentError, OutcomeError
        For an unknown partner, outcome or option, too many partners, or a folder with the pieces
        of another game.
    EquilibriumError
        When a market does not clear; names it.

    Examples
    --------
    >>> table = deals(["JPN", "KOR"])
    >>> table.loc[(3, "JPN"), "members"], len(table)
    ('JPN+KOR', 12)
    """
    executor_or_none(executor)
    made, about = game(partners, terms, otherwise, concessions, on, options, most_favoured, sectors)
    if len(made.codes) > FOURTEEN and executor is None:
        raise ArgumentError(
            "so many partners need an executor", field="partners", value=len(made.codes),
            allowed=f"up to {FOURTEEN}, or give one such as a Dask client's",
        )  # fmt: skip
    # Before hours of solving: a partner without trade lines is refused here.
    with_deal, without = (added_rates(made.codes, end, on) for end in (terms, otherwise))
    values = _solved(made, executor, None if resume is None else Path(resume), progress)
    table = _tidy(made, values, with_deal, without)
    asked = {**options, "concessions": concessions, "most_favoured": most_favoured}
    table.attrs |= {"partners": made.codes, "options": asked, **about}
    return table


def _solved(made: Game, executor: Executor | None, folder: Path | None, progress: bool) -> Floats:
    """Return sets x (partners and the United States) x measures, by number of the set."""
    count = 1 << len(made.codes)
    # Gray code: neighbours differ in one partner, so that each solve starts close.
    order = np.arange(count) ^ (np.arange(count) >> 1)
    chunks = [order[start : start + _CHUNK].tolist() for start in range(0, count, _CHUNK)]
    packed = pickle.dumps(made)
    kept = _Kept(folder, packed)
    # Filled in place: at a million sets a second copy is a gigabyte.
    values = np.empty((count, len(made.codes) + 1, len(_measures(made))))
    left = {}
    with _progress(count if progress else None) as advance:
        for number, chunk in enumerate(chunks):
            done = kept.read(number)
            if done is None:
                left[number] = chunk
                continue
            values[chunk] = done
            advance(len(chunk))
        with _pool(executor, count) as pool:
            for number, part in _each(pool, packed, left):
                kept.write(number, part)
                values[chunks[number]] = part
                advance(len(part))
    # Nobody against nobody is nothing; what the solver leaves there is rounding.
    values[0] = np.where(np.isnan(values[0]), np.nan, 0.0)
    return values


@contextmanager
def _progress(count: int | None) -> Iterator[Callable[[int], Any]]:
    """Give what moves a bar on by some sets; without a count there is no bar."""
    if count is None:
        yield int
        return
    with need("tqdm", "tradeviz.deals(progress=True)").tqdm(total=count, unit="set") as bar:
        yield bar.update


def _each(
    pool: Executor | None, packed: bytes, chunks: dict[int, list[int]]
) -> Iterator[tuple[int, Floats]]:
    if pool is None:
        for number, chunk in chunks.items():
            yield number, solve_sets(packed, chunk)
        return
    left, waiting = iter(chunks.items()), deque[tuple[int, Future[Floats]]]()
    try:
        while True:
            for number, chunk in islice(left, _AHEAD - len(waiting)):
                waiting.append((number, pool.submit(solve_sets, packed, chunk)))
            if not waiting:
                return
            number, future = waiting.popleft()
            try:
                part = future.result()
            except TradevizError:
                raise
            except Exception:
                # A cluster may fail a piece whose worker died as it answered: once more, then no.
                part = pool.submit(solve_sets, packed, chunks[number]).result()
            yield number, part
    finally:
        # After an interrupt or an error nothing that waits is begun.
        for _, future in waiting:
            future.cancel()


@contextmanager
def _pool(executor: Executor | None, count: int) -> Iterator[Executor | None]:
    if executor is not None or count <= _LARGE:
        yield executor
        return
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        yield pool


@cache
def _code() -> bytes:
    """Return a mark of the data and of the code that solves sets."""
    files = [DATA / "datapackage.json"]
    files += sorted(path for room in _ROOMS for path in _PACKAGE.glob(room))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


class _Kept:
    """Finished pieces in a folder, each written beside and renamed; nothing without a folder."""

    def __init__(self, folder: Path | None, packed: bytes) -> None:
        self._folder = folder
        if folder is None:
            return
        self._mark = hashlib.sha256(packed + _code()).hexdigest()
        note, mark = folder / "game.sha256", self._mark
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"cannot be written: {error.strerror}"
            raise ArgumentError(what, field="resume", value=folder, allowed="a folder") from None
        if note.is_file() and note.read_text(encoding="utf-8").strip() != mark:
            raise ArgumentError(
                "the folder has the pieces of another game, or of other data or code",
                field="resume", value=folder, allowed="another folder",
            )  # fmt: skip
        write_whole(note, f"{mark}\n".encode(), field="resume")

    def read(self, number: int) -> Floats | None:
        """Return a finished piece, if there is one and it is whole."""
        if self._folder is None or not (path := self._path(number)).is_file():
            return None
        raw = path.read_bytes()
        if raw[:_DIGEST] != self._seal(number, raw[_DIGEST:]):
            what = "a piece is damaged, or not one of this game"
            allowed = "the piece as it was written; delete it to have it solved again"
            raise ArgumentError(what, file=path, field="resume", allowed=allowed)
        found: Floats = np.load(io.BytesIO(raw[_DIGEST:]), allow_pickle=False)
        return found

    def _seal(self, number: int, content: bytes) -> bytes:
        """Return what ties a piece to its game and its place."""
        return hashlib.sha256(f"{self._mark} {number} ".encode() + content).digest()

    def write(self, number: int, values: Floats) -> None:
        """Keep a finished piece."""
        if self._folder is None:
            return
        memory = io.BytesIO()
        np.save(memory, values, allow_pickle=False)
        content = memory.getvalue()
        write_whole(self._path(number), self._seal(number, content) + content, field="resume")

    def _path(self, number: int) -> Path:
        assert self._folder is not None
        return self._folder / f"sets-{number:05d}.piece"


def _measures(made: Game) -> tuple[str, ...]:
    return (*MEASURES, *sector_measures(made.sectors))


def _tidy(
    made: Game, values: Floats, with_deal: pd.Series[float], without: pd.Series[float]
) -> pd.DataFrame:
    codes, (count, rows) = made.codes, values.shape[:2]
    sets = np.arange(count)
    has = np.zeros((count, rows), dtype=bool)
    has[:, :-1] = sets[:, None] >> np.arange(len(codes)) & 1
    names = ["+".join(code for code, own in zip(codes, row, strict=False) if own) for row in has]
    rate = np.full((count, rows), np.nan)
    rate[:, :-1] = np.where(has[:, :-1], with_deal.loc[list(codes)], without.loc[list(codes)])
    table = pd.DataFrame(
        {
            "coalition": np.repeat(sets, rows),
            "partner": np.tile(np.array([*codes, HOME], dtype=object), count),
            "members": np.repeat(np.array(names, dtype=object), rows),
            "size": np.repeat(has.sum(axis=1), rows),
            "has_deal": has.reshape(-1),
            "added_rate": rate.reshape(-1),
            **{name: values[:, :, place].reshape(-1) for place, name in enumerate(_measures(made))},
        }
    )
    return table.set_index(["coalition", "partner"])
