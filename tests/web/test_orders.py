"""The orders of a comparison and the borders between prefectures, as laws."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.prefectures import borders_from, prefectures
from kb.likes.queries import Count
from kb.web.compared import FROM_A_TOWN, Compared, Rank, ranked
from kb.web.comparison import orders
from kb.web.rows import Row


def a_row(number: int, **changes: Any) -> Compared:
    """A row with nothing known."""
    manual = Row(
        title=str(number), slug="", town_name="", town_code=f"{number:06}", procedure_name="", work_area_name="",
        audience="public", audience_label="", edition=1, published_on=date(2026, 1, 1),
        confirmed_on=date(2026, 1, 1), confirmed_by="", change_note="", figures=None, annual_volume=None, is_own=False, exemplar=False,
    )  # fmt: skip
    values: dict[str, Any] = {
        "media": frozenset(), "prefecture": "99", "population": None, "band": None, "borders": None, "unlike": None,
        "likes": Count(), "adoptions": 0, "forks": 0,
    }  # fmt: skip
    return Compared(manual=manual, **{**values, **changes})


some_rows = st.lists(
    st.builds(
        a_row,
        st.integers(1, 999_999),
        borders=st.none() | st.integers(0, 13),
        unlike=st.none() | st.floats(0, 9),
        adoptions=st.integers(0, 3),
        likes=st.builds(Count, st.integers(0, 9), st.integers(0, 3)),
    ),
    max_size=8,
)


@given(rows=some_rows, rank=st.sampled_from(Rank), turned=st.booleans())
def test_an_order_loses_no_row_and_keeps_the_unknown_last(rows: list[Compared], rank: Rank, turned: bool) -> None:
    found = ranked(rows, rank, turned=turned)
    assert sorted(map(id, found)) == sorted(map(id, rows))
    known: Callable[[Compared], bool] = {
        Rank.NEAR: lambda one: one.borders is not None,
        Rank.PREFECTURE: lambda one: one.borders is not None,
        Rank.SIZE: lambda one: one.unlike is not None,
        Rank.MINUTES: lambda one: False,
        Rank.STEPS: lambda one: False,
        Rank.CORE: lambda one: False,
    }.get(rank, lambda one: True)
    assert [known(one) for one in found] == sorted((known(one) for one in found), reverse=True)


@given(rows=some_rows)
def test_near_goes_border_by_border_and_the_own_prefecture_only_once(rows: list[Compared]) -> None:
    near = [one.borders for one in ranked(rows, Rank.NEAR) if one.borders is not None]
    assert near == sorted(near)
    first = [one.borders for one in ranked(rows, Rank.PREFECTURE) if one.borders is not None]
    assert first == [0] * first.count(0) + [one.borders for one in rows if one.borders]


def test_orders_depend_on_who_asks() -> None:
    assert orders(from_a_town=True, by_likes=True) == set(Rank)
    assert orders(from_a_town=False, by_likes=False) == set(Rank) - FROM_A_TOWN - {Rank.LIKED}


def test_being_neighbours_is_mutual_and_reaches_everywhere() -> None:
    known = prefectures()
    assert list(known) == [f"{number:02}" for number in range(1, 48)]
    for one in known.values():
        assert one.code not in one.neighbours
        assert len(set(one.neighbours)) == len(one.neighbours)
        assert all(one.code in known[other].neighbours for other in one.neighbours)
    assert all(set(borders_from(code)) == set(known) for code in known)
    assert borders_from("99") == {"99": 0}


@pytest.mark.parametrize(
    ("here", "there", "borders"), [("13", "13", 0), ("13", "14", 1), ("13", "22", 2), ("01", "03", 2), ("47", "46", 1)]
)
def test_borders_between_prefectures(here: str, there: str, borders: int) -> None:
    assert borders_from(here)[there] == borders_from(there)[here] == borders
