"""和暦 at their borders and everywhere between."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.eras import ERAS, era_year, wareki, year_label

DAYS = st.dates(min_value=ERAS[-1].first, max_value=date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "令和8年11月22日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_days_around_the_borders_of_the_eras(day: date, written: str) -> None:
    assert wareki(day) == written


@given(DAYS)
def test_the_year_of_the_era_goes_up_on_new_year_and_starts_anew_with_an_era(day: date) -> None:
    name, year = era_year(day)
    after, next_year = era_year(day + timedelta(days=1))
    if after != name:
        assert next_year == 1
    else:
        assert next_year == year + ((day + timedelta(days=1)).year - day.year)


def test_before_meiji_there_is_no_label() -> None:
    with pytest.raises(ValueError, match="明治より前"):
        wareki(ERAS[-1].first - timedelta(days=1))


def test_the_first_year_is_said_gannen() -> None:
    assert year_label(date(2019, 6, 1)) == "令和元年"
    assert year_label(date(2020, 6, 1)) == "令和2年"
