"""A whole town goes out as files and comes in as the same town."""

import os
import shutil
import stat
from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.actions import assign, begin_participation, open_account, open_post
from kb.accounts.models import Assignment, Department, Role, User
from kb.accounts.queries import municipality, viewer
from kb.accounts.rules import ANYONE
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.common_format.text import parse
from kb.config import ROOT
from kb.db import open_session, reading, transaction
from kb.errors import Conflict, Invalid
from kb.exchange.town_folder import FolderError
from kb.manuals.actions import save_revision
from kb.manuals.models import Manual, Revision
from kb.publishing.history import history
from kb.publishing.indexing import drain, is_current
from kb.publishing.models import Publication
from kb.publishing.queries import live_manuals
from kb.relocation import actions
from kb.relocation.actions import Numbers, tell_of_export
from kb.relocation.queries import town_folder
from kb.relocation.takeout import read_town
from kb.search.engines import open_index
from kb.seeds.manuals import load_manuals
from kb.seeds.people import writers
from tests.common_format.strategies import NASTY_LINES
from tests.relocation.carrying import brought_in, bytes_of, taken_out
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_content, a_manual, a_publication, person


def test_a_town_comes_in_as_it_went_out(folder, elsewhere, tmp_path, now):
    brought_in(elsewhere, folder, now)
    assert bytes_of(taken_out(elsewhere, tmp_path / "again")) == bytes_of(folder)


def test_going_out_twice_gives_the_same_bytes(folder, lived, tmp_path):
    assert bytes_of(taken_out(lived, tmp_path / "again")) == bytes_of(folder)


def test_the_sample_towns_come_in_as_they_went_out(engine, elsewhere, tmp_path, now):
    names = ["990019/tennyu-todoke*.md", "990027/zei-shomei.md", "990035/juminhyo-kofu.md"]
    files = [shipped(path) for name in names for path in sorted((ROOT / "content" / "manuals").glob(name))]
    files.sort(key=lambda file: (file.envelope.municipality, file.envelope.slug, file.envelope.edition))
    with transaction(engine) as session:
        load_manuals(session, files, lambda town, department: writers(session, town, department, now), at=now)
    for code in (AOBA, WAKAMATSU, MIDORIKAWA):
        out = taken_out(engine, tmp_path / code, code)
        brought_in(elsewhere, out, now)
        assert bytes_of(taken_out(elsewhere, tmp_path / f"{code}-again", code)) == bytes_of(out)
    assert (tmp_path / AOBA / "manuals" / "tennyu-todoke" / "edition-3.md").exists()


def shipped(path):
    """A shipped manual."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def test_what_a_person_finds_in_the_folder(folder):
    assert sorted(bytes_of(folder)) == [
        "README.txt",
        "checksums.txt",
        "manuals/archived/manual.yml",
        "manuals/archived/revision-1.md",
        "manuals/empty/manual.yml",
        "manuals/only-written/manual.yml",
        "manuals/only-written/revision-1.md",
        "manuals/tennyu/edition-1.md",
        "manuals/tennyu/edition-2.md",
        "manuals/tennyu/edition-3.md",
        "manuals/tennyu/edition-4.md",
        "manuals/tennyu/manual.yml",
        "manuals/tennyu/revision-2.md",
        "town.yml",
    ]
    assert "青葉市の業務手順書" in (folder / "README.txt").read_text()
    edition = (folder / "manuals/tennyu/edition-1.md").read_text()
    assert "庁内だけの手順" in edition
    assert "audience: members" in edition
    assert "values: {窓口名: 3番}" in edition
    assert "municipality_name: 若松町" in edition
    record = (folder / "manuals/tennyu/manual.yml").read_text()
    assert "post: 住民記録係長" in record
    assert "誤りがあった: 手数料" in record


def test_no_password_leaves_and_nobody_else_reads_the_folder(folder):
    everything = b"".join(bytes_of(folder).values())
    assert b"argon2" not in everything
    assert "見本　ごん".encode() in everything
    assert {stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]} == {0o600, 0o700}


def test_the_checksums_are_those_of_the_usual_tool(folder):
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("this machine has no sha256sum")
    assert os.system(f"cd '{folder}' && {tool} --check --quiet checksums.txt") == 0


def test_people_come_back_as_invited(folder, elsewhere, now):
    brought_in(elsewhere, folder, now)
    with reading(elsewhere) as session:
        people = {user.login: user for user in session.exec(select(User))}
        assert {user.password_hash for user in people.values()} == {""}
        assert people["gone"].disabled_at == now - timedelta(days=3)
        assert viewer(session, people["bunta"].id, now).acts_as(Role.APPROVER).post_title == "住民記録係長"


def test_history_reads_the_same(folder, lived, elsewhere, now):
    brought_in(elsewhere, folder, now)

    def told(engine):
        with reading(engine) as session:
            akari = person(session, "akari", now)
            found = history(session, akari, now, AOBA, "tennyu")
            return [
                (one.edition, one.confirmed_by, one.change_note, one.live_from, one.withdrawn) for one in found.editions
            ]

    assert told(elsewhere) == told(lived)
    assert [row[:2] for row in told(elsewhere)] == [(3, "住民記録係長"), (2, "住民記録係長"), (1, "住民記録係長")]


def test_what_came_in_is_found_and_what_is_scheduled_waits(folder, elsewhere, tmp_path, now):
    index, place = open_index(tmp_path / "index"), tmp_path / "index"
    index.rebuild(iter(()))
    brought_in(elsewhere, folder, now)
    drain(elsewhere, index, place, now)
    assert is_current(elsewhere, index, now)
    with reading(elsewhere) as session:
        assert [one.title for one in live_manuals(session, ANYONE, now, town=AOBA)] == ["転入届"]
    later = now + timedelta(days=11)
    assert drain(elsewhere, index, place, later) == 1
    with reading(elsewhere) as session:
        assert [one.title for one in live_manuals(session, ANYONE, later, town=AOBA)] == ["来月からの転入届"]


def test_both_ways_are_remembered(folder, lived, elsewhere, now):
    with transaction(lived) as session:
        tell_of_export(session, read_town(folder), at=now)
    brought_in(elsewhere, folder, now)
    for engine, kind in ((lived, "town.exported"), (elsewhere, "town.imported")):
        with reading(engine) as session:
            kept = session.exec(select(Activity).where(Activity.kind == kind)).one()
        assert (kept.municipality_code, kept.object_name, kept.user_id) == (AOBA, "青葉市", None)
        assert kept.detail == "手順書4件(公開した版4、控え6)、職員5人"


def test_the_numbers_of_a_folder(folder):
    assert Numbers.of(read_town(folder)) == Numbers(manuals=4, editions=4, revisions=6, people=5)


def test_a_town_with_manuals_is_refused_and_stays_as_it_is(folder, lived, tmp_path, now):
    before = bytes_of(folder)
    with pytest.raises(Conflict, match="既に手順書があります"):
        brought_in(lived, folder, now)
    assert bytes_of(taken_out(lived, tmp_path / "again")) == before


def test_a_town_that_nobody_knows_is_refused(folder, elsewhere, now):
    with transaction(elsewhere) as session:
        session.delete(session.get_one(type(town_of(session)), AOBA))
    with pytest.raises(Invalid, match="自治体の一覧にありません"):
        brought_in(elsewhere, folder, now)
    with reading(elsewhere) as session, pytest.raises(Invalid, match="990019"):
        town_folder(session, AOBA)


def town_of(session):
    """青葉市 here."""
    return municipality(session, AOBA)


def test_a_login_of_another_town_is_named_by_line_and_nothing_comes_in(folder, elsewhere, now):
    with transaction(elsewhere) as session:
        open_account(session, WAKAMATSU, login="Bunta", name="別人", password_hash="")
    with pytest.raises(FolderError, match=r"town\.yml [0-9]+行目 people: 職員ID「Bunta」"):
        brought_in(elsewhere, folder, now)
    with reading(elsewhere) as session:
        assert session.exec(select(Department)).all() == []
        assert session.exec(select(Manual)).all() == []


def test_whom_the_town_has_already_stays_and_is_not_doubled(folder, elsewhere, now):
    with transaction(elsewhere) as session:
        begin_participation(session, AOBA, since=now)
        post = open_post(session, AOBA, "情報政策課", "DX推進係長")
        user = open_account(session, AOBA, login="daigo", name="大悟", password_hash="$argon2id$own")
        assign(session, user, post, Role.ADMINISTRATOR, since=now)
    brought_in(elsewhere, folder, now)
    with reading(elsewhere) as session:
        daigo = session.exec(select(User).where(User.login == "daigo")).one()
        assert (daigo.name, daigo.password_hash) == ("大悟", "$argon2id$own")
        assert len(session.exec(select(Department).where(Department.name == "情報政策課")).all()) == 1
        assert len(session.exec(select(Assignment).where(Assignment.user_id == daigo.id)).all()) == 2


def test_two_departments_of_one_name_stay_two(engine, elsewhere, tmp_path, now):
    with transaction(engine) as session:
        for closed in (now, now, None, None):
            session.add(Department(municipality_code=AOBA, name="臨時室", closed_at=closed))
            session.flush()
    out = taken_out(engine, tmp_path / "out")
    brought_in(elsewhere, out, now)
    with reading(elsewhere) as session:
        assert len(session.exec(select(Department).where(Department.name == "臨時室")).all()) == 4
    assert bytes_of(taken_out(elsewhere, tmp_path / "again")) == bytes_of(out)


def test_an_operator_is_not_of_the_town(engine, tmp_path, now):
    with transaction(engine) as session:
        post = open_post(session, AOBA, "情報政策課", "DX推進係長")
        user = session.exec(select(User).where(User.login == "daigo")).one()
        assign(session, user, post, Role.OPERATOR, since=now)
    assert "operator" not in (taken_out(engine, tmp_path / "out") / "town.yml").read_text()


def test_a_procedure_that_the_yardstick_lacks_here_stays_in_the_text(engine, elsewhere, tmp_path, now):
    with transaction(engine) as session:
        a_manual(session, person(session, "akari", now), now, procedure="mukashi-no-todoke", work_areas=["Q99"])
    out = taken_out(engine, tmp_path / "out")
    brought_in(elsewhere, out, now)
    with reading(elsewhere) as session:
        revision = session.exec(select(Revision)).one()
    assert (revision.procedure_key, revision.work_area_code) == (None, None)
    assert bytes_of(taken_out(elsewhere, tmp_path / "again")) == bytes_of(out)


def test_notes_with_anything_in_them_come_back(engine, elsewhere, tmp_path, now):
    with transaction(engine) as session:
        manual, publication = a_publication(session, now)
        publication.change_note = publication.withdrawal_reason = "a\x00b\u2028c\nd"
        akari = person(session, "akari", now)
        for words in (*NASTY_LINES, "行\n\n行 ", "- {a: b}\n# c"):
            save_revision(session, manual, a_content(), by=akari, at=now, note=words)
    out = taken_out(engine, tmp_path / "out")
    brought_in(elsewhere, out, now)
    assert bytes_of(taken_out(elsewhere, tmp_path / "again")) == bytes_of(out)
    assert "change_note: a b c d\n" in (out / "manuals" / "tennyu" / "edition-1.md").read_text()
    with reading(elsewhere) as session:
        assert session.exec(select(Publication.withdrawal_reason)).all() == ["a b c\nd"]
        assert {"---", "~", "null", "行\n\n行", "- {a: b}\n# c"} <= set(session.exec(select(Revision.note)))


def test_what_comes_in_while_others_write_is_all_or_nothing(folder, elsewhere, now, monkeypatch):
    monkeypatch.setattr(actions, "_bring_decisions", lambda *_: (_ for _ in ()).throw(Conflict("in the middle")))
    with pytest.raises(Conflict, match="in the middle"):
        brought_in(elsewhere, folder, now)
    session = open_session(elsewhere, write=False)
    assert session.exec(select(Manual)).all() == []
    assert session.exec(select(User)).all() == []
    session.close()


def test_audiences_are_kept(folder, elsewhere, now):
    brought_in(elsewhere, folder, now)
    with reading(elsewhere) as session:
        held = session.exec(select(Publication.edition, Publication.audience)).all()
    assert dict(held)[1] is Audience.MEMBERS
