"""How much of each chapter the partners' lists of US goods name, counted in HS6 codes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tables.common import described, read_text, write_table

# List -> partner, file, column of the code, chapters (None: all of the file). The Canadian order on
# steel and aluminium names other goods too, which were freed later; chapters tell them apart here.
_METALS = {"72", "73", "76"}
_OTHER = {"34", "35", "66", "69", "71", "82", "83", "84", "85", "87", "91", "94", "95", "96"}
_LISTS = {
    "canada_march": ("CAN", "canada-march-list", 0, None),
    "canada_metals": ("CAN", "canada-steel-list", 0, _METALS),
    "canada_other": ("CAN", "canada-steel-list", 0, _OTHER),
    "china_10": ("CHN", "china-10-percent-030425", 1, None),
    "china_15": ("CHN", "china-15-percent-030425", 1, None),
}
_DIGITS = 8
_LAST_CHAPTER = "97"


def _codes(path: Path, column: int) -> pd.Series[str]:
    """Return the codes of a file without header, the leading zeros put back."""
    codes = read_text(path, header=None)[column].str.replace(".", "", regex=False)
    codes = codes.str.zfill(_DIGITS)
    if not codes.str.fullmatch(r"\d{8}").all():
        raise ValueError(f"{path.name}: a code is no code of eight digits")
    # The list of 10 % has a code twice, under two names.
    return codes.drop_duplicates()


def lists(raw: Path, out: Path) -> pd.DataFrame:
    """Return codes listed and share of the chapter's HS6 codes by list and chapter."""
    tariff = pd.read_parquet(out / described()["hts_codes"]["path"])["code"].astype(str)
    tariff_codes = set(tariff[tariff.str.len() >= _DIGITS].str[:6])
    rows = []
    for name, (partner, file, column, chapters) in _LISTS.items():
        codes = _codes(raw / "tariff-lists" / f"{file}.csv", column)
        # Chapters 98 and 99 are national and no chapters of trade.
        codes = codes[codes.str[:2] <= _LAST_CHAPTER]
        if file == "canada-steel-list" and not set(codes.str[:2]) <= _METALS | _OTHER:
            raise ValueError(f"{file}: a chapter without a place")
        for chapter, listed in codes.groupby(codes.str[:2]):
            if chapters is not None and chapter not in chapters:
                continue
            subheadings = set(listed.str[:6])
            whole = subheadings | {code for code in tariff_codes if code[:2] == chapter}
            rows.append(
                (name, partner, chapter, len(listed), len(subheadings), len(whole))
            )  # fmt: skip
    columns = ["list", "partner", "hs2", "codes", "subheadings", "subheadings_of_chapter"]
    table = pd.DataFrame(rows, columns=columns)
    share = table["subheadings"] / table["subheadings_of_chapter"]
    return table.assign(share=share.round(_DIGITS), provisional=True)


def build(raw: Path, out: Path) -> None:
    """Write answer_lists.csv."""
    write_table(lists(raw, out), out, "answer_lists")
