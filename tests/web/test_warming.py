"""A serving process reads ahead: the first person of the morning waits no longer than the second."""

import pytest

from kb.db import transaction
from kb.publishing.indexing import drain
from kb.search import whoosh_index
from kb.search.index import Query
from kb.search.whoosh_index import WhooshIndex
from kb.web.warming import read_ahead
from tests.world import a_publication


def compiled(app):
    """Names of the templates that the application holds."""
    return {name for _, name in app.jinja_env.cache}


def test_templates_are_compiled_before_anybody_asks(app):
    read_ahead(app.jinja_env, app.extensions["kb"].index, pytest.fail, pause=0)
    assert compiled(app) >= {"manuals/show.html", "drafts/edit.html"}


def test_the_index_is_open_before_anybody_asks(app, engine, now, monkeypatch):
    parts = app.extensions["kb"]
    with transaction(engine) as session:
        a_publication(session, now)
    drain(engine, parts.index, parts.settings.index_dir, now)
    opened: list[object] = []
    segment = whoosh_index.Segment
    monkeypatch.setattr(whoosh_index, "Segment", lambda *given: opened.append(given) or segment(*given))
    fresh = WhooshIndex(parts.settings.index_dir)
    read_ahead(app.jinja_env, fresh, pytest.fail, pause=0)
    assert len(opened) == 1
    assert fresh.search(Query("転入")).total == 1
    assert len(opened) == 1


def test_without_an_index_the_rest_is_read_all_the_same(app, tmp_path):
    noticed = []
    read_ahead(app.jinja_env, WhooshIndex(tmp_path / "nowhere"), noticed.append, pause=0)
    assert len(noticed) == 1
    assert "manuals/show.html" in compiled(app)


def test_damage_that_no_search_comes_near_is_noticed_too(app, engine, now):
    parts = app.extensions["kb"]
    with transaction(engine) as session:
        a_publication(session, now)
    drain(engine, parts.index, parts.settings.index_dir, now)
    (path,) = parts.settings.index_dir.glob("gen-*/*.seg")
    data = path.read_bytes()
    path.write_bytes(data[:500] + bytes([data[500] ^ 1]) + data[501:])
    noticed = []
    read_ahead(app.jinja_env, WhooshIndex(parts.settings.index_dir), noticed.append, pause=0)
    assert len(noticed) == 1
