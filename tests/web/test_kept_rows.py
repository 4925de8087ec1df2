"""Lines of results are kept, and never longer than they are true."""

from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.publishing.actions import withdraw
from kb.publishing.indexing import rebuild
from kb.web import found
from tests.world import a_publication, person, settings_in, sign_in


def index(app, engine: Engine, folder, now) -> None:
    rebuild(engine, app.extensions["kb"].index, settings_in(folder).index_dir, now)


def ask(client: FlaskClient) -> str:
    return client.get("/search?q=転入").text


def test_a_line_is_made_once_until_something_is_committed(app, engine, client, now, tmp_path, monkeypatch):
    asked = []
    with transaction(engine) as session:
        a_publication(session, now)
    index(app, engine, tmp_path, now)
    live = found.live_by_manual
    monkeypatch.setattr(found, "live_by_manual", lambda *args: asked.append(args[-1]) or live(*args))
    assert ask(client) == ask(client)
    assert len(asked) == 1
    with transaction(engine) as session:
        a_publication(session, now, "tenshutsu", title="転出届の受付")
    ask(client)
    assert len(asked) == 2


def test_a_withdrawn_manual_is_gone_though_the_index_still_has_it(app, engine, client, now, tmp_path):
    with transaction(engine) as session:
        manual, _ = a_publication(session, now)
    index(app, engine, tmp_path, now)
    assert "/manuals/tennyu" in ask(client)
    with transaction(engine) as session:
        withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="誤り")
    assert "/manuals/tennyu" not in ask(client)


def test_a_line_is_kept_for_its_own_readers_alone(app, engine, client, now, tmp_path):
    with transaction(engine) as session:
        a_publication(session, now, audience=Audience.MUNICIPALITY)
    index(app, engine, tmp_path, now)
    assert "/manuals/tennyu" in ask(sign_in(app.test_client(), "akari"))
    assert "/manuals/tennyu" not in ask(client)
    assert "/manuals/tennyu" not in ask(sign_in(app.test_client(), "chika"))
    assert "/manuals/tennyu" in ask(sign_in(app.test_client(), "eri"))
