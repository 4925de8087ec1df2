"""Guessing is slowed down, and nobody is locked out by somebody else."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from kb.accounts.models import SignInFailure
from kb.accounts.throttling import (
    FIRST_WAIT,
    LOGIN,
    PAIR,
    REMEMBERED,
    SOURCE,
    Attempt,
    Limit,
    Refused,
    attempt,
    begin_attempt,
    forgive,
)

KEY = "a key of the tests"
HOME, AWAY = "192.0.2.1", "198.51.100.7"


def tried(login: str = "akari", address: str = AWAY, browser: str | None = None) -> Attempt:
    return attempt(KEY, login, address, browser=browser)


def fail(session: Session, one: Attempt, times: int, at: datetime) -> int | Refused:
    """Try so often; the last answer."""
    answers = [begin_attempt(session, one, at=at) for _ in range(times)]
    return answers[-1]


@pytest.fixture
def hammered(session: Session, now: datetime) -> Session:
    """Somebody far away has tried Akari's login until they had to wait."""
    assert isinstance(fail(session, tried(), PAIR.free + 1, now), Refused)
    return session


limits = st.builds(Limit, free=st.integers(1, 200), longest=st.timedeltas(FIRST_WAIT, timedelta(hours=1)))


@given(limits, st.integers(0, 100_000))
@settings(max_examples=100)
def test_a_wait_has_a_bound_and_never_shrinks(limit: Limit, failures: int) -> None:
    last = datetime(2026, 11, 22)
    now_, next_ = limit.next_try(failures, last), limit.next_try(failures + 1, last)
    if failures < limit.free:
        assert now_ is None
    else:
        assert now_ is not None
        assert next_ is not None
        assert last < now_ <= next_ <= last + limit.longest


def test_some_tries_are_free_and_then_one_has_to_wait(session: Session, now: datetime) -> None:
    assert isinstance(fail(session, tried(), PAIR.free, now), int)
    assert begin_attempt(session, tried(), at=now) == Refused(now + FIRST_WAIT)
    assert isinstance(begin_attempt(session, tried(), at=now + FIRST_WAIT), int)
    assert begin_attempt(session, tried(), at=now + FIRST_WAIT) == Refused(now + FIRST_WAIT + 2 * FIRST_WAIT)


def test_trying_on_while_waiting_prolongs_nothing(hammered: Session, now: datetime) -> None:
    before = len(hammered.exec(select(SignInFailure)).all())
    assert fail(hammered, tried(), 50, now) == Refused(now + FIRST_WAIT)
    assert len(hammered.exec(select(SignInFailure)).all()) == before


def test_a_stranger_does_not_lock_the_owner_out_of_their_own_pc(hammered: Session, now: datetime) -> None:
    assert isinstance(begin_attempt(hammered, tried(browser="own pc"), at=now), int)


def test_nor_does_a_crowd_of_strangers(session: Session, now: datetime) -> None:
    for number in range(LOGIN.free + 1):
        begin_attempt(session, tried(address=f"203.0.113.{number}"), at=now)
    assert begin_attempt(session, tried(address=HOME), at=now) == Refused(now + FIRST_WAIT)
    assert isinstance(begin_attempt(session, tried(address=HOME, browser="own pc"), at=now), int)


def test_whoever_is_at_a_new_pc_waits_a_minute_at_most_while_others_hammer(session: Session, now: datetime) -> None:
    for minute in range(50):
        for number in range(200):
            begin_attempt(session, tried(address=f"203.0.{minute}.{number}"), at=now + timedelta(minutes=minute))
            if number > LOGIN.free:
                break
    answer = begin_attempt(session, tried(address=HOME), at=now + timedelta(minutes=49))
    assert isinstance(answer, Refused)
    assert answer.until <= now + timedelta(minutes=50)


def test_another_account_is_not_affected(hammered: Session, now: datetime) -> None:
    assert isinstance(begin_attempt(hammered, tried("bunta"), at=now), int)


def test_many_names_from_one_source_are_slowed_down_too(session: Session, now: datetime) -> None:
    for number in range(SOURCE.free):
        assert isinstance(begin_attempt(session, tried(f"name{number}"), at=now), int)
    assert isinstance(begin_attempt(session, tried("another"), at=now), Refused)
    assert isinstance(begin_attempt(session, tried("another", HOME), at=now), int)
    assert isinstance(begin_attempt(session, tried("another", browser="a pc behind the same address"), at=now), int)


def test_a_known_browser_is_no_way_around(session: Session, now: datetime) -> None:
    assert isinstance(fail(session, tried(browser="stolen"), PAIR.free + 1, now), Refused)


def test_the_right_password_forgets_the_own_mistakes_alone(session: Session, now: datetime) -> None:
    fail(session, tried(), 3, now)
    fail(session, tried(address=HOME), 3, now)
    forgive(session, tried(address=HOME))
    left = session.exec(select(SignInFailure)).all()
    assert {one.source_hash for one in left} == {tried().source_hash}


def test_failures_are_forgotten(hammered: Session, now: datetime) -> None:
    assert isinstance(begin_attempt(hammered, tried("bunta"), at=now + REMEMBERED), int)
    [left] = hammered.exec(select(SignInFailure)).all()
    assert left.login_hash == tried("bunta").login_hash


def test_neither_names_nor_addresses_are_kept(session: Session, now: datetime) -> None:
    begin_attempt(session, tried(), at=now)
    [row] = session.exec(select(SignInFailure)).all()
    kept = str(row.model_dump())
    assert "akari" not in kept
    assert AWAY not in kept
    assert attempt("another key", "akari", AWAY, browser=None).login_hash != row.login_hash


@pytest.mark.parametrize("typed", ["AKARI", " akari ", "ａｋａｒｉ"])
def test_a_name_counts_as_one_however_it_is_typed(typed: str) -> None:
    assert tried(typed) == tried("akari")


def test_a_subscriber_is_one_source_with_all_their_ipv6_addresses() -> None:
    assert tried(address="2001:db8:1:2::1") == tried(address="2001:db8:1:2:ffff::9")
    assert tried(address="2001:db8:1:2::1") != tried(address="2001:db8:1:3::1")
    assert tried(address="::ffff:192.0.2.1") == tried(address=HOME)
    assert tried(address="") == tried(address="no address")
