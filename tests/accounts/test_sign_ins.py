"""Sign-ins: known by a hash, ended by idleness, by the person and with the account."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from kb.accounts.actions import set_password
from kb.accounts.models import SignIn, User
from kb.accounts.queries import user_by_login
from kb.accounts.sign_ins import (
    SEEN_EVERY,
    Begun,
    begin_sign_in,
    end_sign_in,
    end_sign_ins,
    is_to_be_seen,
    live_sign_in,
    live_sign_ins,
    see,
)

IDLE = timedelta(minutes=60)


@pytest.fixture
def akari(session: Session) -> User:
    """Akari of 青葉市."""
    user = user_by_login(session, "akari")
    assert user is not None
    return user


@pytest.fixture
def begun(session: Session, akari: User, now: datetime) -> Begun:
    """Akari has signed in."""
    return begin_sign_in(session, akari.id, device="Edge・Windows", at=now)


def test_the_table_knows_no_token(session: Session, begun: Begun) -> None:
    row = session.get_one(SignIn, begun.sign_in_id)
    assert begun.token not in str(row.model_dump())
    assert row.token_hash not in begun.token
    assert len(begun.token) >= 43  # 32 random bytes


def test_no_token_is_given_twice(session: Session, akari: User, now: datetime) -> None:
    tokens = {begin_sign_in(session, akari.id, device="", at=now).token for _ in range(20)}
    assert len(tokens) == 20


@pytest.mark.parametrize("token", ["", "x", "\ud800", "長い" * 500])
def test_a_token_that_was_never_given_is_nobodys(session: Session, begun: Begun, now: datetime, token: str) -> None:
    assert live_sign_in(session, token, now, IDLE) is None


def test_it_ends_when_nobody_was_there_for_a_while(session: Session, begun: Begun, now: datetime) -> None:
    assert live_sign_in(session, begun.token, now + IDLE - timedelta(seconds=1), IDLE) is not None
    assert live_sign_in(session, begun.token, now + IDLE, IDLE) is None


def test_being_there_prolongs_it(session: Session, begun: Begun, now: datetime) -> None:
    see(session, begun.sign_in_id, at=now + timedelta(minutes=50))
    session.expire_all()
    assert live_sign_in(session, begun.token, now + timedelta(minutes=100), IDLE) is not None


def test_time_does_not_run_backwards(session: Session, begun: Begun, now: datetime) -> None:
    see(session, begun.sign_in_id, at=now - timedelta(minutes=50))
    session.expire_all()
    assert session.get_one(SignIn, begun.sign_in_id).seen_at == now


def test_what_has_ended_is_not_seen_again(session: Session, akari: User, begun: Begun, now: datetime) -> None:
    assert end_sign_in(session, begun.sign_in_id, of=akari.id, at=now)
    see(session, begun.sign_in_id, at=now + timedelta(minutes=1))
    session.expire_all()
    assert live_sign_in(session, begun.token, now + timedelta(minutes=1), IDLE) is None
    assert session.get_one(SignIn, begun.sign_in_id).seen_at == now
    assert not end_sign_in(session, begun.sign_in_id, of=akari.id, at=now)


def test_nobody_ends_somebody_elses(session: Session, akari: User, begun: Begun, now: datetime) -> None:
    assert not end_sign_in(session, begun.sign_in_id, of=akari.id + 1, at=now)
    assert live_sign_in(session, begun.token, now, IDLE) is not None


def test_a_disabled_account_has_none(session: Session, akari: User, begun: Begun, now: datetime) -> None:
    akari.disabled_at = now
    session.flush()
    assert live_sign_in(session, begun.token, now, IDLE) is None


def test_a_new_password_keeps_the_place_where_it_was_chosen(
    session: Session, akari: User, begun: Begun, now: datetime
) -> None:
    other = begin_sign_in(session, akari.id, device="", at=now)
    set_password(session, akari, "hash", at=now, keep=begun.sign_in_id)
    assert [one.id for one in live_sign_ins(session, akari.id, now, IDLE)] == [begun.sign_in_id]
    assert live_sign_in(session, other.token, now, IDLE) is None
    set_password(session, akari, "hash", at=now)
    assert live_sign_ins(session, akari.id, now, IDLE) == []


def test_everywhere_is_everywhere_but_with_nobody_else(session: Session, akari: User, now: datetime) -> None:
    bunta = user_by_login(session, "bunta")
    assert bunta is not None
    begin_sign_in(session, bunta.id, device="", at=now)
    for _ in range(3):
        begin_sign_in(session, akari.id, device="", at=now)
    assert end_sign_ins(session, akari.id, at=now)
    still = session.exec(select(SignIn.user_id).where(SignIn.ended_at == None)).all()  # noqa: E711  # a condition
    assert still == [bunta.id]
    assert not end_sign_ins(session, akari.id, at=now)


@given(st.integers(0, 120 * 60), st.integers(1, 10_000))
@settings(max_examples=100)
def test_presence_is_written_seldom_and_always_in_time(seconds: int, idle_minutes: int) -> None:
    now, idle = datetime(2026, 11, 22), timedelta(minutes=idle_minutes)
    row = SignIn(user_id=1, token_hash="", began_at=now, seen_at=now)
    lag = timedelta(seconds=seconds)
    if is_to_be_seen(row, now + lag, idle):
        assert lag >= min(SEEN_EVERY, idle / 4)
    else:
        assert lag < SEEN_EVERY
        assert lag < idle  # whoever is there every now and then is never thrown out for want of a note
