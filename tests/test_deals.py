"""The order of deals: games with known values, laws, executors, interrupts, the stored run."""

from __future__ import annotations

import io
import itertools
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tradeviz as tv
from tradeviz.__main__ import main
from tradeviz.errors import ArgumentError, EquilibriumError
from tradeviz.law.outcome import mix
from tradeviz.models.deals import (
    best_order,
    deal_values,
    delay,
    dominance,
    follow,
    fourteen,
    rivalry,
    schedules,
    shapley,
    stored_values,
    transfers,
)
from tradeviz.models.deals import coalitions as runs
from tradeviz.models.deals.game import game
from tradeviz.models.deals.values import shapley_values
from tradeviz.models.equilibrium.model import shocks_of, solutions
from tradeviz.models.equilibrium.reading import members_of
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.partners import FIRST_TARGETS
from tradeviz.show.frame import shown

THREE = ["JPN", "KOR", "GBR"]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def five() -> pd.DataFrame:
    return tv.deals()


def table_of(worths: dict[str, list[float]], codes: list[str]) -> pd.DataFrame:
    """Return a table of deals with given worths of each economy by coalition."""
    parts = [
        pd.DataFrame(
            {"coalition": range(len(values)), "partner": code, "income_change_usd": values}
        )
        for code, values in worths.items()
    ]
    table = pd.concat(parts).set_index(["coalition", "partner"])
    table.attrs["partners"] = tuple(codes)
    return table


# Games whose values stand in every textbook.


def test_the_glove_game() -> None:
    # Players 0 and 1 have a left glove, player 2 a right one: 1/6, 1/6, 2/3.
    game = np.array([0, 0, 0, 0, 0, 1, 1, 1], dtype=float)
    assert shapley_values(game) == pytest.approx([1 / 6, 1 / 6, 2 / 3])


def test_the_airport_game() -> None:
    # Littlechild and Owen (1973): costs 1, 2, 3 of a runway are shared 1/3, 5/6, 11/6.
    costs = [1.0, 2.0, 3.0]
    game = np.array(
        [max((costs[k] for k in range(3) if members >> k & 1), default=0) for members in range(8)]
    )
    assert shapley_values(game) == pytest.approx([1 / 3, 5 / 6, 11 / 6])


@settings(max_examples=25)
@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16))
def test_values_are_the_mean_over_all_orders(worth: list[float]) -> None:
    game = np.array([0.0, *worth[1:]])
    mean = np.zeros(4)
    orders = list(itertools.permutations(range(4)))
    for order in orders:
        members = 0
        for player in order:
            mean[player] += game[members | 1 << player] - game[members]
            members |= 1 << player
    found = shapley_values(game)
    assert found == pytest.approx(mean / len(orders), abs=1e-9)
    assert found.sum() == pytest.approx(game[-1], abs=1e-9)


def test_a_player_that_adds_nothing_is_worth_nothing() -> None:
    chance = np.random.default_rng(0)
    small = chance.normal(size=8)
    game = np.concatenate([small, small])  # The fourth player changes nothing.
    assert shapley_values(game)[3] == pytest.approx(0, abs=1e-12)
    with pytest.raises(ArgumentError, match="power of two"):
        shapley_values(np.zeros(6))


# Laws of the tables.


def test_rows_add_up_to_what_all_deals_change(five: pd.DataFrame) -> None:
    for measure in ("income_change_usd", "exports_to_us_change"):
        effects = shapley(five, measure)
        whole = five.xs(2 ** len(tv.FOCUS) - 1, level="coalition")[measure]
        assert effects.sum(axis=1, skipna=False).to_numpy() == pytest.approx(
            whole.loc[effects.index].to_numpy(), rel=1e-9, nan_ok=True
        )


def test_values_by_hand() -> None:
    # Own worth of A: 0, A 10, B −1, both 8; so alone 10, last 9, average 9.5.
    table = table_of({"A": [0, 10, -1, 8], "B": [0, -2, 6, 3], "USA": [0, 1, 2, 4]}, ["A", "B"])
    row = deal_values(table).loc["A"]
    assert row[["alone", "last", "average"]].tolist() == [10, 9, 9.5]
    assert row[["first_mover_premium", "last_mover_penalty"]].tolist() == [0.5, 0.5]
    assert row[["left_out", "all_signed", "to_home"]].tolist() == [-1, 8, 1.5]
    pair = rivalry(table).set_index(["partner", "signatory"])
    assert pair.loc[("A", "B"), "effect"] == pytest.approx(-1.5)
    assert pair.loc[("A", "B"), "interaction"] == pytest.approx(8 - 10 + 1)
    assert pair.loc[("A", "B"), "always"] and pair.loc[("B", "A"), "always"]


@settings(max_examples=3)
@given(st.integers(0, 1000))
def test_rivals_are_what_orders_say_of_them(seed: int) -> None:
    """In an order the pair is one player, and what they add together beyond each is theirs."""
    codes = list("ABCD")
    chance = np.random.default_rng(seed)
    table = table_of({code: [0.0, *chance.normal(size=15)] for code in [*codes, "USA"]}, codes)
    found = rivalry(table).set_index(["partner", "signatory"])
    assert found.index.tolist() == list(itertools.permutations(codes, 2))
    value = table["income_change_usd"].unstack("partner")

    def at(members: set[str], who: str) -> float:
        return float(value.loc[sum(1 << codes.index(code) for code in members), who])

    for one, two in found.index:
        rest = [code for code in codes if code not in (one, two)]
        together = []
        for order in itertools.permutations([*rest, "pair"]):
            s = set(order[: order.index("pair")])
            gained = at(s | {one, two}, one) - at(s | {one}, one) - at(s | {two}, one) + at(s, one)
            together.append(gained)
        assert found.loc[(one, two), "interaction"] == pytest.approx(np.mean(together))
        sets = [set(s) for n in range(4) for s in itertools.combinations([one, *rest], n)]
        moved = [at(s | {two}, one) - at(s, one) for s in sets]
        assert found.loc[(one, two), "always"] == (abs(np.sign(moved).sum()) == len(moved))


def test_an_order_is_followed_step_by_step() -> None:
    """B first: the sets are nobody, B (bit 1) and both; their worths stand at these numbers."""
    table = table_of({"A": [0, 1, 2, 3], "B": [0, 5, 6, 7], "USA": [0, 10, 20, 30]}, ["A", "B"])
    path = follow(table, ["B", "A"])
    assert path["value"].tolist() == [0, 0, 0, 2, 6, 20, 3, 7, 30]
    assert path["signatory"].tolist() == [""] * 3 + ["B"] * 3 + ["A"] * 3
    assert path["partner"].tolist() == ["A", "B", "USA"] * 3


def test_nobody_is_nothing_and_a_deal_is_the_equilibrium_of_its_outcome(five: pd.DataFrame) -> None:
    empty = five.xs(0, level="coalition")
    assert (empty[["income_change_usd", "welfare_change"]] == 0).all().all()
    mixed = dict.fromkeys(["JPN", "KOR"], "japan_style")
    mine = tv.deals(["JPN", "KOR"], otherwise="pause").xs(3, level="coalition")
    direct = tv.equilibrium(mixed, reference="pause", partners=["JPN", "KOR"]).droplevel("outcome")
    assert mine["has_deal"].tolist() == [True, True, False]
    for code in ("JPN", "KOR"):
        for measure in ("welfare_change", "exports_to_us_change", "export_change"):
            assert mine.loc[code, measure] == pytest.approx(direct.loc[code, measure], rel=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {"elasticity": "fontagne", "deficit": "balanced", "on": "2025-08-15",
         "services_tariffs": "file", "us_tariffs": "file"},
        {"labour_supply": 0.5, "scale": 0.1, "tax_relief": True},
        {"inputs": True, "concessions": 0.5},
    ],
)  # fmt: skip
def test_a_deal_is_the_equilibrium_of_its_mix_in_any_world(options: dict[str, Any]) -> None:
    found = tv.deals("EU", terms="agreement", otherwise="in_force", **options).loc[1]
    if share := options.get("concessions"):
        options = options | {"concessions": {"EU": share}}
    mixed = mix({"EU": "agreement"}, rest="in_force")
    table = tv.equilibrium(mixed, reference="in_force", partners=[*found.index], **options)
    direct = table.droplevel("outcome")
    shocks = shocks_of("in_force", "in_force", options.pop("on", None))
    world = icio_world(**{name: options[name] for name in options if name != "concessions"})
    spent = solutions(shocks, world)[0].incomes
    direct["revenue_change_usd"] = [
        change * spent[members_of(world, code)[code]].sum()
        for code, change in direct["revenue_change"].items()
    ]
    columns = ["income_change_usd", "welfare_change", "exports_to_us_change", "export_change"]
    columns.append("revenue_change_usd")
    pd.testing.assert_frame_equal(found[columns], direct[columns], rtol=1e-6)


def test_the_balance_is_what_the_united_states_sells_less_what_it_buys() -> None:
    found = tv.deals("EU", terms="agreement").loc[1]
    mixed = mix({"EU": "agreement"}, rest="snapback")
    world = icio_world()
    start, after = solutions(shocks_of(mixed, "snapback"), world)
    change = (after[mixed.name].customs_trade - start.customs_trade).sum(axis=0)
    home = world.place("USA")
    places = members_of(world, "EU")["EU"]
    sold, bought = change[places, home].sum(), change[home, places].sum()
    assert found.loc["EU", "balance_change_usd"] == pytest.approx(sold - bought, rel=1e-6)
    assert found.loc["USA", ["balance_change_usd", "exports_to_us_change"]].isna().all()


def test_all_with_the_terms_is_the_outcome_for_all() -> None:
    # Where the deal is what everyone has anyway, nothing would change: that is no game.
    with pytest.raises(ArgumentError, match="change nothing"):
        tv.deals(THREE, terms="snapback")


def test_the_names_of_a_coalition_are_its_bits(five: pd.DataFrame) -> None:
    members = five["members"].groupby("coalition").first()
    for coalition, text in members.items():
        inside = [code for k, code in enumerate(tv.FOCUS) if int(coalition) >> k & 1]
        assert text == "+".join(inside)
    assert (
        five["size"] == five["members"].map(lambda text: len(text.split("+")) if text else 0)
    ).all()


def test_the_added_rate_is_that_of_the_exposure(five: pd.DataFrame) -> None:
    terms, other = (
        tv.exposure(end)["added_rate"].droplevel(0) for end in ("japan_style", "snapback")
    )
    for code in tv.FOCUS:
        own = five.xs(code, level="partner")
        wanted = own["has_deal"].map({True: terms[code], False: other[code]})
        assert own["added_rate"].to_list() == pytest.approx(wanted.to_list(), rel=1e-13)


# Orders and delay.


def test_the_best_order_is_best_of_all(five: pd.DataFrame) -> None:
    paths = {order: follow(five, order) for order in itertools.permutations(tv.FOCUS)}
    for side in ("USA", "JPN"):
        value = {
            order: path.loc[path["partner"] == side, "value"].sum() for order, path in paths.items()
        }
        assert value[tuple(best_order(five, side))] == pytest.approx(max(value.values()))
        assert value[tuple(best_order(five, side, worst=True))] == pytest.approx(
            min(value.values())
        )


def test_the_order_for_all_partners_does_not_ask_the_united_states() -> None:
    # Bits of a set: A, B. To the partners it is better that B signs first, to the US that A does.
    own = {"A": [0, 1.0, 1.0, 2.0], "B": [0, 1.0, 3.0, 4.0], "USA": [0, 90.0, 10.0, 95.0]}
    table = table_of(own, ["A", "B"])
    assert best_order(table, "all") == ["B", "A"] == best_order(table, "USA", worst=True)


def test_of_orders_that_are_as_good_the_one_as_named_is_taken() -> None:
    for codes in ("AB", "BA"):
        table = table_of({code: [0, 1.0, 1.0, 2.0] for code in (*codes, "USA")}, list(codes))
        assert best_order(table, "USA") == best_order(table, "USA", worst=True) == list(codes)


def test_a_deal_below_the_pause_is_answered_with_no_subsidy() -> None:
    off = {"layer": "all", "partners": ["all"], "off": True}
    deal = {"name": "nothing_added", "partner_tariffs": "in_kind", "change": [off]}
    played, _ = game(["JPN"], deal, "breakdown", None, None, {})
    assert played.signed.rates.max() == played.signed.charged.max() == 0
    assert played.signed.charged.min() == played.unsigned.charged.min() == 0
    assert played.unsigned.charged.max() > 0.1


def test_all_orders_end_at_the_same_place(five: pd.DataFrame) -> None:
    ends = [follow(five, order)["value"].tail(6).to_numpy() for order in (tv.FOCUS, tv.FOCUS[::-1])]
    assert (ends[0] == ends[1]).all()


def test_waiting_costs_what_the_weeks_cost() -> None:
    table = table_of({"A": [0, 52.0], "USA": [0, -52.0]}, ["A"])
    plans = {"now": {"A": 0}, "later": {"A": 3}}
    found = delay(table, plans, weeks=4).set_index(["plan", "week", "partner"])["cost"]
    week = 52 * 7 / 365.25
    assert found["now"].abs().max() == 0
    for number, weeks in enumerate([0, 1, 2, 3, 3]):
        assert found["later", number, "A"] == pytest.approx(weeks * week)
        assert found["later", number, "USA"] == pytest.approx(-weeks * week)


def test_schedules_end_with_the_window() -> None:
    plans = schedules(list("ABCDE"))
    assert max(plans["one by one"].values()) == 12 and set(plans["all halfway"].values()) == {6}
    assert list(plans["one by one"].values()) == sorted(plans["one by one"].values())


# Executors and interrupts.


def test_it_does_not_matter_who_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_CHUNK", 3)
    monkeypatch.setattr(runs, "_AHEAD", 2)
    alone = tv.deals(THREE)
    with ThreadPoolExecutor(2) as executor:
        threads = tv.deals(THREE, executor=executor)
    with ProcessPoolExecutor(1) as executor:
        processes = tv.deals(THREE, executor=executor)
    assert alone.equals(threads) and alone.equals(processes)


def test_a_cluster_solves_the_same() -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = tv.deals(["JPN"], executor=client.get_executor())
    assert found.equals(tv.deals(["JPN"]))


class Dying(Executor):
    """Fail some pieces as a worker that dies does; what is handed out again is solved."""

    def __init__(self, deaths: int) -> None:
        self.deaths = deaths

    def submit(self, call, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        self.deaths -= 1
        if self.deaths >= 0:
            future.set_exception(ValueError("too many values to unpack"))
        else:
            future.set_result(call(*args, **kwargs))
        return future


def test_a_piece_whose_worker_died_is_handed_out_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_CHUNK", 3)
    monkeypatch.setattr(runs, "_AHEAD", 1)
    assert tv.deals(THREE, executor=Dying(1)).equals(tv.deals(THREE))
    with pytest.raises(ValueError, match="too many values"):
        tv.deals(THREE, executor=Dying(2))


class Refusing(Executor):
    """Fail the first piece with a fault of the game, and leave the others waiting."""

    def __init__(self) -> None:
        self.given: list[Future[object]] = []

    def submit(self, call, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        if not self.given:
            future.set_exception(EquilibriumError("the market of Japan does not clear"))
        self.given.append(future)
        return future


def test_a_fault_of_the_game_is_told_at_once_and_nothing_more_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "_CHUNK", 2)
    executor = Refusing()
    with pytest.raises(EquilibriumError, match="the market of Japan"):
        tv.deals(THREE, executor=executor)
    # Eight sets in four pieces, each handed out once.
    assert len(executor.given) == 4
    assert all(future.cancelled() for future in executor.given[1:])


def test_many_sets_get_workers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = tv.deals(THREE)
    pools: list[int] = []

    def pool(workers: int) -> Executor:
        pools.append(workers)
        return ThreadPoolExecutor(workers)

    monkeypatch.setattr(runs, "ProcessPoolExecutor", pool)
    # Three partners have eight sets.
    monkeypatch.setattr(runs, "_LARGE", 8)
    assert tv.deals(THREE).equals(alone) and pools == []
    monkeypatch.setattr(runs, "_LARGE", 7)
    assert tv.deals(THREE).equals(alone) and len(pools) == 1 and pools[0] >= 1


def test_it_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_CHUNK", 2)
    wanted = tv.deals(THREE)
    whole, calls = runs.solve_sets, []

    def stopped(packed: bytes, sets: list[int]) -> np.ndarray:
        calls.append(sets)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(packed, sets)

    monkeypatch.setattr(runs, "solve_sets", stopped)
    with pytest.raises(KeyboardInterrupt):
        tv.deals(THREE, resume=tmp_path / "kept")
    assert not list((tmp_path / "kept").glob(".*"))
    found = tv.deals(THREE, resume=tmp_path / "kept")
    # Two pieces were kept, so two of four were left.
    assert len(calls) == 3 + 2 and found.equals(wanted)
    with pytest.raises(ArgumentError, match="another game"):
        tv.deals(THREE, terms="agreement", resume=tmp_path / "kept")


# The stored run.


def test_the_fourteen_are_those_of_the_rule() -> None:
    found = fourteen()
    assert found[:5] == FIRST_TARGETS and len(set(found)) == 14
    assert "CHN" not in found and not {"CAN", "MEX"} & set(found)
    assert tv.load("deals_fourteen")["partner"].tolist() == list(found)


def test_who_gains_alike_is_named_together() -> None:
    table = deal_values(tv.deals(["JPN", "KOR"])).assign(average=[2.0e9, 2.001e9])
    kept = shown(tv.charts.deal_value_bars(table))
    title = str(kept.title).replace("\u00a0", " ")
    assert title == "A deal is worth most to South Korea and Japan, $2.00 bn each"
    plt.close("all")


def test_the_stored_run_is_what_the_model_says() -> None:
    # Three of the 16,384 coalitions are solved again, one by one and cold.
    stored = tv.load("deals_fourteen").set_index("partner")
    names = fourteen()
    game, _ = runs.game(names, "japan_style", "snapback", 0.0, None, {})
    packed = runs.pickle.dumps(game)
    place = {code: k for k, code in enumerate(names)}
    every = (1 << 14) - 1
    alone, left_out, whole = (
        runs.solve_sets(packed, [members])[0][:, 0]
        for members in (1 << place["VNM"], every ^ 1 << place["IND"], every)
    )
    near = {"abs": 600}
    assert stored.loc["VNM", "alone"] == pytest.approx(alone[place["VNM"]], **near)
    assert stored.loc["IND", "left_out"] == pytest.approx(left_out[place["IND"]], **near)
    assert stored["all_signed"].to_numpy() == pytest.approx(whole[:14], **near)
    effects = tv.load("deals_fourteen_effects").groupby("partner")["effect_usd"].sum()
    assert effects["USA"] == pytest.approx(whole[14], abs=14 * 500)


# Bad input.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"partners": ["JPN", "Japn"]}, "Japan"),
        ({"partners": ["JPN", "Japan"]}, "twice"),
        ({"partners": ["USA", "JPN"]}, "United States"),
        ({"partners": ["EU", "DEU"]}, "with it"),
        ({"terms": "japan_stile"}, "japan_style"),
        ({"concessions": 15}, "0 to 1"),
        ({"elasticity": "caliendo_paro"}, "caliendo_parro"),
    ],
)
def test_bad_games_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError if "terms" not in options else Exception, match=message):
        tv.deals(**options)  # type: ignore[arg-type]


def test_who_has_no_trade_lines_is_refused_before_a_set_is_solved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "solve_sets", None)
    with pytest.raises(ArgumentError, match="no trade lines.*'DEU'.*did you mean 'EU'"):
        tv.deals(["DEU", "JPN"])


def test_stored_values_say_the_terms_they_were_solved_for() -> None:
    table = stored_values()
    told = table.attrs["provenance"]["description"]
    assert f"Terms {table.attrs['terms']}, otherwise {table.attrs['otherwise']}" in told
    subtitle = shown(tv.charts.deal_value_bars(table)).subtitle
    assert "deal: Japan-style deal; without: snapback" in subtitle


def test_many_partners_need_an_executor() -> None:
    names = [*fourteen(), "CHN"]
    with pytest.raises(ArgumentError, match="executor"):
        tv.deals(names)


def test_bad_questions_are_named(five: pd.DataFrame) -> None:
    for ask, message in (
        (lambda: shapley(five, "welfare"), "welfare_change"),
        (lambda: best_order(five, "JPM"), "JPN"),
        (lambda: best_order(five, "USA", "exports_to_us_change"), "missing"),
        (lambda: follow(five, ["JPN", "KOR"]), "each partner once"),
        (lambda: delay(five, {"x": {"JPN": 1}}), "each partner once"),
        (lambda: delay(five, {"x": dict.fromkeys(tv.FOCUS, 99)}), "0 to 12"),
        (lambda: shapley(five.drop(index=3, level="coalition")), "coalition is missing"),
        (lambda: schedules([]), "no partner"),
    ):
        with pytest.raises(ArgumentError, match=message):
            ask()


# What is shown.


def test_charts_show_the_tables(five: pd.DataFrame) -> None:
    effects = shapley(five)
    axes = tv.charts.rivalry_matrix(effects)
    assert len(axes.patches) == effects.size + len(tv.FOCUS)
    values = deal_values(five)
    axes = tv.charts.deal_value_bars(values)
    dots = [float(np.ravel(x.get_xdata())[0]) for x in axes.lines if x.get_markersize() == 8]
    assert dots == pytest.approx(sorted(values["average"], reverse=True), abs=1000)
    order = best_order(five)
    axes = tv.charts.order_paths({"best": follow(five, order)})
    assert [text.get_text() for text in axes.texts if text.get_fontsize() == 8] == order
    grid = tv.charts.delay_curves(delay(five, schedules(order)), ["JPN", "USA"])
    assert grid.size == 2
    assert shown(grid[0]).note.startswith("Below zero: a gain.") == (grid[1].get_ylim()[0] < 0)
    share = delay(five, schedules(order))
    share.attrs["measure"] = "welfare_change"
    with pytest.raises(ArgumentError) as caught:
        tv.charts.delay_curves(share)
    assert str(caught.value) == (
        "field 'measure': only dollars add up over weeks; value 'welfare_change'; allowed: "
        "income_change_usd"
    )
    with pytest.raises(ArgumentError, match="JPN"):
        tv.charts.order_paths({"best": follow(five, order)}, "JPM")
    with pytest.raises(ArgumentError, match="name: table"):
        tv.charts.order_paths({})


def test_sentences_carry_the_numbers(five: pd.DataFrame) -> None:
    values = deal_values(five)
    text = tv.findings.deal_order({"Elasticity 4": values}, delay(five, schedules(tv.FOCUS)))
    japan = values.loc["JPN", "average"] / 1e9
    assert f"**Japan** +{japan:.2f}" in text and "over 1 variant and" in text
    assert "no reason to sign" in text
    said = tv.findings.rivals(shapley(five))
    assert "loses most by them" in said


def test_the_sentence_on_orders_has_the_range_of_all_and_who_gains_nothing() -> None:
    """The first variant stands for all; to be first is worth from 0.2 of 5 to 0.1 of 1."""
    codes = ["JPN", "GBR"]
    tables = [
        pd.DataFrame({"alone": first, "last": 0.9e9, "average": mean},
                     index=pd.Index(codes, name="partner"))
        for first, mean in ((1e9, [2e9, -1e9]), (1.1e9, [5e9, -3e9]))
    ]  # fmt: skip
    weeks = pd.DataFrame(
        [(plan, week, code, cost * week) for plan in ("one by one", "all at the end")
         for week in (0, 2) for code, cost in (("JPN", -1e6), ("USA", 3e6))],
        columns=["plan", "week", "partner", "cost"],
    )  # fmt: skip
    text = tv.findings.deal_order(dict(zip("ab", tables, strict=True)), weeks).replace(
        "\u00a0", " "
    )
    assert "by 4.0 % to 10.0 % over 2 variants and 2 partners" in text
    assert "is worth **Japan** +2.00 (+2.00 to +5.00)." in text
    assert "no reason to sign: **the UK** −1.00 (−3.00 to −1.00)." in text
    assert (
        "through the 2 whole weeks of the pause costs the United States 6 one by one and 6 all"
        in text
    )
    assert text.endswith("(million dollars); Japan gains by it.")


def test_the_command_is_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["deals", "--partners", "JPN,KOR", "--quiet", "--format", "csv"]
    assert main(words) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out)).set_index("partner")
    wanted = deal_values(tv.deals(["JPN", "KOR"]))
    assert table["average"].to_numpy() == pytest.approx(wanted["average"].to_numpy())
    made = tv.deals(["JPN", "KOR"])
    tables = {"coalitions": made.reset_index(), "effects": shapley(made), "rivalry": rivalry(made),
              "choices": dominance(made), "transfers": transfers(made)}  # fmt: skip
    for show, answer in tables.items():
        assert main([*words, "--show", show]) == 0
        found = pd.read_csv(io.StringIO(capsys.readouterr().out))
        plain = answer.reset_index() if any(answer.index.names) else answer
        assert list(found) == list(plain) and len(found) == len(plain) > 1, show
    measured = ["--show", "order", "--measure", "welfare_change"]
    assert main([*words, *measured]) == 0
    path = pd.read_csv(io.StringIO(capsys.readouterr().out))
    best = best_order(made, "USA", "welfare_change")
    values = follow(made, best, "welfare_change")["value"]
    assert path["value"].to_numpy() == pytest.approx(values.to_numpy())
    # A fraction and no dollars.
    assert 0 < path["value"].abs().max() < 0.1
    for bad, message in (
        ("--show order --side JPM", "did you mean 'JPN'"),
        ("--show orders", "did you mean 'order'"),
        ("--measure welfare", "did you mean 'welfare_change'"),
        ("--terms snapbak", "did you mean 'snapback'"),
        ("--elasticity caliendo", "caliendo_parro"),
    ):
        assert main([*words, *bad.split()]) == 2
        error = capsys.readouterr().err
        assert message in error and error.count("\n") == 1


@pytest.mark.parametrize("spoil", ["times three", "of another place", "cut off"])
def test_a_damaged_piece_is_refused_by_name(spoil: str, tmp_path: Path) -> None:
    tv.deals(["JPN"], resume=tmp_path)
    (piece,) = tmp_path.glob("*.piece")
    content = piece.read_bytes()
    changed = {
        "times three": content[:-8] + np.array([3.0]).tobytes(),
        "of another place": bytes(32) + content[32:],
        "cut off": content[:-20],
    }[spoil]
    piece.write_bytes(changed)
    with pytest.raises(ArgumentError, match="sets-00000.piece.*damaged, or not one of this game"):
        tv.deals(["JPN"], resume=tmp_path)
    piece.unlink()
    tv.deals(["JPN"], resume=tmp_path)


@pytest.mark.parametrize(
    "file", ["models/deals/game.py", "models/equilibrium/solver.py", "law/resolve.py"]
)
def test_pieces_that_other_code_solved_are_refused(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    shutil.copytree(Path(tv.__file__).parent, code, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(runs, "_PACKAGE", code)
    monkeypatch.setattr(runs, "_code", runs._code.__wrapped__)
    tv.deals(["JPN"], resume=tmp_path / "kept")
    with (code / file).open("a") as source:
        source.write("# Another line.\n")
    with pytest.raises(ArgumentError, match="other data or code"):
        tv.deals(["JPN"], resume=tmp_path / "kept")
