"""和暦 and 年度: five eras, 元年, and fiscal years from 1 April to 31 March.

First days of the eras: 明治 by its proclamation of 1868-10-23 (counted here from 1868-01-25, to which it was dated
back), 大正, 昭和 and 平成 by the cabinet orders of their day, 令和 by 政令第143号 of 2019. Before 1873 Japan used a lunisolar calendar, so days
of 明治1–5 are Gregorian days that no document of that time bears.
"""

import re
from dataclasses import dataclass
from datetime import date

from kb.japanese.width import fold


@dataclass(frozen=True)
class Era:
    """A 元号 with its first day."""

    name: str
    first: date


ERAS = (
    Era("令和", date(2019, 5, 1)),
    Era("平成", date(1989, 1, 8)),
    Era("昭和", date(1926, 12, 25)),
    Era("大正", date(1912, 7, 30)),
    Era("明治", date(1868, 1, 25)),
)
"""Newest first."""

_BY_NAME = {era.name: era for era in ERAS}
_NAMES = "|".join(_BY_NAME)
_DATE = re.compile(rf"({_NAMES})(元|[0-9]{{1,3}})年([0-9]{{1,2}})月([0-9]{{1,2}})日")
_FISCAL_YEAR = re.compile(rf"({_NAMES})(元|[0-9]{{1,3}})年度")


def era_year(day: date) -> tuple[str, int]:
    """Name of the era and year in it: 2026-11-22 → ("令和", 8). ValueError before 明治."""
    for era in ERAS:
        if day >= era.first:
            return era.name, day.year - era.first.year + 1
    raise ValueError("明治より前の日付は和暦で表せません。")


def year_label(day: date) -> str:
    """「令和8年」, 「令和元年」. ValueError before 明治."""
    name, year = era_year(day)
    return f"{name}{_year_text(year)}年"


def wareki(day: date) -> str:
    """「令和8年11月22日」. ValueError before 明治."""
    return f"{year_label(day)}{day.month}月{day.day}日"


def parse_wareki(text: str) -> date:
    """The day that 「令和8年11月22日」 names; full-width digits are read too.

    ValueError (a sentence for the user) when it is no such date, or a day outside the era that it names.
    """
    found = _DATE.fullmatch(fold(text.strip()))
    if not found:
        raise ValueError("「令和8年11月22日」の形で入力してください。")
    name, year, month, day = found.groups()
    try:
        parsed = date(_western(name, year), int(month), int(day))
        actual = era_year(parsed)[0]
    except ValueError:
        raise ValueError(f"「{text.strip()}」という日付はありません。") from None
    if actual != name:
        raise ValueError(f"「{text.strip()}」は{name}の期間の外です。{wareki(parsed)}と入力してください。")
    return parsed


def fiscal_year(day: date) -> int:
    """The 年度 that a day belongs to, named by the year of its April: 2027-03-31 → 2026."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_span(year: int) -> tuple[date, date]:
    """First and last day of a 年度: 2026 → (2026-04-01, 2027-03-31)."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_year_label(year: int) -> str:
    """「令和8年度」 for 2026. Named by the era of its 1 April, except 2019: 令和元年度, as the state named its budget.

    ValueError before 明治.
    """
    if year == 2019:
        return "令和元年度"
    name, number = era_year(date(year, 4, 1))
    return f"{name}{_year_text(number)}年度"


def parse_fiscal_year(text: str) -> int:
    """The year whose April begins 「令和8年度」; 平成31年度 and 令和元年度 are both 2019.

    ValueError (a sentence for the user) when it is no such label, or no day of that 年度 lies in the era.
    """
    found = _FISCAL_YEAR.fullmatch(fold(text.strip()))
    if not found:
        raise ValueError("「令和8年度」の形で入力してください。")
    name, number = found.groups()
    year = _western(name, number)
    try:
        eras = {era_year(day)[0] for day in fiscal_year_span(year)}
    except ValueError:
        eras = set()
    if name not in eras:
        raise ValueError(f"「{text.strip()}」という年度はありません。")
    return year


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)


def _western(name: str, year: str) -> int:
    number = 1 if year == "元" else int(year)
    if number == 0:
        raise ValueError(f"「{name}0年」という年はありません。")
    return _BY_NAME[name].first.year + number - 1
