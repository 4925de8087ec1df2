"""A backup is taken while people write, holds every write that was acknowledged before it, and is read once more."""

import json
import os
import sqlite3
import subprocess
import sys
import time

import pytest
from sqlmodel import select

from kb.config import ROOT
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict, Invalid, Misconfigured
from kb.keeping import backup as backup_module
from kb.keeping.archive import DATABASE, MANIFEST
from kb.keeping.backup import back_up
from kb.keeping.database_file import look_through, path_of
from kb.keeping.restoration import restore
from kb.manuals.models import Manual
from kb.search.engines import open_index
from tests.keeping.conftest import members, silently
from tests.world import SECRET, a_publication, settings_in

PATIENCE = 30.0
"""Seconds that a writer may take to get going."""


def test_a_backup_says_what_it_holds(backup, now):
    found = members(backup)
    manifest = json.loads(found[MANIFEST])
    assert set(found) == {MANIFEST, DATABASE}
    assert (manifest["kind"], manifest["format_version"]) == ("monosashi-backup", 1)
    assert manifest["made_at"] == now.isoformat()
    assert manifest["members"][0]["size"] == len(found[DATABASE])
    assert manifest["alembic_revision"] == sqlite3_value(found[DATABASE], "SELECT version_num FROM alembic_version")


def sqlite3_value(database: bytes, question: str):
    """The answer of a database that is only bytes."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(database)
    try:
        return connection.execute(question).fetchone()[0]
    finally:
        connection.close()


def test_a_backup_is_for_its_owner_alone(backup):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_nothing_but_the_backup_is_left_beside_it(backup):
    assert not [name for name in os.listdir(backup.parent) if name.startswith(".")]


def test_the_secret_key_is_not_in_a_backup(backup):
    assert all(SECRET.encode() not in content for content in members(backup).values())


def test_progress_is_told_to_the_end(engine, tmp_path, now):
    told = []
    back_up(path_of(settings_in(tmp_path)), tmp_path / "b.zip", at=now, progress=lambda *step: told.append(step))
    assert {what for what, _, _ in told} == {
        *("データベースの写し", "写しの検査", "検査値の計算", "書き込み", "取り出し"),
    }
    last = {what: (done, total) for what, done, total in told}
    assert all(done == total for what, (done, total) in last.items() if what != "写しの検査")


def test_a_file_that_is_there_is_not_written_over(engine, tmp_path, now):
    target = tmp_path / "precious.zip"
    target.write_text("mine")
    with pytest.raises(Conflict, match="既にあります"):
        back_up(path_of(settings_in(tmp_path)), target, at=now, progress=silently)
    assert target.read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_written_over_either(engine, tmp_path, now, monkeypatch):
    target = tmp_path / "precious.zip"
    monkeypatch.setattr(backup_module, "verify", lambda *_: target.write_text("mine"))
    with pytest.raises(Conflict, match="既にあります"):
        back_up(path_of(settings_in(tmp_path)), target, at=now, progress=silently)
    assert target.read_text() == "mine"


def test_without_a_database_or_a_folder_it_says_so(engine, tmp_path, now):
    with pytest.raises(Misconfigured, match=r"データベース.*がありません"):
        back_up(tmp_path / "nothing.sqlite", tmp_path / "b.zip", at=now, progress=silently)
    with pytest.raises(Misconfigured, match=r"フォルダー.*がありません"):
        back_up(path_of(settings_in(tmp_path)), tmp_path / "no" / "b.zip", at=now, progress=silently)
    assert not (tmp_path / "b.zip").exists()


def test_a_damaged_database_is_told_and_not_backed_up(engine, tmp_path, now):
    connection = sqlite3.connect(path_of(settings_in(tmp_path)))  # which holds no foreign keys unless told to
    connection.execute("INSERT INTO post (department_id, title) VALUES (999, 'なし')")
    connection.commit()
    connection.close()
    with pytest.raises(Invalid, match="参照先のない記録"):
        back_up(path_of(settings_in(tmp_path)), tmp_path / "b.zip", at=now, progress=silently)
    assert {path.name for path in tmp_path.iterdir() if "sqlite" not in path.name} == set()


@pytest.mark.parametrize("url", ["postgresql+psycopg://kb@db/kb", "sqlite://", "sqlite:///:memory:"])
def test_another_database_is_told_to_be_kept_by_its_own_tool(tmp_path, url):
    with pytest.raises(Misconfigured, match="SQLite"):
        path_of(settings_in(tmp_path, database_url=url))


def test_what_was_acknowledged_before_a_backup_is_in_it_while_others_write(engine, tmp_path, empty, now):
    open_index(settings_in(tmp_path).index_dir).rebuild(iter(()))
    acknowledged = tmp_path / "acknowledged"
    program = [sys.executable, "-m", "tests.publishing.crash_publisher", tmp_path, acknowledged, now.isoformat()]
    writer = subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        writer.stdin.write("\n")
        writer.stdin.flush()
        child = int(writer.stdout.readline())
        wait_for(acknowledged, 3)
        before = noted(acknowledged)
        slow = backup_module.copy_while_in_use
        copied_during = []

        def copy_among_writes(database, copy, progress):
            slow(database, copy, progress)
            wait_for(acknowledged, len(before) + 2)  # the rest of the backup happens after more writes
            copied_during.extend(noted(acknowledged)[len(before) :])

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backup_module, "copy_while_in_use", copy_among_writes)
            back_up(path_of(settings_in(tmp_path)), tmp_path / "b.zip", at=now, progress=silently)
        assert len(copied_during) >= 2  # people were writing
        os.kill(child, 9)
        assert writer.stdout.readline() == "dead\n"
    finally:
        writer.stdin.close()
        writer.wait()
        writer.stdout.close()
    restore(tmp_path / "b.zip", settings_in(empty), at=now, progress=silently)
    look_through(empty / DATABASE)
    assert set(before) <= slugs(empty)


def wait_for(acknowledged, count):
    """Wait until so many writes are acknowledged."""
    give_up = time.monotonic() + PATIENCE
    while len(noted(acknowledged)) < count:
        assert time.monotonic() < give_up, "the writer does not write"
        time.sleep(0.01)


def noted(acknowledged) -> list[str]:
    """Slugs whose transaction has returned."""
    return acknowledged.read_text().split("\n")[:-1] if acknowledged.exists() else []


def slugs(folder) -> set[str]:
    """Names of the manuals in a data folder."""
    engine = create_engine(f"sqlite:///{folder / DATABASE}")
    with reading(engine) as session:
        found = set(session.exec(select(Manual.slug)))
    engine.dispose()
    return found


def test_a_write_in_the_middle_of_the_copy_neither_waits_nor_enters_nor_begins_it_anew(
    engine, tmp_path, empty, now, monkeypatch
):
    monkeypatch.setattr("kb.keeping.database_file._PAGES", 20)
    with transaction(engine) as session:
        a_publication(session, now, "before")
    steps = []

    def write_meanwhile(what, done, total):
        if what == "データベースの写し":
            steps.append((done, total))
            with transaction(engine) as session:
                a_publication(session, now, f"during-{len(steps)}")

    back_up(path_of(settings_in(tmp_path)), tmp_path / "b.zip", at=now, progress=write_meanwhile)
    assert len(steps) > 2
    assert steps == sorted(set(steps))
    assert len({total for _, total in steps}) == 1
    restore(tmp_path / "b.zip", settings_in(empty), at=now, progress=silently)
    assert slugs(empty) == {"before"}
