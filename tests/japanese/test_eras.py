"""和暦 and 年度 at their borders and everywhere between."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.eras import (
    ERAS,
    era_year,
    fiscal_year,
    fiscal_year_label,
    fiscal_year_span,
    parse_fiscal_year,
    parse_wareki,
    wareki,
    year_label,
)

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
    assert parse_wareki(written) == day


@given(DAYS)
def test_every_day_reads_back(day: date) -> None:
    assert parse_wareki(wareki(day)) == day


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


def test_first_year_is_said_gannen_and_may_be_typed_as_a_number_in_any_width() -> None:
    assert year_label(date(2019, 6, 1)) == "令和元年"
    assert parse_wareki("令和1年6月1日") == date(2019, 6, 1)
    assert parse_wareki(" 令和８年１１月２２日 ") == date(2026, 11, 22)


@pytest.mark.parametrize(
    "text", ["", "2026-11-22", "令和8年2月30日", "令和0年1月1日", "令和8年", "平成31年5月1日", "昭和64年1月8日"]
)
def test_what_is_no_day_of_the_era_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"。$"):
        parse_wareki(text)


@given(DAYS)
def test_a_fiscal_year_runs_from_april_to_march(day: date) -> None:
    first, last = fiscal_year_span(fiscal_year(day))
    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)
    assert fiscal_year(last + timedelta(days=1)) == fiscal_year(day) + 1


@pytest.mark.parametrize(
    ("year", "label"),
    [
        (2026, "令和8年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
        (1926, "大正15年度"),
    ],
)
def test_labels_of_fiscal_years(year: int, label: str) -> None:
    assert fiscal_year_label(year) == label


@given(st.integers(1868, 2199))
def test_labels_of_fiscal_years_read_back(year: int) -> None:
    assert parse_fiscal_year(fiscal_year_label(year)) == year


def test_a_fiscal_year_with_two_eras_has_two_names() -> None:
    assert parse_fiscal_year("平成31年度") == parse_fiscal_year("令和元年度") == parse_fiscal_year("令和１年度") == 2019


@pytest.mark.parametrize("text", ["", "2026年度", "令和8年", "平成32年度", "令和0年度"])
def test_what_is_no_fiscal_year_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"。$"):
        parse_fiscal_year(text)


def test_january_belongs_to_the_fiscal_year_before() -> None:
    assert fiscal_year(date(2027, 3, 31)) == 2026
    assert fiscal_year(date(2027, 4, 1)) == 2027
