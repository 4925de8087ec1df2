"""Verbs on people and towns."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from kb.accounts.actions import (
    MunicipalityRow,
    assign,
    begin_participation,
    open_account,
    open_post,
    record_municipalities,
    record_municipality,
)
from kb.accounts.models import Department, Municipality, MunicipalityKind, Post, Role
from kb.accounts.queries import is_participating, municipality, viewer
from kb.errors import Invalid
from tests.world import AOBA

SAPPORO = MunicipalityRow(code="011002", prefecture="北海道", name="札幌市", kana="さっぽろし", kind="市")
HAKODATE = MunicipalityRow(code="012025", prefecture="北海道", name="函館市", kana="はこだてし", kind="市")
MISTYPED = SAPPORO.model_copy(update={"code": "011003"})


def test_a_municipality_is_recorded(session):
    record_municipality(session, SAPPORO)
    found = municipality(session, "011002")
    assert found is not None
    assert (found.name, found.kind, found.population, found.sample) == ("札幌市", MunicipalityKind.CITY, None, False)


def test_recording_again_replaces(session):
    record_municipality(session, SAPPORO)
    record_municipality(session, SAPPORO.model_copy(update={"population": 1_935_013}))
    found = session.exec(select(Municipality).where(Municipality.code == "011002")).one()
    assert found.population == 1_935_013


def test_a_list_is_recorded_like_its_lines(session):
    record_municipality(session, SAPPORO)
    record_municipalities(session, [SAPPORO.model_copy(update={"population": 5}), HAKODATE])
    found = session.exec(select(Municipality).where(Municipality.prefecture == "北海道").order_by(Municipality.code))
    assert [(town.name, town.population) for town in found] == [("札幌市", 5), ("函館市", None)]


@pytest.mark.parametrize(
    "record", [lambda session: record_municipality(session, MISTYPED),
               lambda session: record_municipalities(session, [HAKODATE, MISTYPED])]
)  # fmt: skip
def test_a_code_with_a_wrong_check_digit_is_refused(session, record):
    with pytest.raises(Invalid, match=r"団体コード「011003」\(札幌市\)の検査数字が合いません。"):
        record(session)
    assert municipality(session, "011003") is None


def test_a_participation_begins_at_its_moment(session, now):
    record_municipality(session, SAPPORO)
    begin_participation(session, "011002", since=now)
    assert not is_participating(session, "011002", now - timedelta(seconds=1))
    assert is_participating(session, "011002", now)


def test_a_post_and_its_department_are_made_once(session):
    first = open_post(session, AOBA, "税務課", "市民税係")
    again = open_post(session, AOBA, "税務課", "市民税係")
    other = open_post(session, AOBA, "税務課", "固定資産税係")
    assert first.id == again.id != other.id
    departments = session.exec(select(Department).where(Department.name == "税務課")).all()
    assert [department.id for department in departments] == [first.department_id] == [other.department_id]
    assert len(session.exec(select(Post).where(Post.department_id == first.department_id)).all()) == 2


def test_an_account_acts_only_once_it_is_assigned(session, now):
    user = open_account(session, AOBA, login="ichiro", name="見本 いちろう", password_hash="-")
    before = viewer(session, user.id, now)
    assert before is not None
    assert before.acting == ()
    assignment = assign(session, user, open_post(session, AOBA, "税務課", "市民税係"), Role.AUTHOR, since=now)
    after = viewer(session, user.id, now)
    assert after is not None
    assert [(held.assignment_id, held.post_title, held.role) for held in after.acting] == [
        (assignment.id, "市民税係", Role.AUTHOR)
    ]


def test_a_login_belongs_to_one_account(session):
    open_account(session, AOBA, login="ichiro", name="見本 いちろう", password_hash="-")
    with pytest.raises(IntegrityError):
        open_account(session, AOBA, login="ichiro", name="見本 じろう", password_hash="-")
