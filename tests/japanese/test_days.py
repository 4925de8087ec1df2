"""A day is understood in every way that people write it, and a day that does not exist is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.days import parse_day
from kb.japanese.eras import wareki


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "2026/4/1",
        "2026.4.1",
        "2026年4月1日",
        "令和8年4月1日",
        "R8.4.1",
        "r8/4/1",
        "令和８年４月１日",
        " 2026-04-01 ",
    ],
)
def test_one_day_in_many_ways(text: str) -> None:
    assert parse_day(text) == date(2026, 4, 1)


def test_the_first_year_of_an_era() -> None:
    assert parse_day("令和元年5月1日") == parse_day("R1.5.1") == date(2019, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "", "あした", "2026-02-30", "令和8年13月1日", "8年4月1日", "2026-04", "20260401",
        "令和元年4月30日", "平成31年5月1日", "平成40年4月1日", "令和0年5月1日", "2026-04-01" + " " * 40, "\x002026-04-01",
    ],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text) is None


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31)))
def test_what_is_shown_can_be_typed(day: date) -> None:
    assert parse_day(wareki(day)) == day
    assert parse_day(day.isoformat()) == day
