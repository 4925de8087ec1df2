"""Where towns belong: prefectures, sizes, what is near, and what a town took over."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.accounts.actions import (
    MunicipalityRow,
    assign,
    begin_participation,
    open_account,
    open_post,
    record_municipality,
)
from kb.accounts.models import MunicipalityKind, Participation, Role
from kb.accounts.queries import user_by_login
from kb.accounts.rules import Viewer
from kb.common_format.envelope import Provenance
from kb.db import transaction
from kb.japanese.check_digits import municipality_check_digit
from kb.manuals.actions import begin_manual, save_revision
from kb.publishing.actions import publish
from tests.web.comparison import DAY, PAGE, cells, publish_three, towns_in, use
from tests.world import (
    AOBA,
    MIDORIKAWA,
    WAKAMATSU,
    a_content,
    a_manual,
    person,
    sign_in,
)


@pytest.fixture
def three(engine: Engine, now: datetime) -> dict[str, int]:
    """転入届 of three towns."""
    return publish_three(engine, now)


def a_town(session: Session, stem: str, prefecture: str, name: str, population: int | None, now: datetime) -> Viewer:
    """A town that takes part, with one clerk who writes and approves; the clerk's login is the stem."""
    code = stem + str(municipality_check_digit(stem))
    values = {"code": code, "prefecture": prefecture, "name": name, "kana": "ためし", "kind": MunicipalityKind.CITY}
    record_municipality(session, MunicipalityRow(**values, population=population, sample=True))
    session.flush()
    since = now - 100 * DAY
    begin_participation(session, code, since=since)
    post = open_post(session, code, "総務課", "総務係")
    akari = user_by_login(session, "akari")
    assert akari is not None
    user = open_account(session, code, login=stem, name="見本 はま", password_hash=akari.password_hash)
    assign(session, user, post, Role.APPROVER, since=since)
    return person(session, stem, now)


def test_nearby_is_the_own_prefecture_and_then_its_neighbours(app: Flask, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        for stem, prefecture, name, population in (
            ("01998", "北海道", "北の市", 300_000),
            ("13998", "東京都", "東の市", None),
            ("14998", "神奈川県", "港の市", 290_000),
        ):
            clerk = a_town(session, stem, prefecture, name, population, now)
            manual, revision = a_manual(session, clerk, now)
            publish(session, manual, revision, by=clerk, at=now)
        a_town(session, "14997", "神奈川県", "浜の市", 10_000, now)
    client = sign_in(app.test_client(), "14997")
    assert towns_in(client.get(PAGE).text) == ["港の市", "東の市", "北の市"]
    assert towns_in(client.get(f"{PAGE}?sort=size").text) == ["港の市", "北の市", "東の市"]  # the unknown comes last
    assert towns_in(client.get(f"{PAGE}?prefecture=13").text) == ["東の市"]
    assert "隣の都道府県" in cells(client.get(PAGE).text, "東の市")[0]
    listed = re.findall(r'href="/prefectures/(\d\d)"', client.get("/prefectures").text)
    assert listed == ["01", "13", "14", "99"]
    assert 'href="/prefectures/11"' in client.get("/prefectures/13").text


def test_a_prefecture_names_its_towns_and_leads_to_their_manuals(app: Flask, three: dict[str, int]) -> None:
    client = app.test_client()
    text = client.get("/prefectures/99").text
    assert all(f'href="/towns/{code}"' in text for code in three)
    assert f'href="{PAGE}?prefecture=99"' in text
    assert "3件" in text
    assert towns_in(client.get(f"{PAGE}?prefecture=99").text) == ["青葉市", "若松町", "緑川村"]


def test_a_size_names_its_towns_and_leads_to_their_manuals(app: Flask, three: dict[str, int]) -> None:
    client = app.test_client()
    assert re.findall(r'href="/sizes/(\w+)"', client.get("/sizes").text) == ["u5k", "u30k", "u500k"]
    text = client.get("/sizes/u30k").text
    assert f'href="/towns/{WAKAMATSU}"' in text
    assert f'href="/towns/{AOBA}"' not in text
    assert towns_in(client.get(f"{PAGE}?size=u30k").text) == ["若松町"]
    assert re.findall(r'href="/sizes/(\w+)"', text.partition("<main")[2]) == ["u10k", "u50k"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/prefectures/13", "参加している団体がまだありません。"),
        ("/sizes/o500k", "参加している団体がまだありません。"),
        ("/sizes/u5k", "手順書は、まだ公開されていません。"),
    ],
)
def test_where_no_town_is_a_page_says_what_to_do(client: FlaskClient, address: str, says: str) -> None:
    text = client.get(address).text
    assert says in text
    assert 'class="empty"' in text


@pytest.mark.parametrize("address", ["/towns", "/prefectures", "/sizes"])
def test_before_any_town_takes_part(app: Flask, engine: Engine, now: datetime, address: str) -> None:
    with transaction(engine) as session:
        for record in session.exec(select(Participation)):
            record.until = now - DAY
            session.add(record)
    text = app.test_client().get(address).text
    assert "参加している団体は、まだありません。" in text
    assert "<table" not in text


@pytest.mark.parametrize(
    "address", ["/prefectures/00", "/prefectures/48", "/prefectures/1", "/prefectures/１３", "/sizes/huge"]
)
def test_there_is_no_such_group(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_town_says_where_it_belongs_and_what_it_took_over(
    app: Flask, engine: Engine, three: dict[str, int], now: datetime
) -> None:
    origin = Provenance(municipality=AOBA, municipality_name="青葉市", slug="tennyu", title="転入届の受付", edition=1)
    hidden = origin.model_copy(update={"slug": "himitsu", "title": "別の手順"})
    with transaction(engine) as session:
        chika, fumio = person(session, "chika", now), person(session, "fumio", now)
        for slug, source in (("utsushi", origin), ("kakure", hidden)):
            manual = begin_manual(session, WAKAMATSU, slug, by=chika, at=now)
            content = a_content(title=f"{slug}の手順")
            revision = save_revision(session, manual, content, by=chika, at=now, provenance=source)
            publish(session, manual, revision, by=fumio, at=now)
    use(engine, three[MIDORIKAWA], now, adopters=("fumio",))
    text = app.test_client().get(f"/towns/{WAKAMATSU}").text
    assert 'href="/prefectures/99"' in text
    assert 'href="/sizes/u30k"' in text
    taken = text.partition("ほかの団体から取り入れたもの")[2]
    assert f'<a href="/towns/{AOBA}/manuals/tennyu">青葉市『転入届の受付』' in taken
    assert "青葉市『別の手順』" in taken
    assert "manuals/himitsu" not in text
    assert "採用: 緑川村 第1版" in taken
    assert "ほかの団体から取り入れたもの" not in app.test_client().get(f"/towns/{AOBA}").text
