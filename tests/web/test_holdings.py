"""The page of everything that a town has in use: nothing that was saved is out of its own people's reach."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine

from kb.db import transaction
from kb.publishing.actions import archive, withdraw
from tests.world import AOBA, a_manual, a_publication, person, sign_in

PAGE = f"/towns/{AOBA}/holdings"


def page(app: Flask, login: str) -> str:
    return sign_in(app.test_client(), login).get(PAGE).text


def test_what_waits_to_be_published_comes_first(app: Flask, engine: Engine, now) -> None:
    with transaction(engine) as session:
        a_publication(session, now, "deru", title="公開した手順書")
        a_manual(session, person(session, "akari", now), now, "matsu", title="初めての手順書")
    text = page(app, "eri")
    order = ["公開を待つ控え", "初めての手順書", "ほかの手順書", "公開した手順書"]
    places = [text.rindex(word) for word in order]
    assert places == sorted(places)


def test_what_was_withdrawn_stays_and_what_was_archived_goes(app: Flask, engine: Engine, now) -> None:
    with transaction(engine) as session:
        manual, _ = a_publication(session, now - timedelta(days=1), "owari", title="公開を終えた手順書")
        withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="作り直すため")
    assert "公開を終えた手順書" in page(app, "akari")
    with transaction(engine) as session:
        archive(session, manual, by=person(session, "bunta", now), at=now, reason="業務がなくなった")
    assert "公開を終えた手順書" not in page(app, "akari")


def test_a_town_without_manuals_is_told_how_to_begin(app: Flask) -> None:
    assert "「手順書を書く」から始められます" in page(app, "akari")
    assert "「作成者」の役割" in page(app, "eri")


def test_another_town_finds_nothing_there(app: Flask) -> None:
    assert sign_in(app.test_client(), "chika").get(PAGE).status_code == 404
