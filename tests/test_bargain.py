"""Bargained deals: dominance, sets that hold, three ways to bargain, each solved another way."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import tradeviz as tv
from tradeviz.errors import ArgumentError
from tradeviz.law.outcome import mix
from tradeviz.models.deals import (
    dominance,
    fourteen,
    own_terms,
    ranges,
    stable,
    stored_values,
    transfers,
)
from tradeviz.models.equilibrium import sector_effects
from tradeviz.models.equilibrium.model import tariffs_of
from tradeviz.models.equilibrium.shocks import added
from tradeviz.models.equilibrium.solver import solve
from tradeviz.models.equilibrium.worlds import icio_world
from tradeviz.story import briefing
from tradeviz.story import models as story

CODES = ["JPN", "KOR", "GBR"]


def table_of(worths: dict[str, list[float]]) -> pd.DataFrame:
    """Return a table of deals with given worths of each economy by coalition."""
    parts = [
        pd.DataFrame(
            {"coalition": range(len(values)), "partner": code, "income_change_usd": values}
        )
        for code, values in worths.items()
    ]
    table = pd.concat(parts).set_index(["coalition", "partner"])
    table["revenue_change_usd"] = -table["income_change_usd"]
    return table


def random_game(seed: int, players: int = 3) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    worths = {
        code: [0.0, *chance.normal(1e9, 2e9, 2**players - 1)] for code in [*CODES[:players], "USA"]
    }
    return table_of(worths)


games = st.integers(0, 10_000).map(random_game)


def test_choices_by_hand() -> None:
    # A gains 10 alone and 9 beside B; B loses 1 alone, gains 2 beside A.
    table = table_of({"JPN": [0, 10, -1, 8], "KOR": [0, -2, -1, 0], "USA": [0, 3, -2, 4]})
    found = dominance(table)
    assert found["choice"].tolist() == ["signs", "depends"]
    assert found["gains_in"].tolist() == [2, 1] and found["coalitions"].tolist() == [2, 2]
    assert found.loc["JPN", ["least", "most"]].tolist() == [9, 10]
    # The United States gains 3 and 6 by Japan's deal; −2 and 1 by Korea's.
    assert found.loc["JPN", ["home_least", "home_most"]].tolist() == [3, 6]
    assert found["threat"].tolist() == ["not credible", "depends"]
    # Revenue is the reverse here, so every threat turns round.
    assert dominance(table, "revenue_change_usd")["threat"].tolist() == ["credible", "depends"]
    mixed = dominance(table, {"income_change_usd": 1.0, "revenue_change_usd": 1.0})
    assert mixed["threat"].tolist() == ["indifferent", "indifferent"]


@settings(max_examples=30)
@given(table=games, consent=st.booleans())
def test_sets_that_hold_are_those_that_nobody_leaves_or_joins(
    table: pd.DataFrame, consent: bool
) -> None:
    value = table["income_change_usd"].unstack("partner")
    holds = []
    for size in range(4):
        for members in itertools.combinations(CODES, size):
            inside = set(members)

            def at(codes: set[str], who: str) -> float:
                return float(value.loc[sum(1 << CODES.index(code) for code in codes), who])

            def signs(code: str, others: set[str]) -> bool:
                wants = at(others | {code}, code) > at(others, code)
                return wants and (not consent or at(others | {code}, "USA") > at(others, "USA"))

            if all(signs(c, inside - {c}) for c in inside) and not any(
                signs(c, inside) for c in CODES if c not in inside
            ):
                holds.append("+".join(c for c in CODES if c in inside))
    assert sorted(stable(table, consent=consent)) == sorted(holds)


@settings(max_examples=20)
@given(table=games, share=st.floats(0.05, 0.95))
def test_one_by_one_is_the_maximum_of_nashs_product(table: pd.DataFrame, share: float) -> None:
    found = transfers(table, share=share)
    for row in found.itertuples():
        if row.surplus <= 0:
            assert row.one_by_one == 0
            continue
        low, high = -row.home_gain, row.gain

        def loss(paid: float, row: object = row) -> float:
            mine, theirs = row.home_gain + paid, row.gain - paid  # type: ignore[attr-defined]
            return -share * np.log(max(mine, 1e-9)) - (1 - share) * np.log(max(theirs, 1e-9))

        best = minimize_scalar(loss, bounds=(low, high), method="bounded",
                               options={"xatol": 1e-7 * (high - low)})  # fmt: skip
        assert row.one_by_one == pytest.approx(best.x, abs=1e-5 * (high - low))


@settings(max_examples=15)
@given(table=games)
def test_a_batch_is_the_mean_over_all_orders_with_the_united_states(table: pd.DataFrame) -> None:
    value = table["income_change_usd"].unstack("partner")

    def worth(players: set[str]) -> float:
        if "USA" not in players:
            return 0.0
        row = value.loc[sum(1 << CODES.index(code) for code in players - {"USA"})]
        return float(sum(row[code] for code in players))

    mean = dict.fromkeys([*CODES, "USA"], 0.0)
    orders = list(itertools.permutations(mean))
    for order in orders:
        for place, code in enumerate(order):
            before = set(order[:place])
            mean[code] += (worth(before | {code}) - worth(before)) / len(orders)
    found = transfers(table)["batch"]
    for code in CODES:
        assert found[code] == pytest.approx(float(value.loc[7, code]) - mean[code], rel=1e-9, abs=1)
    # What partners pay is what the United States has above its own change.
    assert found.sum() == pytest.approx(mean["USA"] - value.loc[7, "USA"], rel=1e-9, abs=1)


def by_recursion(
    after: pd.DataFrame, before: pd.DataFrame, share: float, meetings: int, factor: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Return payments and chances of a deal, by recursion over states and meetings left."""
    late, early = (
        table["income_change_usd"].unstack("partner")[[*CODES, "USA"]].to_numpy()
        for table in (after, before)
    )
    size = len(CODES)

    @cache
    def play(state: int, left: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if left == 0:
            has = [float(state >> who & 1) for who in range(size)]
            return late[state], np.zeros(size), np.array(has)
        values, payments, signed = np.zeros(size + 1), np.zeros(size), np.zeros(size)

        def going(to: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            worth, paid, has = play(to, left - 1)
            return (1 - factor) * early[to] + factor * worth, factor * paid, has

        for who in range(size):
            value, paid, has = going(state)
            if not state >> who & 1:
                other, other_paid, then = going(state | 1 << who)
                gain = other[who] + other[size] - value[who] - value[size]
                if gain > 0:
                    # Each proposes by lot, and offers what the other has without.
                    asked = other[who] - value[who], value[size] - other[size]
                    price = share * asked[0] + (1 - share) * asked[1]
                    value, paid, has = other.copy(), other_paid.copy(), then
                    value[who] -= price
                    value[size] += price
                    paid[who] += price
            values += value / size
            payments += paid / size
            signed += has / size
        return values, payments, signed

    _, paid, signed = play(0, meetings)
    return dict(zip(CODES, paid, strict=True)), dict(zip(CODES, signed, strict=True))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.5, 0.2])
def test_offers_in_turn_are_what_a_recursion_says(seed: int, share: float) -> None:
    after, before = random_game(seed), random_game(seed + 100)
    found = transfers(after, share=share, during=before, weeks=3, discount=0.2)
    factor = 1.2 ** (-7 / 365.25 / 3)
    expected, signed = by_recursion(after, before, share, 9, factor)
    assert found["offers"].to_dict() == pytest.approx(expected, rel=1e-9, abs=1.0)
    assert found["signed"].to_dict() == pytest.approx(signed)


def test_with_one_partner_offers_and_nash_agree_as_weeks_cost_nothing() -> None:
    table = table_of({"JPN": [0, 5e9], "USA": [0, 1e9]})
    found = transfers(table, weeks=1, discount=1e-6).loc["JPN"]
    assert found["offers"] == pytest.approx(found["one_by_one"], rel=1e-6) == 2e9
    assert found["batch"] == pytest.approx(2e9) and found["signed"] == 1


def test_who_has_nothing_to_gain_together_does_not_sign() -> None:
    table = table_of({"JPN": [0, -5e9], "USA": [0, 1e9]})
    found = transfers(table).loc["JPN"]
    assert found[["one_by_one", "offers", "signed"]].tolist() == [0, 0, 0]


def test_ranges_are_of_every_variant_and_the_first_stands_for_all() -> None:
    rows = {"b": [2.0, 5.0], "a": [3.0, 1.0], "c": [-1.0, 4.0]}
    tables = {
        name: pd.DataFrame(
            {way: np.array(paid) + n for n, way in enumerate(("one_by_one", "batch", "offers"))},
            index=pd.Index(["KOR", "JPN"], name="partner"),
        )
        for name, paid in rows.items()
    }
    found = ranges(tables)
    assert found.index.tolist() == ["KOR", "JPN"]
    for n, way in enumerate(("one_by_one", "batch", "offers")):
        columns = found[[way, f"{way}_low", f"{way}_high"]] - n
        assert columns.to_numpy().tolist() == [[2, -1, 3], [5, 1, 5]]
    # Not the first way alone is shown, and each range stands behind its own figure.
    shown = tv.tables.transfers_table(1e9 * found).frame
    assert shown.iloc[0, 1:].tolist() == [
        f"+{2 + n:.2f} ({'+' if n > 1 else '−' if n < 1 else ''}{abs(n - 1):.2f} to +{3 + n:.2f})"
        for n in range(3)
    ]  # fmt: skip


def test_a_table_during_which_offers_are_made_is_played_for_the_same_objective() -> None:
    after, before = random_game(3), random_game(103)
    by_name = transfers(after, {"revenue_change_usd": 2.0}, during=before, weeks=2)
    for table in (after, before):
        home = table.index.get_level_values("partner") == "USA"
        table.loc[home, "income_change_usd"] = 2 * table.loc[home, "revenue_change_usd"]
    pd.testing.assert_frame_equal(by_name, transfers(after, during=before, weeks=2))


# The package's own game.


@pytest.fixture(scope="module")
def five() -> pd.DataFrame:
    return tv.deals()


def test_the_five(five: pd.DataFrame) -> None:
    found = dominance(five)
    assert found["choice"].to_dict() == {
        "GBR": "refuses", "AUS": "refuses", "KOR": "signs", "IND": "signs", "JPN": "signs",
    }  # fmt: skip
    assert stable(five) == stable(five, consent=False) == ["KOR+IND+JPN"]
    text = story.dominant(found)
    assert "signing is best for South Korea, India and Japan" in text and "five of five" in text


def test_all_coalitions_of_the_fourteen_say_who_signs() -> None:
    stored = stored_values()
    assert (stored["coalitions"] == 2**13).all()
    assert set(stored.index[stored["choice"] == "refuses"]) == {"GBR", "AUS"}
    assert (stored.loc[stored["choice"] == "signs", "gains_in"] == 2**13).all()
    assert stored["choice"].isin(["signs", "refuses"]).all()
    assert stored.index[stored["threat"] != "not credible"].tolist() == ["ISR"]
    # What signing first and last brings lies between the least and the most.
    for name in ("alone", "last", "average"):
        assert stored[name].between(stored["least"] - 1000, stored["most"] + 1000).all()
    text = briefing.one_by_one(stored)
    assert text.count(". ") == 2 and "the UK and Australia" in text and "Israel" in text


def test_own_terms_are_those_of_the_record() -> None:
    added = tv.exposure(own_terms(fourteen()), partners=["GBR", "JPN", "VNM", "AUS"])
    rate = added["added_rate"].droplevel("outcome")
    threat = tv.exposure("snapback", partners=["GBR", "JPN", "VNM", "AUS"])["added_rate"]
    threat = threat.droplevel("outcome")
    assert rate["AUS"] == pytest.approx(threat["AUS"])  # No deal rate.
    assert (rate[["GBR", "JPN", "VNM"]] < threat[["GBR", "JPN", "VNM"]] - 0.02).all()
    # Vietnam: 20 in the place of 46 percent on the same goods.
    reciprocal = tv.exposure(own_terms("VNM"), partners="VNM", by="layer")
    listed = tv.exposure("snapback", partners="VNM", by="layer")
    part, whole = (
        table.xs("reciprocal", level="layer")["added_duty_usd"].iloc[0]
        for table in (reciprocal, listed)
    )
    assert part / whole == pytest.approx(20 / 46, rel=1e-6)


def test_what_one_is_given_all_get_by_a_most_favoured_clause() -> None:
    pair = ["GBR", "JPN"]
    plain, clause = (tv.deals(pair, terms=own_terms(pair), most_favoured=m) for m in (False, True))
    for coalition in (1, 2):
        one, other = (
            table.xs(coalition, level="coalition")["income_change_usd"].to_numpy()
            for table in (plain, clause)
        )
        assert one == pytest.approx(other, rel=1e-6)
    both, favoured = (table.loc[(3, "JPN"), "income_change_usd"] for table in (plain, clause))
    # Britain's ten percent comes to Japan too.
    assert favoured > both + 1e8


def test_payments_are_far_below_what_was_pledged(five: pd.DataFrame) -> None:
    during = tv.deals(otherwise="pause")
    made = {"one": transfers(five, during=during), "patient": transfers(five, weeks=4)}
    table = ranges(made)
    assert (table["offers_low"] <= table["offers"]).all()
    assert (table["offers"] <= table["offers_high"]).all()
    text = story.pledged(table, tv.load("pledges"))
    assert "Japan pledged USD 550 billion" in text.replace("\u00a0", " ")
    assert "South Korea pledged USD 350 billion" in text.replace("\u00a0", " ")
    shown = tv.tables.transfers_table(table).frame
    assert shown["Partner"].tolist()[2] == "South Korea"


# Bad input.


def test_bad_questions_are_one_line(five: pd.DataFrame) -> None:
    many = tv.load("icio_economies").query("partner != 'USA'")["economy"].head(25).tolist()
    for ask, said in (
        (lambda: dominance(five, "revenu_change_usd"), "did you mean 'revenue_change_usd'"),
        (lambda: dominance(five, {}), "nothing has a weight"),
        (lambda: dominance(five, "exports_to_us_change"), "missing for the USA"),
        (lambda: transfers(five, "export_change"), "dollars"),
        (lambda: transfers(five, share=-0.1), "0 to 1"),
        (lambda: transfers(five, discount=0.0), "above 0"),
        (lambda: transfers(five, weeks=0), "weeks"),
        (lambda: transfers(five, during=random_game(1)), "another game"),
        (lambda: ranges({}), "no variant"),
        (lambda: tv.deals(["JPN"], terms="snapback"), "change nothing"),
        (lambda: tv.deals(["JPN"], most_favoured="yes"), "not True or False"),  # type: ignore[arg-type]
        (lambda: own_terms("JPM"), "JPN"),
        (lambda: own_terms("JPN", on="2025-01-20"), "no reciprocal duty"),
        (lambda: tv.deals(many), "too many partners"),
    ):
        with pytest.raises(ArgumentError, match=said) as fault:
            ask()
        assert "\n" not in str(fault.value)


@pytest.fixture(scope="module")
def by_sector() -> pd.DataFrame:
    return tv.deals(["JPN", "KOR"], sectors=["C24A", "C29"])


def test_weights_on_sectors_reach_their_limits(by_sector: pd.DataFrame) -> None:
    plain = tv.deals(["JPN", "KOR"])
    assert by_sector[plain.columns].equals(plain)
    income, revenue, steel = "income_change_usd", "revenue_change_usd", "output_C24A_usd"
    columns = ["choice", "threat", "home_least", "home_most"]

    def found(objective: object) -> pd.DataFrame:
        return dominance(by_sector, objective)[columns]  # type: ignore[arg-type]

    assert found({income: 1.0, steel: 0.0}).equals(found(income))
    assert found({revenue: 1.0, income: 0.0, steel: 0.0}).equals(found(revenue))
    mixed = {income: 1.0, revenue: 0.5, steel: 2.0}
    whole = found(mixed)
    tenfold = found({name: 10 * weight for name, weight in mixed.items()})
    assert tenfold[["choice", "threat"]].equals(whole[["choice", "threat"]])
    assert tenfold["home_most"].to_list() == pytest.approx((10 * whole["home_most"]).to_list())
    # American steelmakers lose by a deal that the country gains by: enough weight turns it round.
    assert set(found(income)["threat"]) == {"not credible"}
    assert set(found({income: 1e-9, "output_C29_usd": 1.0})["threat"]) == {"credible"}
    paid = [transfers(by_sector, {income: 1.0, steel: k})["one_by_one"] for k in (0.0, 1.0)]
    home = by_sector[steel].xs("USA", level="partner")
    # Both signed; nothing else moves, so half of what steelmakers lose is paid on top.
    assert paid[0].equals(transfers(by_sector)["one_by_one"])
    lost = (paid[1] - paid[0]).to_list()
    assert lost == pytest.approx([-(home[3] - home[2]) / 2, -(home[3] - home[1]) / 2])


def test_sectors_are_those_of_the_equilibrium() -> None:
    """Work is fixed, so that it only moves; output is that of `sector_effects`."""
    every = list(tv.load("icio_sectors")["sector"])
    table = tv.deals("JPN", sectors=every).xs((1, "USA"))
    moved = table[[f"work_{code}_usd" for code in every]]
    assert moved.sum() == pytest.approx(0.0, abs=1e-6 * moved.abs().max())
    assert moved.to_list() == pytest.approx(table[[f"output_{c}_usd" for c in every]].to_list())
    linked = tv.deals("JPN", sectors=["C24A", "C29"], inputs=True).xs((1, "USA"))
    signed = mix({"JPN": "japan_style"}, rest="snapback")
    effects = sector_effects(signed, reference="snapback").xs("USA", level="partner")
    moved = effects.droplevel("outcome").loc[["C24A", "C29"], "output_change"]
    assert (moved * linked[["output_C24A_usd", "output_C29_usd"]].to_numpy() > 0).all()
    size = linked["output_C29_usd"] / moved["C29"]
    start = solve(
        icio_world(inputs=True), tariffs_of(icio_world(inputs=True), added("snapback")[0])
    )
    place = start.world.place("USA")
    sold = start.customs_trade.sum(axis=1)[start.world.sectors.index("C29"), place]
    assert size == pytest.approx(sold, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: tv.deals(["JPN"], sectors=["C24"]), "unknown sector.*C24A"),
        (lambda t: tv.deals(["JPN"], sectors=["C29", "C29"]), "a sector stands twice.*C29"),
        (lambda t: dominance(t, {"output_C29_usd": -1.0}), "not a weight.*-1.0.*0 or more"),
        (lambda t: dominance(t, {"income_change_usd": 0.0}), "nothing has a weight"),
        (lambda t: dominance(t, {"output_C25_usd": 1.0}), "unknown measure.*output_C2"),
        (lambda t: dominance(t, {}), "nothing has a weight"),
    ],
)
def test_bad_weights_are_one_line(call: object, said: str, by_sector: pd.DataFrame) -> None:
    with pytest.raises(ArgumentError, match=said) as fault:
        call(by_sector)  # type: ignore[operator]
    assert "\n" not in str(fault.value)
