"""Departments and posts: opened, renamed and closed by the town's administrator, never while somebody holds a post."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from kb.accounts.models import Department, Post, Role, User
from kb.accounts.rules import Viewer
from kb.errors import Conflict, NotAllowed
from kb.staffing.assignments import begin_assignment, end_assignment
from kb.staffing.entries import LONGEST, Unfit
from kb.staffing.offices import (
    close_department,
    close_post,
    open_department,
    open_post,
    rename_department,
    rename_post,
)
from kb.staffing.queries import departments
from kb.staffing.tenure import Tenure
from tests.staffing.conftest import kinds
from tests.world import AOBA, WAKAMATSU, person


def department_called(session: Session, name: str, town: str = AOBA) -> Department:
    """A department of a town."""
    return session.exec(select(Department).where(Department.municipality_code == town, Department.name == name)).one()


def test_a_new_department_with_a_post_that_is_empty(session: Session, daigo: Viewer, now: datetime) -> None:
    department = open_department(session, AOBA, " 税務課 ", by=daigo, at=now)
    open_post(session, department, "収納係長", by=daigo, at=now)
    [shown] = [one for one in departments(session, AOBA, now) if one.name == "税務課"]
    assert [(post.title, post.held, post.coming) for post in shown.posts] == [("収納係長", (), ())]
    assert kinds(session) == ["department.opened", "post.opened"]


def test_an_open_name_is_taken_and_a_closed_one_is_free(session: Session, daigo: Viewer, now: datetime) -> None:
    department = open_department(session, AOBA, "税務課", by=daigo, at=now)
    with pytest.raises(Conflict, match="「税務課」という所属が既にあります"):
        open_department(session, AOBA, "税務課", by=daigo, at=now)
    close_department(session, department, by=daigo, at=now)
    assert open_department(session, AOBA, "税務課", by=daigo, at=now).id != department.id


def test_a_post_is_taken_within_its_department_only(session: Session, daigo: Viewer, now: datetime) -> None:
    first, second = (open_department(session, AOBA, name, by=daigo, at=now) for name in ("税務課", "福祉課"))
    open_post(session, first, "課長", by=daigo, at=now)
    open_post(session, second, "課長", by=daigo, at=now)
    with pytest.raises(Conflict, match="「税務課」には「課長」という職が既にあります"):
        open_post(session, first, "課長", by=daigo, at=now)


def test_renaming_says_what_it_was_called(session: Session, daigo: Viewer, now: datetime) -> None:
    department = department_called(session, "市民課")
    rename_department(session, department, "市民窓口課", by=daigo, at=now)
    post = session.exec(select(Post).where(Post.department_id == department.id, Post.title == "窓口係")).one()
    rename_post(session, post, "総合窓口係", by=daigo, at=now)
    rename_post(session, post, "総合窓口係", by=daigo, at=now)
    assert (department.name, post.title) == ("市民窓口課", "総合窓口係")
    assert kinds(session) == ["department.renamed", "post.renamed"]
    with pytest.raises(Conflict):
        rename_department(session, department, "情報政策課", by=daigo, at=now)


@pytest.mark.parametrize("name", ["", "  ", "長" * (LONGEST + 1), "市民\x00課", "市民\n課", "\ud800"])
def test_a_name_that_cannot_be(session: Session, daigo: Viewer, now: datetime, name: str) -> None:
    with pytest.raises(Unfit, match="所属名"):
        open_department(session, AOBA, name, by=daigo, at=now)
    assert kinds(session) == []


def test_what_somebody_holds_is_not_closed(session: Session, daigo: Viewer, now: datetime) -> None:
    with pytest.raises(Conflict, match=r"住民記録係の見本 あかり、住民記録係長の見本 ぶんた、窓口係の見本 えり"):
        close_department(session, department_called(session, "市民課"), by=daigo, at=now)


def test_what_somebody_will_hold_is_not_closed(
    session: Session, daigo: Viewer, akari: User, counter: Post, now: datetime
) -> None:
    coming = begin_assignment(session, akari, counter, Role.AUTHOR, Tenure(now + timedelta(days=30)), by=daigo, at=now)
    with pytest.raises(Conflict, match="交付係の見本 あかり"):
        close_post(session, counter, by=daigo, at=now)
    end_assignment(session, coming, coming.since, by=daigo, at=now)
    close_post(session, counter, by=daigo, at=now)
    assert counter.closed_at == now


def test_closing_a_department_closes_its_posts(session: Session, daigo: Viewer, now: datetime) -> None:
    department = open_department(session, AOBA, "税務課", by=daigo, at=now)
    post = open_post(session, department, "収納係", by=daigo, at=now)
    close_department(session, department, by=daigo, at=now)
    assert (department.closed_at, post.closed_at) == (now, now)
    with pytest.raises(Conflict, match="既に廃止されている"):
        open_post(session, department, "係長", by=daigo, at=now)
    with pytest.raises(Conflict, match="既に廃止されている"):
        close_department(session, department, by=daigo, at=now)


@pytest.mark.parametrize("login", ["akari", "bunta", "eri", "fumio"])
def test_nobody_but_the_towns_administrator_may(session: Session, now: datetime, login: str) -> None:
    department = department_called(session, "市民課")
    post = session.exec(select(Post).where(Post.department_id == department.id)).first()
    assert post is not None
    by = person(session, login, now)
    for attempt in (
        lambda: open_department(session, AOBA, "税務課", by=by, at=now),
        lambda: rename_department(session, department, "税務課", by=by, at=now),
        lambda: close_department(session, department, by=by, at=now),
        lambda: open_post(session, department, "係", by=by, at=now),
        lambda: rename_post(session, post, "係", by=by, at=now),
        lambda: close_post(session, post, by=by, at=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert kinds(session) == []


def test_an_administrator_keeps_no_other_towns_offices(session: Session, daigo: Viewer, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        rename_department(session, department_called(session, "町民課", WAKAMATSU), "市民課", by=daigo, at=now)
