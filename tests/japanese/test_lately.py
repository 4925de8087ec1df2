"""How long ago something was done, while it is fresh."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.japanese.notation import clock, lately

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)  # 10:30 in Japan


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=-5), "たった今"),
        (timedelta(seconds=59), "たった今"),
        (timedelta(minutes=2), "2分前"),
        (timedelta(minutes=59, seconds=59), "59分前"),
        (timedelta(hours=3), "3時間前"),
        (timedelta(hours=12), "1日前 22:30"),
        (timedelta(days=3), "3日前 10:30"),
    ],
)
def test_minutes_first_then_hours_of_the_day_then_days(before, said):
    assert lately(NOW - before, NOW) == said


def test_the_time_of_day_is_that_of_japan():
    assert clock(NOW) == "10:30"
