"""Preparing an installation: everything that is missing, nothing that is there."""

import os
from datetime import datetime
from functools import partial

import pytest
from sqlmodel import select

from kb.accounts.actions import open_account
from kb.accounts.queries import user_by_login
from kb.accounts.rules import ANYONE
from kb.common_format.text import TextFormError
from kb.config import Mode
from kb.db import create_engine, reading, transaction
from kb.errors import Invalid, Misconfigured
from kb.japanese.notation import JST
from kb.manuals.models import Manual
from kb.publishing.history import history
from kb.publishing.indexing import is_current
from kb.publishing.models import Fragment
from kb.search.engines import open_index
from kb.search.index import IndexUnusable
from kb.seeds.manuals import load_manuals, read_manuals
from kb.seeds.people import CAST, has_demo_account, writers
from kb.seeds.preparation import prepare
from kb.standards.queries import procedure, procedures
from tests.no_waiting import full_disk
from tests.seeds.conftest import a_file, put
from tests.world import AOBA, SECRET, WAKAMATSU, a_publication, person, settings_in, waiting


class Installation:
    """An installation in a folder, prepared as often as one likes."""

    def __init__(self, folder, content, now):
        self.folder, self.now, self.told = folder, now, []
        self.settings = settings_in(folder, content_dir=content)
        self.engine = create_engine(self.settings.database_url)
        self.index = open_index(self.settings.index_dir)

    def prepare(self, **changes):
        self.told.clear()
        settings = settings_in(self.folder, content_dir=self.settings.content_dir, **changes)
        prepare(settings, self.engine, self.index, self.now, self.told.append)


def a_pair(session, now, town, department):
    """Who writes and who confirms, as preparing asks for them."""
    return writers(session, town, department, now)


@pytest.fixture
def installation(tmp_path, content, now):
    """An installation on an empty folder."""
    made = Installation(tmp_path, content, now)
    yield made
    made.engine.dispose()


def test_an_empty_folder_becomes_a_demonstration(installation, now):
    installation.prepare()
    assert [line for line in installation.told if "3件" in line]
    with reading(installation.engine) as session:
        assert has_demo_account(session)
        assert len(session.exec(select(Manual)).all()) == 2
        found = history(session, ANYONE, now, AOBA, "tennyu")
        assert found is not None
        assert [edition.change_note for edition in found.editions] == ["第2版", "第1版"]
        assert found.editions[1].live_from == datetime(2025, 4, 1, 9, 0, tzinfo=JST)
        assert waiting(session, now) == 0
    assert is_current(installation.engine, installation.index, now)
    assert len(installation.index.versions()) == 4


def test_preparing_again_does_nothing(installation):
    installation.prepare()
    before = installation.index.versions()
    installation.prepare()
    assert installation.told == []
    assert installation.index.versions() == before


def test_what_was_edited_stays(installation, now):
    installation.prepare()
    with transaction(installation.engine) as session:
        row = procedure(session, "tennyu-todoke")
        row.summary = "わたしたちの言葉"
        session.add(row)
        session.delete(procedure(session, "tenshutsu-todoke"))
        manual = session.exec(select(Manual).where(Manual.municipality_code == WAKAMATSU)).one()
        manual.slug = "renamed"
        session.add(manual)
    installation.prepare()
    with reading(installation.engine) as session:
        assert procedure(session, "tennyu-todoke").summary == "わたしたちの言葉"
        assert procedure(session, "tenshutsu-todoke") is None
        assert {found.slug for found in session.exec(select(Manual))} == {"tennyu", "renamed"}


def test_samples_go_into_an_empty_database_only(engine, tmp_path, content, now):
    """The template has the cast and no manuals: somebody has removed them, and they stay removed."""
    prepare(settings_in(tmp_path, content_dir=content), engine, open_index(tmp_path / "i"), now, lambda _: None)
    with reading(engine) as session:
        assert session.exec(select(Manual)).all() == []


def test_production_gets_the_vocabulary_and_no_samples(installation):
    installation.prepare(mode=Mode.PRODUCTION, secret_key=SECRET)
    with reading(installation.engine) as session:
        assert procedures(session)
        assert not has_demo_account(session)
        assert session.exec(select(Manual)).all() == []
    assert installation.index.versions() == {}


def test_production_refuses_a_database_of_the_demonstration(installation):
    installation.prepare()
    with pytest.raises(Misconfigured, match="見本の職員が入っています"):
        installation.prepare(mode=Mode.PRODUCTION, secret_key=SECRET)


def test_production_takes_a_real_employee_with_a_name_from_the_cast(installation, now):
    installation.prepare(mode=Mode.PRODUCTION, secret_key=SECRET)
    with transaction(installation.engine) as session:
        open_account(session, "011002", login="eri", name="札幌 えり", password_hash="x")
    installation.prepare(mode=Mode.PRODUCTION, secret_key=SECRET)
    with reading(installation.engine) as session:
        assert not has_demo_account(session)


def test_a_broken_manual_is_told_with_its_file_and_nothing_is_loaded(installation, content):
    (content / "manuals" / AOBA / "broken.md").write_text("壊れた手順書", encoding="utf-8")
    with pytest.raises(TextFormError) as caught:
        installation.prepare()
    assert {problem.file for problem in caught.value.problems} == {f"manuals/{AOBA}/broken.md"}
    with reading(installation.engine) as session:
        assert not has_demo_account(session)
        assert session.exec(select(Manual)).all() == []


def test_a_gap_in_the_editions_is_refused(session, content, now):
    put(content, a_file(slug="gap", edition=2))
    with pytest.raises(Invalid, match=f"manuals/{AOBA}/gap: 版が1から順に揃っていません"):
        load_manuals(session, read_manuals(content), partial(a_pair, session, now), at=now)


def test_a_day_to_come_does_not_make_a_schedule(session, now):
    file = a_file(published_on=datetime(2030, 1, 1, tzinfo=JST).date())
    assert load_manuals(session, [file], partial(a_pair, session, now), at=now) == 1
    assert history(session, ANYONE, now, AOBA, "tennyu").editions[0].live_from == now


def test_a_town_without_writers_is_told(session, now):
    with pytest.raises(Misconfigured, match="団体 011002 には見本の作成者と承認者がいません"):
        writers(session, "011002", "市民課", now)


def test_writers_are_who_the_cast_says(session, now):
    for town in dict.fromkeys(member.town for member in CAST):
        author, approver = writers(session, town, "", now)
        assert author.acting[0].role.value == "author"
        assert approver.acting[0].role.value == "approver"


@pytest.mark.parametrize(
    ("department", "post"),
    [
        ("市民課", "住民記録係長"),
        ("生活福祉課", "生活福祉課長"),
        ("教育委員会事務局 学務課", "学務課長"),
        ("農業委員会事務局", "農業委員会事務局長"),
        ("こども家庭センター", "こども家庭センター長"),
        ("総務課(起案は各課)", "総務課長"),
        ("総務課\uff08起案は各課\uff09", "総務課長"),
        ("各補助金の所管課(とりまとめは財政課)", "財政課長"),
        ("各課(審査と支払は会計室)", "会計室長"),
        ("照会の内容を所管する課(とりまとめは総務課)", "総務課長"),
        ("災害対策本部", "災害対策本部の責任者"),
    ],
)
def test_a_manual_is_confirmed_by_who_answers_for_its_department(session, now, department, post):
    file = a_file()
    file = file.model_copy(update={"content": file.content.model_copy(update={"department": department})})
    load_manuals(session, [file], partial(a_pair, session, now), at=now)
    assert history(session, ANYONE, now, AOBA, "tennyu").editions[0].confirmed_by == post


def test_a_post_is_opened_and_taken_once(session, now):
    before = len(person(session, "bunta", now).acting)
    for _ in range(2):
        _, approver = writers(session, AOBA, "財政課", now)
        assert approver.acting[0].post_title == "財政課長"
    assert len(person(session, "bunta", now).acting) == before + 1
    assert person(session, "bunta", now).acting[0].post_title == "住民記録係長"


def test_a_member_of_the_cast_who_is_gone_is_told(session, now):
    akari = user_by_login(session, "akari")
    akari.disabled_at = now
    session.add(akari)
    session.flush()
    with pytest.raises(Misconfigured, match="見本の職員「akari」がいません"):
        writers(session, AOBA, "市民課", now)


def test_what_an_older_version_rendered_is_rendered_anew(installation):
    installation.prepare()
    with transaction(installation.engine) as session:
        for fragment in session.exec(select(Fragment)):
            fragment.renderer, fragment.article = "0" * 16, "stale"
            session.add(fragment)
    installation.prepare()
    assert installation.told == ["手順書3件の表示を作り直しています。"]
    with reading(installation.engine) as session:
        assert "stale" not in session.exec(select(Fragment.article)).all()


def test_what_a_killed_process_left_is_carried_into_the_index(installation, now):
    installation.prepare()
    with transaction(installation.engine) as session:
        a_publication(session, now, "late")
        assert person(session, "akari", now).member
    installation.prepare()
    assert installation.told == []  # carried, not rebuilt
    assert len(installation.index.versions()) == 6
    assert is_current(installation.engine, installation.index, now)


@pytest.mark.parametrize(
    "harm", [lambda index: index.rebuild([]), lambda index: index.delete([next(iter(index.versions()))[0]])]
)
def test_an_index_that_lost_something_is_built_anew(installation, harm, now):
    installation.prepare()
    good = installation.index.versions()
    harm(installation.index)
    installation.prepare()
    assert installation.told == ["検索索引を作っています。", "検索索引に4件を登録しました。"]
    assert installation.index.versions() == good


def test_a_disk_that_takes_no_index_does_not_stop_the_start(installation, monkeypatch, now):
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        installation.prepare()
    assert "検索索引を書けませんでした(No space left on device)" in installation.told[-1]
    with pytest.raises(IndexUnusable):
        installation.index.versions()
    installation.prepare()
    assert installation.told == ["検索索引を作っています。", "検索索引に4件を登録しました。"]
    assert is_current(installation.engine, installation.index, now)
