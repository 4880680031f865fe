"""Broken measures and outcomes: each fault by its exact message, and all of them named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import LATER, SPAN

import tradeviz as tv
from tradeviz.datasets import DATA
from tradeviz.errors import ArgumentError, MeasureError, OutcomeError
from tradeviz.law.outcome import mix
from tradeviz.law.reading import check_law, law, read_law
from tradeviz.law.scopes import scope, scope_names
from tradeviz.law.shares import share_names

Change = Callable[[pd.DataFrame], pd.DataFrame | None]
TABLES = (
    "partners.csv",
    *(f"law/{name}.csv" for name in ("layers", "stacking", "measures", "exemptions")),
)
SCOPES, LAYERS = len(scope_names()), len(law().layers)
GBR = 1 + int(
    pd.read_csv(DATA / "law/measures.csv")["measure"]
    .eq("s232_autos-2025-06-30-gbr")
    .to_numpy()
    .argmax()
)


@pytest.fixture
def law_with(tmp_path: Path) -> Callable[..., Path]:
    """Copy the law tables, change one, and describe the copy as the build would."""

    def make(table: str, change: Change) -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        (folder / "law/scopes").mkdir(parents=True, exist_ok=True)
        package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
        kept = []
        for resource in package["resources"]:
            path = resource["path"]
            if path in TABLES or path.startswith("law/scopes/") or path == "value_shares.parquet":
                shutil.copy(DATA / path, folder / path)
                kept.append(resource)
        frame = pd.read_csv(folder / table, dtype=str, keep_default_na=False)
        made = change(frame)
        (frame if made is None else made).to_csv(folder / table, index=False, lineterminator="\n")
        for resource in kept:
            content = (folder / resource["path"]).read_bytes()
            resource["bytes"] = len(content)
            resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        package["resources"] = kept
        (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        return folder

    return make


def put(field: str, value: str, row: int = GBR) -> Change:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[row - 1, field] = value

    return change


def repeat(**other: str) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        row = frame.iloc[[GBR - 1]].assign(**other)
        return pd.concat([frame, row], ignore_index=True)

    return change


ROW = f"law/measures.csv, row {GBR}, field"
LAST = 1 + len(pd.read_csv(DATA / "law/measures.csv"))
MEASURES: dict[str, tuple[Change, str]] = {
    "unknown scope": (
        put("scope", "passenger_car"),
        f"{ROW} 'scope': unknown name; value 'passenger_car'; allowed: {SCOPES} names; "
        "did you mean 'passenger_cars'?",
    ),
    "unknown layer": (
        put("layer", "s232_auto"),
        f"{ROW} 'layer': unknown name; value 's232_auto'; allowed: {LAYERS - 1} names; "
        "did you mean 's232_autos'?",
    ),
    "unknown partner": (
        put("partners", "GBX"),
        f"{ROW} 'partners': unknown partner 'GBX'; value 'GBX'; allowed: codes of partners.csv, "
        "or all; did you mean 'GBR'?",
    ),
    "ceiling that nets nothing": (
        put("nets", ""),
        f"{ROW} 'nets': a ceiling names the duty it includes, an add none; allowed: ordinary, mfn",
    ),
    "end before start": (
        put("end", "2025-06-01"),
        f"{ROW} 'end': ends before it starts; value '2025-06-01'; allowed: a day after 2025-06-30",
    ),
    "unknown share of value": (
        put("value_share", "copper_contents"),
        f"{ROW} 'value_share': unknown name; value 'copper_contents'; allowed: "
        f"{', '.join(sorted(share_names()))}; did you mean 'copper_content'?",
    ),
    "provisional without a reason": (
        put("why", ""),
        f"{ROW} 'why': a provisional row says why, and only such a row; allowed: a reason",
    ),
    "overlap": (
        repeat(measure="s232_autos-2025-07-30-gbr", start="2025-07-30"),
        f"law/measures.csv, row {LAST}, field 'measure': overlaps row {GBR} "
        "('s232_autos-2025-06-30-gbr'); value 's232_autos-2025-07-30-gbr'; allowed: one measure "
        "for a layer, scope, partner and day; end the earlier one",
    ),
}


@pytest.mark.parametrize("fault", MEASURES)
def test_a_broken_measure_is_named(fault: str, law_with: Callable[..., Path]) -> None:
    change, message = MEASURES[fault]
    folder = law_with("law/measures.csv", change)
    assert check_law(folder) == [message]
    with pytest.raises(MeasureError) as caught:
        read_law(folder)
    assert str(caught.value) == message


def test_a_percent_for_a_rate_is_explained(law_with: Callable[..., Path]) -> None:
    # The description of the table allows 0 to 5; its own check speaks first.
    folder = law_with("law/measures.csv", put("rate", "15"))
    with pytest.raises(Exception, match="rate") as caught:
        read_law(folder)
    assert f"row {GBR}" in str(caught.value) and "15" in str(caught.value)


def test_all_faults_are_named_and_counted(law_with: Callable[..., Path]) -> None:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[GBR - 1, ["scope", "nets", "partners"]] = ["caars", "", "GBX"]

    folder = law_with("law/measures.csv", change)
    assert len(check_law(folder)) == 3
    with pytest.raises(MeasureError, match=r"\(and 2 more: tradeviz check\)"):
        read_law(folder)


def test_a_layer_that_gives_way_to_itself(law_with: Callable[..., Path]) -> None:
    frame = pd.read_csv(DATA / "law/stacking.csv")
    layer = str(frame.loc[0, "layer"])
    folder = law_with("law/stacking.csv", put("yields_to", layer, row=1))
    assert check_law(folder) == [
        "law/stacking.csv, row 1, field 'yields_to': a layer cannot give way to itself; "
        f"value '{layer}'; allowed: another layer"
    ]


def test_an_exemption_for_nobody(law_with: Callable[..., Path]) -> None:
    folder = law_with("law/exemptions.csv", put("partners", "all;JPM", row=1))
    found = check_law(folder)
    assert any("unknown partner 'JPM'" in fault and "'JPN'" in fault for fault in found)


def test_unknown_scope_by_name() -> None:
    with pytest.raises(MeasureError) as caught:
        scope("softwod")
    message = "field 'scope': unknown scope; value 'softwod'; did you mean 'softwood'?"
    assert str(caught.value) == message


HEAD = 'name = "own"\nlaw = 2025-04-16\n'
CHANGE = '[[change]]\nlayer = "reciprocal"\npartners = ["JPN"]\n'
FILES = {
    "name = own": "own.toml: not TOML: Invalid value (at line 1, column 8)",
    HEAD + "titel = 'x'\n": "own.toml, field 'titel': unknown key; allowed: name, title, meaning, "
    "basis, law, fixed_day, order, partner_tariffs, change; did you mean 'title'?",
    "name = 3\n": "own.toml, field 'name': not a text; value '3'; allowed: text in quotes, as "
    '"own"',
    "law = 2024-12-31\n": "own.toml, field 'law': outside the dates that the law tables cover; "
    f"value '2024-12-31'; allowed: {SPAN}",
    "law = 'soon'\n": "own.toml, field 'law': not a date; value 'soon'; allowed: a date as "
    "2025-08-07",
    "change = 3\n": "own.toml, field 'change': not a list of tables; value '3'; allowed: "
    "[[change]] blocks",
    HEAD + CHANGE: "own.toml, row change 1, field 'rate': one of them is needed, not more; "
    "allowed: rate, off or as_on",
    HEAD + CHANGE + "rate = 0.1\noff = true\n": "own.toml, row change 1, field 'rate': one of them "
    "is needed, not more; value '['rate', 'off']'; allowed: rate, off or as_on",
    HEAD + CHANGE + "rate = 15\n": "own.toml, row change 1, field 'rate': not a fraction: 15 "
    "percent is 0.15; value '15'; allowed: 0 to 5",
    HEAD + CHANGE + "rate = -0.1\n": "own.toml, row change 1, field 'rate': not a fraction; value "
    "'-0.1'; allowed: 0 to 5",
    HEAD
    + CHANGE
    + "off = false\n": "own.toml, row change 1, field 'off': not true; value 'False'; allowed: "
    "true, or leave the key out",
    HEAD + CHANGE + "rate = 0.1\nrule = 'cap'\n": "own.toml, row change 1, field 'rule': unknown "
    "name; value 'cap'; allowed: add, ceiling",
    HEAD + CHANGE + "rate = 0.1\nscop = 'cars'\n": "own.toml, row change 1, field 'scop': unknown "
    "key; allowed: layer, partners, except_partners, scope, rule, rate, nets, value_share, "
    "quota_share, off, as_on, reference; did you mean 'scope'?",
    HEAD + CHANGE.replace("JPN", "JPM") + "rate = 0.1\n": "own.toml, row change 1, field "
    "'partners': unknown partner; value 'JPM'; allowed: codes as JPN, or all; did you mean 'JPN'?",
    HEAD + CHANGE.replace('["JPN"]', "[]") + "rate = 0.1\n": "own.toml, row change 1, field "
    "'partners': not a list of partners; value '[]'; allowed: [\"JPN\", \"KOR\"]",
    HEAD + CHANGE.replace("reciprocal", "s232_autos") + "rate = 0.1\n": "own.toml, row change 1, "
    "field 'scope': a rate on these products needs a scope; value 'all'; allowed: a list",
    HEAD + CHANGE.replace("reciprocal", "s232_autos") + "rate = 0.1\nscope = 'car'\n": "own.toml, "
    f"row change 1, field 'scope': unknown name; value 'car'; allowed: {SCOPES} names "
    "(tradeviz list); "
    "did you mean 'cars'?",
    HEAD + CHANGE + "as_on = 2027-01-01\n": "own.toml, row change 1, field 'as_on': outside the "
    f"dates that the law tables cover; value '2027-01-01'; allowed: {SPAN}",
    HEAD + CHANGE + "rate = 0.1\nquota_share = 2\n": "own.toml, row change 1, field 'quota_share': "
    "not a fraction: 2 percent is 0.02; value '2'; allowed: 0 to 1",
}


@pytest.mark.parametrize("text", FILES)
def test_a_broken_outcome_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OutcomeError) as caught:
        tv.outcome(path)
    assert str(caught.value) == FILES[text]


def test_a_missing_outcome_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "middle.toml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(OutcomeError, match="no such outcome file; did you mean 'middle.toml'?"):
        tv.outcome(tmp_path / "midle.toml")


def test_arguments_in_code() -> None:
    with pytest.raises(OutcomeError) as empty:
        mix({})
    assert str(empty.value) == "field 'outcome': an empty mix; allowed: partner: outcome"
    with pytest.raises(OutcomeError) as none:
        tv.outcome("pause").with_rate("JPN")
    assert str(none.value) == "field 'rates': no rate given; allowed: reciprocal=0.15"
    with pytest.raises(OutcomeError) as percent:
        tv.outcome("pause").with_rate("JPN", reciprocal=15)
    assert str(percent.value) == (
        "with_rate, row change 1, field 'rate': not a fraction: 15 percent is 0.15; value '15'; "
        "allowed: 0 to 5"
    )
    with pytest.raises(ArgumentError) as day:
        tv.schedule(LATER)
    assert str(day.value) == (
        f"field 'on': outside the dates that the law tables cover; value '{LATER}'; allowed: {SPAN}"
    )
    with pytest.raises(ArgumentError, match="no partner given"):
        tv.exposure("pause", partners=[])
