"""A refresh from a local server: what it rebuilds, refuses, and leaves as it was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import services
from services import Services, Tables

from tradeviz.datasets import DATA, check_package, described, load
from tradeviz.refresh.client import KEY, Manners
from tradeviz.refresh.run import Settings, refresh

TABLES = Tables()
QUICK = Manners(pause=0.0, backoff=0.01, tries=2, timeout=2.0, longest=0.5, longest_wait=1)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "made")


def no(question: str) -> bool:
    raise AssertionError(question)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Every trade table, from an empty folder and the server alone."""
    folder, said = tmp_path_factory.mktemp("refresh") / "data", []
    with services.serving(TABLES) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY, "made")
        settings = Settings(since=dt.date(2013, 1, 1), into=folder, base_url=server.address,
                            manners=Manners(pause=0.0), quiet=True)  # fmt: skip
        assert refresh(settings, say=said.append, ask=no)
    return folder, said


TRADE = (
    *("imports_2024", "products", "tariff_lines", "hts_codes", "duties_monthly"),
    *("duties_monthly_naics3", "balances_monthly", "aggregates_monthly", "gdp", "goods_exports"),
    *("partners", "april_2025_rates"),
)


@pytest.mark.parametrize("name", TRADE)
def test_a_table_from_the_services_is_the_shipped_one(
    rebuilt: tuple[Path, list[str]], name: str
) -> None:
    pd.testing.assert_frame_equal(load(name, folder=rebuilt[0]), load(name), rtol=1e-12)


@pytest.mark.parametrize("name", ["balances_annual", "aggregates_annual"])
def test_years_differ_by_the_rounding_of_the_workbook_only(
    rebuilt: tuple[Path, list[str]], name: str
) -> None:
    before, after = load(name), load(name, folder=rebuilt[0])
    key = described(name)["schema"]["primaryKey"]
    both = before.merge(after, on=key, how="outer", suffixes=("", "_new"), validate="one_to_one")
    for column in ("exports_usd", "general_imports_usd"):
        # The workbook has tenths of a million; a year is now the sum of its months.
        assert (both[column] - both[f"{column}_new"]).abs().max() < 12 * 0.05e6
        moved = both[both[column] != both[f"{column}_new"]]
        assert set(moved["vintage_new"]) == {f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"}


def test_the_new_folder_is_sound_and_says_what_moved(rebuilt: tuple[Path, list[str]]) -> None:
    folder, said = rebuilt
    assert check_package(folder) == []
    assert [line.split(":")[0] for line in said] == [
        "the law is encoded to 2026-10-09",
        "balances_annual",
        "aggregates_annual",
        "no headline figure and no claim moves",
        str(folder),
    ]
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


@pytest.fixture
def server() -> Services:
    with services.serving(TABLES) as server:
        yield server


def settings_of(server: Services, folder: Path, only: str = "sizes") -> Settings:
    return Settings(only=[only], since=dt.date(2025, 1, 1), into=folder, quiet=True,
                    base_url=server.address, manners=QUICK)  # fmt: skip


def test_a_failed_service_leaves_all_as_it_was(server: Services, tmp_path: Path) -> None:
    server.spoil("TX.VAL", services.status(500))
    with pytest.raises(Exception, match="world_bank: goods_exports_world_usd: busy or broken"):
        refresh(settings_of(server, tmp_path / "data"), say=print, ask=no)
    assert not (tmp_path / "data").exists()
    server.faults.clear()
    asked = len(server.asked)
    assert refresh(settings_of(server, tmp_path / "data"), say=print, ask=no)
    assert len(server.asked) == asked + 1
    assert load("gdp", folder=tmp_path / "data").equals(load("gdp", folder=DATA))
