"""Working time as people say it."""

import pytest

from kb.japanese.notation import duration


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (None, "未計測"),
        (0, "0分"),
        (6.5, "6.5分"),
        (26.5, "27分"),
        (119.4, "119分"),
        (120, "2時間"),
        (199.1, "3時間19分"),
        (1439.7, "24時間"),
        (27870, "465時間"),
    ],
)
def test_short_work_is_said_in_minutes_and_long_work_in_hours(minutes: float | None, said: str) -> None:
    assert duration(minutes) == said
