"""A quiet time ends with a commit, with a publication that begins or ends by itself, and with the day."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.web.quiet import Quiet, QuietTimes


class Database:
    """A database that only counts its commits."""

    def __init__(self, commits: int | None = 0) -> None:
        self.commits = commits

    def counter(self) -> int | None:
        return self.commits


def around(times: QuietTimes, now: datetime, change: datetime | None = None) -> Quiet:
    """The quiet time around `now`, the next change being foreseen at `change`."""
    return times.learn(now, times.counter(), lambda: change)


def test_it_lasts_until_the_next_commit(now: datetime) -> None:
    database = Database()
    times = QuietTimes(database)
    first = around(times, now)
    assert around(times, now + timedelta(hours=1)) is first is times.known(now)
    database.commits = 1
    assert times.known(now) is None
    assert around(times, now) is not first


def test_it_ends_when_a_publication_begins_or_ends(now: datetime) -> None:
    times, change = QuietTimes(Database()), now + timedelta(minutes=10)
    first = around(times, now, change)
    assert times.known(change - timedelta(seconds=1)) is first
    assert times.known(change) is None


def test_it_ends_with_the_day_in_japan(now: datetime) -> None:
    times = QuietTimes(Database())
    around(times, now)
    midnight = (now + timedelta(days=1)).replace(hour=0)
    assert times.known(midnight - timedelta(seconds=1)) is not None
    assert times.known(midnight) is None


def test_a_clock_that_is_set_back_finds_nothing_known(now: datetime) -> None:
    times = QuietTimes(Database())
    around(times, now)
    assert times.known(now - timedelta(seconds=1)) is None


def test_a_database_that_cannot_tell_its_commits_is_never_quiet(now: datetime) -> None:
    times = QuietTimes(Database(None))
    assert around(times, now) is not around(times, now)
    assert times.known(now) is None


def test_a_request_that_began_before_a_commit_keeps_nothing_for_those_after_it(now: datetime) -> None:
    database = Database()
    times = QuietTimes(database)
    counter = times.counter()
    database.commits = 1
    stale = times.learn(now, counter, lambda: None)
    assert times.known(now) is None
    assert around(times, now) is not stale


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_the_same_quiet_time_never_spans_a_commit(steps: list[int]) -> None:
    database, now = Database(), datetime.fromisoformat("2026-11-22T09:00:00+09:00")
    times, seen = QuietTimes(database), {}
    for step in steps:
        database.commits = (database.commits or 0) + (step == 0)
        now += timedelta(hours=step)
        quiet = around(times, now)
        assert seen.setdefault(id(quiet), (database.commits, quiet))[0] == database.commits
        assert quiet.begins <= now < quiet.ends
