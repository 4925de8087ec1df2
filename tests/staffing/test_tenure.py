"""Times overlap exactly when they share a moment, and a gap is the first moment that none of them covers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.staffing.tenure import Tenure, first_gap

START = datetime(2026, 4, 1, tzinfo=UTC)
DAYS = range(-1, 22)


def day(number: int) -> datetime:
    """A moment, by number of days from the start."""
    return START + timedelta(days=number)


numbers = st.integers(0, 20)
tenures = st.builds(
    lambda since, length: Tenure(day(since), None if length is None else day(since + length)),
    numbers,
    st.none() | st.integers(0, 10),
)


@given(tenures, tenures)
def test_they_overlap_when_they_share_a_moment(one: Tenure, other: Tenure) -> None:
    shared = any(one.holds_at(day(number)) and other.holds_at(day(number)) for number in range(40))
    assert one.overlaps(other) == other.overlaps(one) == shared


@given(st.lists(tenures, max_size=5), numbers)
def test_the_gap_is_the_first_uncovered_moment(held: list[Tenure], start: int) -> None:
    uncovered = [day(n) for n in range(start, 60) if not any(one.holds_at(day(n)) for one in held)]
    assert first_gap(held, day(start)) == (uncovered[0] if uncovered else None)


def test_what_ends_where_it_begins_never_held() -> None:
    assert Tenure(day(3), day(3)).empty
    assert not Tenure(day(3), day(3)).holds_at(day(3))
    assert not Tenure(day(3)).empty
