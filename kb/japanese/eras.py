"""和暦: five eras and 元年.

First days of the eras: 明治 by its proclamation of 1868-10-23 (counted here from 1868-01-25, to which it was dated
back), 大正, 昭和 and 平成 by the cabinet orders of their day, 令和 by 政令第143号 of 2019. Before 1873 Japan used a lunisolar calendar, so days
of 明治1–5 are Gregorian days that no document of that time bears.
"""

from dataclasses import dataclass
from datetime import date


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


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)
