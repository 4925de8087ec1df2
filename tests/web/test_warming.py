"""A serving process reads ahead: the first person of the morning waits no longer than the second."""

import gc

import pytest
from jinja2 import Environment

from kb.db import transaction
from kb.publishing import fragments
from kb.publishing.fragments import compile_templates
from kb.publishing.indexing import drain
from kb.search import whoosh_index
from kb.search.index import Query
from kb.search.whoosh_index import WhooshIndex
from kb.web import warming
from kb.web.warming import keep_templates, read_ahead, settle
from tests.world import a_publication


def compiled(app):
    """Names of the templates that the application holds."""
    return {name for _, name in app.jinja_env.cache}


def test_templates_are_compiled_before_anybody_asks(app):
    read_ahead(app.jinja_env, app.extensions["kb"].index, pytest.fail, pause=0)
    assert compiled(app) >= {"manuals/show.html", "drafts/edit.html"}


def test_what_is_read_once_is_left_out_of_every_full_collection():
    before = gc.get_threshold()
    try:
        settle()
        assert gc.get_freeze_count() > 10_000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_the_names_are_prepared_before_anybody_types(app, session, now, monkeypatch):
    parts = app.extensions["kb"]
    for name in ("read_ahead", "settle"):
        monkeypatch.setattr(warming, name, lambda *_: None)
    warming._warm(app, parts)
    assert {"suggestible", "names_in_queries", "spellings"} <= vars(parts.vocabulary.words(session, now)).keys()


def test_an_article_is_rendered_without_compiling_anything_more():
    compile_templates()
    assert "fragments/article.html" in {name for _, name in fragments._environment().cache}


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


def test_templates_are_compiled_once_for_all_processes_and_starts(app, tmp_path, monkeypatch):
    compiled_now = []
    compile_one = Environment.compile
    monkeypatch.setattr(
        Environment, "compile", lambda *given, **also: compiled_now.append(given) or compile_one(*given, **also)
    )
    for expected in (1, 0):
        environment = app.jinja_env.overlay()
        environment.cache = {}
        keep_templates(environment, tmp_path)
        compiled_now.clear()
        environment.get_template("layouts/base.html")
        assert len(compiled_now) == expected
    assert (tmp_path / "templates").stat().st_mode & 0o777 == 0o700


def test_another_program_compiles_anew_and_leaves_nothing_old(app, tmp_path, monkeypatch):
    environment = app.jinja_env.overlay()
    for program in ("a" * 64, "b" * 64):
        monkeypatch.setattr(warming, "digest_of", lambda _, program=program: program)
        environment.cache = {}
        keep_templates(environment, tmp_path)
        environment.get_template("layouts/base.html")
        assert {path.name[0] for path in (tmp_path / "templates").iterdir()} == {program[0]}


def test_a_disk_that_takes_no_template_is_no_trouble(app, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    environment = app.jinja_env.overlay()
    environment.cache = {}
    keep_templates(environment, tmp_path)
    monkeypatch.setattr("jinja2.bccache.Bucket.write_bytecode", full)
    assert environment.get_template("layouts/base.html")
    assert list((tmp_path / "templates").iterdir()) == []
