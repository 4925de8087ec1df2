"""A one-time link: made by an administrator, used once, in time, by whoever holds it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from kb.accounts.models import User
from kb.accounts.queries import user_by_login
from kb.accounts.sign_ins import begin_sign_in, live_sign_in
from kb.activity.models import Activity
from kb.errors import Conflict, NotAllowed, NotFound
from kb.staffing.invitations import (
    LASTS,
    accept_invitation,
    cancel_invitations,
    find_invitation,
    issue_invitation,
    make_invitation,
)
from kb.staffing.models import Invitation, InvitationReason
from tests.world import person

JOINING, RESET = InvitationReason.JOINING, InvitationReason.RESET


@pytest.fixture
def eri(session: Session) -> User:
    """Eri of 青葉市, who has forgotten her password."""
    user = user_by_login(session, "eri")
    assert user is not None
    return user


def link(session: Session, user: User, now: datetime, reason: InvitationReason = RESET) -> str:
    """The token of a link that Daigo has made."""
    return make_invitation(session, user, reason, by=person(session, "daigo", now), at=now)


def test_the_table_knows_no_token(session: Session, eri: User, now: datetime) -> None:
    token = link(session, eri, now)
    [row] = session.exec(select(Invitation)).all()
    assert token not in str(row.model_dump())
    assert len(token) >= 43  # 32 random bytes
    assert row.assignment_id == person(session, "daigo", now).acting[0].assignment_id


@pytest.mark.parametrize("reason", InvitationReason)
def test_it_can_be_used_in_time_and_no_longer(
    session: Session, eri: User, now: datetime, reason: InvitationReason
) -> None:
    token = link(session, eri, now, reason)
    assert find_invitation(session, token, now + LASTS[reason] - timedelta(seconds=1)) is not None
    assert find_invitation(session, token, now + LASTS[reason]) is None


def test_it_is_used_once(session: Session, eri: User, now: datetime) -> None:
    token = link(session, eri, now)
    found = find_invitation(session, token, now)
    assert found is not None
    accept_invitation(session, found, "a new hash", at=now)
    session.expire_all()
    assert eri.password_hash == "a new hash"
    assert find_invitation(session, token, now) is None
    with pytest.raises(NotFound):
        accept_invitation(session, found, "another hash", at=now)
    session.expire_all()
    assert eri.password_hash == "a new hash"


def test_a_new_password_ends_the_sign_ins_and_the_other_links(session: Session, eri: User, now: datetime) -> None:
    begun = begin_sign_in(session, eri.id, device="", at=now)
    found = find_invitation(session, link(session, eri, now), now)
    assert found is not None
    accept_invitation(session, found, "a new hash", at=now)
    session.expire_all()
    assert live_sign_in(session, begun.token, now, timedelta(hours=1)) is None


def test_a_newer_link_cancels_the_older_one_of_the_same_person_alone(
    session: Session, eri: User, now: datetime
) -> None:
    akari = user_by_login(session, "akari")
    assert akari is not None
    older, other, newer = link(session, eri, now), link(session, akari, now), link(session, eri, now)
    assert [find_invitation(session, one, now) is not None for one in (older, other, newer)] == [False, True, True]
    cancel_invitations(session, eri.id, at=now)
    session.expire_all()
    assert find_invitation(session, newer, now) is None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "あ" * 10_000])
def test_a_link_that_was_never_made_finds_nothing(session: Session, eri: User, now: datetime, token: str) -> None:
    link(session, eri, now)
    assert find_invitation(session, token, now) is None


def test_a_disabled_account_is_not_invited_and_its_link_stops(session: Session, eri: User, now: datetime) -> None:
    token = link(session, eri, now)
    eri.disabled_at = now
    session.flush()
    assert find_invitation(session, token, now) is None
    with pytest.raises(Conflict):
        link(session, eri, now)


@pytest.mark.parametrize("login", ["akari", "bunta", "eri"])
def test_whoever_is_no_administrator_makes_none(session: Session, eri: User, now: datetime, login: str) -> None:
    with pytest.raises(NotAllowed):
        make_invitation(session, eri, RESET, by=person(session, login, now), at=now)
    assert session.exec(select(Invitation)).all() == []


def test_nobody_makes_one_for_another_towns_people(session: Session, now: datetime) -> None:
    chika = user_by_login(session, "chika")
    assert chika is not None
    with pytest.raises(NotFound):
        link(session, chika, now)


def test_the_command_line_needs_no_administrator(session: Session, eri: User, now: datetime) -> None:
    token = issue_invitation(session, eri, JOINING, at=now)
    found = find_invitation(session, token, now)
    assert found is not None
    assert found.assignment_id is None


def test_both_ends_stand_in_the_activity(session: Session, eri: User, now: datetime) -> None:
    token = link(session, eri, now)
    found = find_invitation(session, token, now)
    assert found is not None
    accept_invitation(session, found, "a new hash", at=now)
    session.flush()
    made, used = session.exec(select(Activity).order_by(Activity.id)).all()  # type: ignore[arg-type]  # a column
    assert (made.kind, made.object_name, made.user_id) == (
        "invitation.made",
        eri.name,
        person(session, "daigo", now).user_id,
    )
    assert (used.kind, used.user_id, used.municipality_code) == ("invitation.used", eri.id, eri.municipality_code)
    assert token not in str([one.model_dump() for one in (made, used)])
