"""検索のようす: for operators and administrators, sums and nothing about few people."""

import csv
import io
from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.models import Participation
from kb.accounts.queries import user_by_login
from kb.asked.rules import READERS
from kb.asked.sums import Times, Word, add_asked
from kb.db import transaction
from kb.japanese.notation import local_date
from kb.staffing.founding import create_operator
from tests.world import AOBA, an_app, sign_in


@pytest.fixture
def app(engine, tmp_path, now):
    day = local_date(now)
    with transaction(engine) as session:
        add_asked(
            session,
            {
                Word(day, "転入"): Times(7, 0, 5, READERS),
                Word(day, "空飛ぶ税"): Times(4, 4, 0, READERS),
                Word(day, "=cmd|'calc'!a1"): Times(2, 1, 0, READERS),
                Word(day, "ひみつ"): Times(3, 1, 0, READERS - 1),
                Word(day - timedelta(days=40), "むかし"): Times(6, 6, 0, READERS),
            },
        )
    return an_app(tmp_path, now)


@pytest.fixture
def daigo(app):
    """The administrator of 青葉市."""
    return sign_in(app.test_client(), "daigo")


def test_the_lists_of_a_period(daigo):
    page = daigo.get("/asked-words").text
    asked, missed, abandoned = (page.split(f'id="{name}-h"')[1] for name in ("asked", "missed", "abandoned"))
    assert asked.index("転入") < asked.index("空飛ぶ税")
    assert "転入" not in missed.split("</section>")[0]
    assert "空飛ぶ税" in missed.split("</section>")[0]
    assert "空飛ぶ税" not in abandoned.split("</section>")[0]
    assert "cmd|" in abandoned.split("</section>")[0]
    assert 'href="/search?q=%E8%BB%A2%E5%85%A5"' in page
    assert "ひみつ" not in page
    assert "むかし" not in page
    assert "その他: さがした回数 3、見つからなかった 1" in page


@pytest.mark.parametrize(("days", "there"), [("7", False), ("30", False), ("90", True), ("365", False), ("x", False)])
def test_days_are_chosen_from_three(daigo, days, there):
    answer = daigo.get(f"/asked-words?days={days}")
    assert answer.status_code == 200
    assert ("むかし" in answer.text) == there


def test_the_file_says_the_same_and_calculates_nothing(daigo):
    answer = daigo.get("/asked-words.csv?days=90")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="asked-words-90.csv"'
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows == [
        ["さがした語", "さがした回数", "見つからなかった回数", "結果を開いた回数"],
        ["転入", "7", "0", "5"],
        ["むかし", "6", "6", "0"],
        ["空飛ぶ税", "4", "4", "0"],
        ["'=cmd|'calc'!a1", "2", "1", "0"],
        ["その他", "3", "1", "0"],
    ]


def test_the_way_leads_through_the_administration(daigo):
    assert 'href="/asked-words"' in daigo.get(f"/towns/{AOBA}/people").text
    assert "青葉市の管理" in daigo.get("/asked-words").text


def test_an_operator_sees_them_without_a_town(app, engine, now):
    with transaction(engine) as session:
        create_operator(session, "op-sato", "見本 さとう", at=now)
        akari, operator = user_by_login(session, "akari"), user_by_login(session, "op-sato")
        operator.password_hash = akari.password_hash
        session.add(operator)
    client = sign_in(app.test_client(), "op-sato")
    assert 'href="/asked-words"' in client.get("/").text
    page = client.get("/asked-words")
    assert page.status_code == 200
    assert "の管理</p>" not in page.text


def test_administrators_of_towns_that_have_left_do_not(app, engine, daigo, now):
    with transaction(engine) as session:
        for record in session.exec(select(Participation).where(Participation.municipality_code == AOBA)):
            record.until = now - timedelta(days=1)
            session.add(record)
    assert daigo.get("/asked-words").status_code == 403
