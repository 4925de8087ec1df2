"""The administrator's pages: what Daigo of 青葉市 does there, and what others do not."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.accounts.models import Assignment, Department, Post, Role, User
from kb.accounts.queries import user_by_login
from kb.db import reading
from kb.staffing.invitations import find_invitation
from tests.world import AOBA, WAKAMATSU, person, sign_in

TOWN = f"/towns/{AOBA}"
NEW = {"name": "見本 いつき", "login": "itsuki", "post": "1", "role": "author", "since": "令和8年11月22日"}


@pytest.fixture
def daigo(client: FlaskClient) -> FlaskClient:
    """The administrator of 青葉市, signed in."""
    return sign_in(client, "daigo")


def as_(app: Flask, login: str) -> FlaskClient:
    """Somebody else, in a browser of their own."""
    return sign_in(app.test_client(), login)


def ids(engine: Engine, login: str = "akari") -> tuple[int, int]:
    """Number of an account, and of its first assignment."""
    with reading(engine) as session:
        user = user_by_login(session, login)
        assert user is not None
        return user.id, session.exec(select(Assignment.id).where(Assignment.user_id == user.id)).first() or 0


def test_the_list_tells_posts_roles_and_states(daigo: FlaskClient) -> None:
    page = daigo.get(f"{TOWN}/people").text
    for word in ("見本 あかり", "市民課 住民記録係・作成者", "利用中", "DX推進係長・管理者", "4人"):
        assert word in page
    assert "見本 ちか" not in page
    found = daigo.get(f"{TOWN}/people?q=ぶんた").text
    assert "見本 ぶんた" in found
    assert "見本 あかり" not in found
    assert "当てはまる職員はいません" in daigo.get(f"{TOWN}/people?q=いない人").text


def test_the_way_there_is_shown_to_administrators_alone(app: Flask, daigo: FlaskClient) -> None:
    way = f'href="{TOWN}/people"'
    assert way in daigo.get("/").text
    assert way not in as_(app, "akari").get("/").text
    assert way not in app.test_client().get("/").text


def test_the_link_of_an_invitation_is_shown_once(daigo: FlaskClient, engine: Engine, now: datetime) -> None:
    answer = daigo.post(f"{TOWN}/people", data=NEW)
    assert answer.status_code == 200
    [token] = re.findall(r'value="http://localhost/invitations/([\w-]{40,})"', answer.text)
    assert "令和8年11月29日 9:00まで使えます" in answer.text
    with reading(engine) as session:
        assert find_invitation(session, token, now) is not None
    number, _ = ids(engine, "itsuki")
    page = daigo.get(f"{TOWN}/people/{number}").text
    assert "招待中" in page
    assert token not in page


def test_sending_the_form_twice_invites_once(daigo: FlaskClient, engine: Engine) -> None:
    daigo.post(f"{TOWN}/people", data=NEW)
    again = daigo.post(f"{TOWN}/people", data=NEW)
    assert again.status_code == 422
    assert "職員ID「itsuki」は既に使われています" in again.text
    assert 'value="見本 いつき"' in again.text
    with reading(engine) as session:
        assert len(session.exec(select(User).where(User.login == "itsuki")).all()) == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "「氏名」を入力してください"),
        ("login", "いつき", "「職員ID」は半角の英字"),
        ("login", "a\x00b c", "「職員ID」は半角の英字"),
        ("post", "99999999999999999999", "「所属と職」を選んでください"),
        ("post", "１", "「所属と職」を選んでください"),
        ("role", "operator", "「役割」は閲覧者・作成者・承認者・管理者のどれかです"),
        ("since", "2026-02-30", "「開始日」を日付で入力してください"),
        ("since", "0001-01-01", "「開始日」の年を確かめてください"),
    ],
)
def test_each_problem_is_told_at_its_field(daigo: FlaskClient, field: str, value: str, told: str) -> None:
    answer = daigo.post(f"{TOWN}/people", data={**NEW, field: value})
    assert answer.status_code == 422
    assert f'<a href="#{field}">{told}' in answer.text
    assert f'id="{field}-wrong"' in answer.text


def test_more_fields_than_the_form_has_are_not_taken(daigo: FlaskClient, engine: Engine) -> None:
    forged = {"municipality_code": WAKAMATSU, "password_hash": "x", "id": "1", "disabled_at": "2026-01-01"}
    assert daigo.post(f"{TOWN}/people", data={**NEW, **forged}).status_code == 200
    with reading(engine) as session:
        user = user_by_login(session, "itsuki")
        assert user is not None
        assert (user.municipality_code, user.password_hash, user.disabled_at) == (AOBA, "", None)


def test_another_towns_rows_are_not_there(daigo: FlaskClient, engine: Engine) -> None:
    person_id, assignment_id = ids(engine, "chika")
    with reading(engine) as session:
        found = select(Post.id, Department.id).join(Department).where(Department.municipality_code == WAKAMATSU)
        post_id, department_id = session.exec(found).first() or (0, 0)
    for address in (
        f"people/{person_id}",
        f"people/{person_id}/edit",
        f"people/{person_id}/suspension/new",
        f"people/{person_id}/links/new",
        f"departments/{department_id}/edit",
        f"posts/{post_id}/edit",
        f"assignments/{assignment_id}/edit",
    ):
        assert daigo.get(f"{TOWN}/{address}").status_code == 404, address
    for address, data in (
        (f"people/{person_id}", {"name": "別人"}),
        (f"people/{person_id}/suspension", {"reason": "退職"}),
        (f"people/{person_id}/suspension/delete", {}),
        (f"people/{person_id}/links", {"sure": "yes"}),
        (f"departments/{department_id}", {"name": "別の課"}),
        (f"departments/{department_id}/delete", {}),
        (f"posts/{post_id}", {"title": "別の職"}),
        (f"posts/{post_id}/delete", {}),
        (f"assignments/{assignment_id}", {"ending": "now"}),
    ):
        assert daigo.post(f"{TOWN}/{address}", data=data).status_code == 404, address
    forged = daigo.post(f"{TOWN}/people", data={**NEW, "post": str(post_id)})
    assert forged.status_code == 422
    own, _ = ids(engine)
    for data in ({"person": str(own), "post": str(post_id)}, {"person": str(person_id), "post": "1"}):
        answer = daigo.post(f"{TOWN}/assignments", data={**data, "role": "reader", "since": "2026-11-22"})
        assert answer.status_code == 422
    assert daigo.post(f"{TOWN}/posts", data={"department": str(department_id), "title": "係"}).status_code == 422


def test_a_new_link_wants_the_person_themselves(daigo: FlaskClient, engine: Engine) -> None:
    number, _ = ids(engine)
    refused = daigo.post(f"{TOWN}/people/{number}/links")
    assert refused.status_code == 422
    assert "本人からの依頼であることを確かめて" in refused.text
    made = daigo.post(f"{TOWN}/people/{number}/links", data={"sure": "yes"})
    assert made.status_code == 200
    assert "令和8年11月23日 9:00まで使えます" in made.text


def test_stopping_ends_the_visit_at_once_and_resuming_allows_a_new_one(
    app: Flask, daigo: FlaskClient, engine: Engine
) -> None:
    akari = as_(app, "akari")
    number, _ = ids(engine)
    answer = daigo.post(f"{TOWN}/people/{number}/suspension", data={"reason": "退職"}, follow_redirects=True)
    assert "見本 あかりさんの利用を停止しました。" in answer.text
    assert "停止中" in answer.text
    assert akari.get("/desk").status_code == 303
    resumed = daigo.post(f"{TOWN}/people/{number}/suspension/delete", follow_redirects=True)
    assert "見本 あかりさんの利用を再開しました。" in resumed.text
    assert as_(app, "akari").get("/desk").status_code == 200


def test_the_last_administrator_stays(daigo: FlaskClient, engine: Engine) -> None:
    number, assignment = ids(engine, "daigo")
    for address, data in (
        (f"people/{number}/suspension", {"reason": "異動"}),
        (f"assignments/{assignment}", {"ending": "now"}),
        (f"assignments/{assignment}", {"until": "2027-03-31"}),
    ):
        answer = daigo.post(f"{TOWN}/{address}", data=data)
        assert answer.status_code == 409
        assert "この団体に管理者がいなくなります" in answer.text
    assert daigo.get(f"{TOWN}/people").status_code == 200


def test_departments_and_posts_from_opening_to_closing(daigo: FlaskClient, engine: Engine) -> None:
    page = daigo.post(f"{TOWN}/departments", data={"name": "税務課"}, follow_redirects=True).text
    assert "所属「税務課」を作りました" in page
    assert "職がまだありません" in page
    with reading(engine) as session:
        department = session.exec(select(Department.id).where(Department.name == "税務課")).one()
    page = daigo.post(
        f"{TOWN}/posts", data={"department": str(department), "title": "収納係長"}, follow_redirects=True
    ).text
    assert "空席" in page
    assert daigo.post(f"{TOWN}/departments", data={"name": "税務課"}).status_code == 409
    renamed = daigo.post(f"{TOWN}/departments/{department}", data={"name": "市税課"}, follow_redirects=True)
    assert "所属の名前を「市税課」にしました" in renamed.text
    closed = daigo.post(f"{TOWN}/departments/{department}/delete", follow_redirects=True)
    assert "所属「市税課」を廃止しました" in closed.text
    assert daigo.get(f"{TOWN}/departments/{department}/edit").status_code == 404
    refused = daigo.post(f"{TOWN}/departments/1/delete")
    assert refused.status_code == 409
    assert "住民記録係の見本 あかり" in refused.text


def test_an_assignment_from_a_day_to_a_day(daigo: FlaskClient, engine: Engine, now: datetime) -> None:
    number, _ = ids(engine)
    wanted = {"person": str(number), "post": "2", "role": "approver", "since": "2027-04-01", "until": "R10.3.31"}
    page = daigo.post(f"{TOWN}/assignments", data=wanted, follow_redirects=True).text
    assert "令和9.4.1から令和10.3.31まで" in page
    assert "これから" in page
    assert daigo.post(f"{TOWN}/assignments", data=wanted).status_code == 409
    assert daigo.post(f"{TOWN}/assignments", data={**wanted, "until": "2027-03-31"}).status_code == 422
    with reading(engine) as session:
        added = session.exec(
            select(Assignment.id).where(Assignment.role == Role.APPROVER, Assignment.user_id == number)
        )
        address = f"{TOWN}/assignments/{added.one()}"
    assert "取り消す" in daigo.get(f"{address}/edit").text
    assert "取り消し" in daigo.post(address, data={"ending": "now"}, follow_redirects=True).text
    with reading(engine) as session:
        assert [one.role for one in person(session, "akari", now).acting] == [Role.AUTHOR]
