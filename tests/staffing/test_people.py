"""People: invited, renamed, given new links, stopped and resumed; the town keeps an administrator whatever is done."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from kb.accounts.models import Post, Role, User
from kb.accounts.queries import viewer
from kb.accounts.rules import Viewer
from kb.accounts.sign_ins import begin_sign_in, live_sign_in
from kb.activity.models import Activity
from kb.errors import Conflict, NotAllowed, NotFound
from kb.staffing.actions import disable_account, enable_account, invite_person, rename_person, renew_link
from kb.staffing.assignments import begin_assignment, end_assignment
from kb.staffing.entries import PersonEntry, Unfit
from kb.staffing.invitations import accept_invitation, find_invitation
from kb.staffing.queries import PersonState, count_people, people
from kb.staffing.queries import person as person_row
from kb.staffing.tenure import Tenure
from tests.staffing.conftest import account, kinds
from tests.world import AOBA, WAKAMATSU, person

IDLE = timedelta(hours=1)


def entry(now: datetime, **changes: object) -> PersonEntry:
    """Somebody new."""
    return PersonEntry(**{"login": "itsuki", "name": "見本 いつき", "role": Role.AUTHOR, "since": now, **changes})


def test_somebody_is_invited_and_gets_a_post(session: Session, daigo: Viewer, counter: Post, now: datetime) -> None:
    user, token = invite_person(session, AOBA, entry(now), counter, by=daigo, at=now)
    shown = person_row(session, user)
    assert (shown.state, [(one.post, one.role) for one in shown.held]) == (
        PersonState.INVITED,
        [("交付係", Role.AUTHOR)],
    )
    invitation = find_invitation(session, token, now)
    assert invitation is not None
    assert shown.link_expires == invitation.expires_at
    accept_invitation(session, invitation, "hash", at=now)
    assert person_row(session, user).state is PersonState.ACTIVE
    assert kinds(session) == ["person.invited", "assignment.begun", "invitation.made", "invitation.used"]


@pytest.mark.parametrize("login", ["akari", "AKARI", "chika"])
def test_a_login_is_taken_in_all_towns(
    session: Session, daigo: Viewer, counter: Post, now: datetime, login: str
) -> None:
    with pytest.raises(Unfit, match="既に使われています") as refused:
        invite_person(session, AOBA, entry(now, login=login), counter, by=daigo, at=now)
    assert [problem.field for problem in refused.value.problems] == ["login"]


def test_a_post_of_another_town_is_not_there(session: Session, daigo: Viewer, elsewhere: Post, now: datetime) -> None:
    with pytest.raises(NotFound):
        invite_person(session, AOBA, entry(now), elsewhere, by=daigo, at=now)


def test_nobody_makes_an_operator(session: Session, daigo: Viewer, counter: Post, now: datetime) -> None:
    with pytest.raises(Unfit, match="この役割は"):
        invite_person(session, AOBA, entry(now, role=Role.OPERATOR), counter, by=daigo, at=now)


def test_a_new_link_ends_the_older_one_and_leaves_the_password(
    session: Session, daigo: Viewer, akari: User, now: datetime
) -> None:
    password = akari.password_hash
    first = renew_link(session, akari, by=daigo, at=now)
    second = renew_link(session, akari, by=daigo, at=now)
    assert find_invitation(session, first, now) is None
    assert find_invitation(session, second, now) is not None
    assert akari.password_hash == password


def test_stopping_an_account_ends_everything_at_once(
    session: Session, daigo: Viewer, akari: User, now: datetime
) -> None:
    visit = begin_sign_in(session, akari.id, device="", at=now).token
    link = renew_link(session, akari, by=daigo, at=now)
    disable_account(session, akari, "退職", by=daigo, at=now)
    assert viewer(session, akari.id, now) is None
    assert live_sign_in(session, visit, now, IDLE) is None
    assert find_invitation(session, link, now) is None
    assert person_row(session, akari).state is PersonState.DISABLED
    stopped = session.exec(select(Activity).where(Activity.kind == "account.disabled")).one()
    assert (stopped.object_name, stopped.detail, stopped.acting) == ("見本 あかり", "退職", "情報政策課 DX推進係長")
    with pytest.raises(Conflict, match="既に利用停止中"):
        disable_account(session, akari, "退職", by=daigo, at=now)
    with pytest.raises(Conflict, match="利用停止中"):
        renew_link(session, akari, by=daigo, at=now)
    enable_account(session, akari, by=daigo, at=now)
    assert viewer(session, akari.id, now) is not None
    assert live_sign_in(session, visit, now, IDLE) is None
    with pytest.raises(Conflict, match="利用停止中ではありません"):
        enable_account(session, akari, by=daigo, at=now)


@pytest.mark.parametrize("reason", ["", "   ", "長" * 201])
def test_stopping_needs_a_reason(session: Session, daigo: Viewer, akari: User, now: datetime, reason: str) -> None:
    with pytest.raises(Unfit, match="理由"):
        disable_account(session, akari, reason, by=daigo, at=now)
    assert akari.disabled_at is None


def test_the_last_administrator_cannot_stop_themselves(session: Session, daigo: Viewer, now: datetime) -> None:
    own = account(session, "daigo")
    with pytest.raises(Conflict, match="いまこの団体に管理者がいなくなります"):
        disable_account(session, own, "異動", by=daigo, at=now)
    assert own.disabled_at is None


def test_an_administrator_who_has_no_password_yet_does_not_count(
    session: Session, daigo: Viewer, counter: Post, now: datetime
) -> None:
    new, token = invite_person(session, AOBA, entry(now, role=Role.ADMINISTRATOR), counter, by=daigo, at=now)
    own = account(session, "daigo")
    with pytest.raises(Conflict):
        disable_account(session, own, "異動", by=daigo, at=now)
    invitation = find_invitation(session, token, now)
    assert invitation is not None
    accept_invitation(session, invitation, "hash", at=now)
    disable_account(session, own, "異動", by=daigo, at=now)
    assert own.disabled_at == now
    assert person_row(session, new).state is PersonState.ACTIVE


def test_an_administrator_who_begins_later_leaves_a_gap(
    session: Session, daigo: Viewer, akari: User, counter: Post, now: datetime
) -> None:
    own = person_row(session, account(session, "daigo")).held[0]
    april = datetime.fromisoformat("2027-04-01T00:00:00+09:00")
    begin_assignment(session, akari, counter, Role.ADMINISTRATOR, Tenure(april), by=daigo, at=now)
    mine = assignment_numbered(session, own.id)
    with pytest.raises(Conflict, match=r"令和9年3月31日からこの団体に管理者がいなくなります"):
        end_assignment(session, mine, april - timedelta(days=1), by=daigo, at=now)
    end_assignment(session, mine, april, by=daigo, at=now)
    assert mine.until == april


def assignment_numbered(session: Session, number: int):
    """An assignment."""
    from kb.accounts.models import Assignment

    return session.get_one(Assignment, number)


def test_a_name_is_corrected(session: Session, daigo: Viewer, akari: User, now: datetime) -> None:
    rename_person(session, akari, " 見本 あかり子 ", by=daigo, at=now)
    assert akari.name == "見本 あかり子"
    with pytest.raises(Unfit):
        rename_person(session, akari, "", by=daigo, at=now)
    assert kinds(session) == ["person.renamed"]


@pytest.mark.parametrize("login", ["akari", "bunta", "eri", "fumio"])
def test_nobody_but_the_towns_administrator_may(session: Session, counter: Post, now: datetime, login: str) -> None:
    by, eri = person(session, login, now), account(session, "eri")
    for attempt in (
        lambda: invite_person(session, AOBA, entry(now), counter, by=by, at=now),
        lambda: rename_person(session, eri, "見本 えりこ", by=by, at=now),
        lambda: renew_link(session, eri, by=by, at=now),
        lambda: disable_account(session, eri, "退職", by=by, at=now),
        lambda: enable_account(session, eri, by=by, at=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert kinds(session) == []


def test_people_are_found_by_name_or_login(session: Session, daigo: Viewer, akari: User, now: datetime) -> None:
    assert [one.login for one in people(session, AOBA)] == ["akari", "bunta", "daigo", "eri"]
    assert [one.login for one in people(session, AOBA, "あかり")] == ["akari"]
    assert [one.login for one in people(session, AOBA, "dai")] == ["daigo"]
    assert [one.login for one in people(session, AOBA, "%")] == []
    assert count_people(session, AOBA, "見本") == 4
    assert count_people(session, WAKAMATSU) == 2
    disable_account(session, akari, "退職", by=daigo, at=now)
    assert [one.login for one in people(session, AOBA, limit=2, offset=2)] == ["eri", "akari"]
