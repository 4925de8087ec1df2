"""Browsing across towns: the comparison of one procedure."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from kb.db import transaction
from kb.exemplars.models import Exemplar
from kb.web import paging
from tests.web.comparison import DAY, PAGE, cells, ordered_by, publish_three, towns_in, use
from tests.web.stage import Kind, Stage, Thing, title
from tests.world import (
    AOBA,
    MIDORIKAWA,
    WAKAMATSU,
    an_app,
    person,
    sign_in,
)


@pytest.fixture
def three(engine: Engine, now: datetime) -> dict[str, int]:
    """転入届 of three towns."""
    return publish_three(engine, now)


def test_a_row_says_what_is_known_and_what_is_not(
    app: Flask, engine: Engine, three: dict[str, int], now: datetime
) -> None:
    use(engine, three[AOBA], now, likers=("akari", "eri", "chika", "genta"), adopters=("fumio",))
    text = app.test_client().get(PAGE).text
    town, edition, minutes, steps, core, media, likes, adoptions, confirmed = cells(text, "青葉市")
    assert "人口320,000人" in town
    assert "年間件数は不明" in town
    assert "第1版" in edition
    assert "約33分" in minutes
    assert "3/3手順で計測済" in minutes
    assert (steps, core) == ("手順 3", "職員必須 100%")
    assert "紙と電子 1" in media
    assert "4人・2団体" in likes  # the own town is none of the towns
    assert "1団体" in adoptions
    assert "8日前" in confirmed
    unmeasured = cells(text, "緑川村")
    assert "未計測" in unmeasured[2]
    assert "0/1手順で計測済" in unmeasured[2]
    assert "未判定" in unmeasured[4]
    assert [("まだなし" in cell) for cell in unmeasured[6:8]] == [True, True]
    assert "5分以上" in cells(text, "若松町")[2]


def test_a_person_sees_the_own_town_first_and_similar_sizes_next(app: Flask, three: dict[str, int]) -> None:
    client = sign_in(app.test_client(), "chika")
    assert towns_in(client.get(PAGE).text) == ["若松町", "青葉市", "緑川村"]
    assert towns_in(client.get(f"{PAGE}?sort=size").text) == ["若松町", "緑川村", "青葉市"]
    assert "同じ都道府県" in client.get(PAGE).text


def test_nobody_in_particular_sees_first_what_most_towns_use(
    app: Flask, engine: Engine, three: dict[str, int], now: datetime
) -> None:
    client = app.test_client()
    assert towns_in(client.get(PAGE).text) == ["青葉市", "若松町", "緑川村"]
    use(engine, three[MIDORIKAWA], now, adopters=("fumio",))
    text = client.get(PAGE).text
    assert towns_in(text) == ["緑川村", "青葉市", "若松町"]
    assert ordered_by(text) == [("採用", "descending")]
    assert "近い順" not in text
    assert "ログインすると" in text
    assert towns_in(client.get(f"{PAGE}?sort=near").text) == towns_in(text)  # no town to begin at


def test_likes_of_more_towns_come_first(app: Flask, engine: Engine, three: dict[str, int], now: datetime) -> None:
    use(engine, three[AOBA], now, likers=("akari", "eri", "daigo"))
    use(engine, three[MIDORIKAWA], now, likers=("chika",))
    assert towns_in(app.test_client().get(f"{PAGE}?sort=liked").text) == ["緑川村", "青葉市", "若松町"]


def test_ordering_by_likes_can_be_switched_off(
    three: dict[str, int], tmp_path: Any, now: datetime, engine: Engine
) -> None:
    use(engine, three[MIDORIKAWA], now, likers=("chika",))
    client = an_app(tmp_path, now, rank_by_likes=False).test_client()
    text = client.get(f"{PAGE}?sort=liked").text
    assert "sort=liked" not in text
    assert towns_in(text)[-1] == "緑川村"
    assert "1人・1団体" in text


@pytest.mark.parametrize(
    ("sort", "label", "order", "first"),
    [
        ("minutes", "1件の時間", "ascending", ["若松町", "青葉市", "緑川村"]),
        ("steps", "手順", "ascending", ["緑川村", "若松町", "青葉市"]),
        ("core", "職員必須", "ascending", ["青葉市", "若松町", "緑川村"]),
        ("newest", "版", "descending", ["青葉市", "若松町", "緑川村"]),
        ("town", "団体と手順書", "ascending", ["青葉市", "若松町", "緑川村"]),
    ],
)
def test_a_head_orders_its_column_and_turns_it(
    app: Flask, three: dict[str, int], sort: str, label: str, order: str, first: list[str]
) -> None:
    client = app.test_client()
    text = client.get(f"{PAGE}?sort={sort}").text
    assert (towns_in(text), ordered_by(text)) == (first, [(label, order)])
    turned = unescape(re.findall(r'aria-sort="\w+"><a href="([^"]+)"|aria-sort="\w+" ?><a href="([^"]+)"', text)[0][0])
    other = {"ascending": "descending", "descending": "ascending"}[order]
    assert ordered_by(client.get(turned).text) == [(label, other)]


def test_what_is_not_measured_is_last_in_both_directions(app: Flask, three: dict[str, int]) -> None:
    client = app.test_client()
    assert towns_in(client.get(f"{PAGE}?sort=minutes&turned=1").text) == ["青葉市", "若松町", "緑川村"]


@pytest.mark.parametrize(
    ("query", "towns"),
    [
        ("prefecture=99", {"青葉市", "若松町", "緑川村"}),
        ("prefecture=13", set()),
        ("size=u5k", {"緑川村"}),
        ("medium=紙", {"青葉市", "緑川村"}),  # 紙と電子 is both
        ("medium=電子", {"青葉市", "若松町"}),
        ("medium=口頭", set()),
        ("medium=紙&size=u500k", {"青葉市"}),
        ("prefecture=９９&size=x&medium=x&sort=x&turned=x", {"青葉市", "若松町", "緑川村"}),
    ],
)
def test_conditions_leave_out_what_does_not_fit(app: Flask, three: dict[str, int], query: str, towns: set[str]) -> None:
    text = app.test_client().get(f"{PAGE}?{query}").text
    assert set(towns_in(text)) == towns
    assert ("条件に合う手順書はありません。" in text) == (not towns)


def test_only_exemplars(app: Flask, engine: Engine, three: dict[str, int], now: datetime) -> None:
    with transaction(engine) as session:
        by = person(session, "bunta", now).acting[0].assignment_id
        for code, until in ((WAKAMATSU, now + DAY), (AOBA, now - DAY)):
            exemplar = Exemplar(
                manual_id=three[code], reason="よい", since=now - 9 * DAY, until=until, assignment_id=by
            )
            session.add(exemplar)
    client = app.test_client()
    assert towns_in(client.get(f"{PAGE}?exemplar=1").text) == ["若松町"]
    assert ["模範" in cells(client.get(PAGE).text, town)[0] for town in ("若松町", "青葉市")] == [True, False]


def test_conditions_and_order_are_kept_while_leafing(
    app: Flask, three: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.routes.procedures.PER_PAGE", 1)
    monkeypatch.setattr(paging, "PER_PAGE", 1)
    client = app.test_client()
    asked = f"{PAGE}?prefecture=99&sort=steps"
    text = client.get(asked).text
    [following] = {unescape(url) for url in re.findall(r'<a href="([^"]+)" rel="next"', text)}
    assert towns_in(text) + towns_in(client.get(following).text) == ["緑川村", "若松町"]
    assert client.get(f"{asked}&page=4").status_code == 404


def test_a_hidden_manual_is_in_no_row_and_in_no_count(stage: Stage) -> None:
    outside, inside = (stage.as_(kind).get(PAGE).text for kind in (Kind.ANONYMOUS, Kind.READER))
    assert title(Thing.MUNICIPALITY) not in outside
    assert title(Thing.MUNICIPALITY) in inside
    counted = {
        text: int(re.findall(r"青葉市|見本県\((\d+)件\)", text.partition('id="prefecture"')[2])[0])
        for text in (outside, inside)
    }
    assert counted[inside] > counted[outside] == len(towns_in(outside))
