"""A backup comes back whole or not at all, and only into an empty place."""

import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from kb.accounts.models import SignIn, User
from kb.activity.models import Activity
from kb.config import ROOT
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict, DomainError, Invalid, Misconfigured
from kb.keeping import restoration
from kb.keeping.archive import DATABASE, MANIFEST, Member, member_of
from kb.keeping.backup import back_up
from kb.keeping.database_file import look_through, path_of
from kb.keeping.restoration import restore
from kb.migrations import runner
from kb.staffing.models import Invitation, InvitationReason
from tests.keeping.conftest import members, rewritten, silently
from tests.world import settings_in

STEPS = 12
"""More steps than a restoration of a small database tells of."""


def restored(archive, folder, now):
    """Restore into `folder`; an engine on what came back."""
    restore(archive, settings_in(folder), at=now, progress=silently)
    return create_engine(f"sqlite:///{folder / DATABASE}")


def is_empty(folder) -> bool:
    """Whether nothing that counts lies in a data folder."""
    return not [path for path in folder.iterdir() if not path.name.startswith(".restoring-")]


def test_what_was_backed_up_comes_back(backup, empty, engine, now):
    back = restore(backup, settings_in(empty), at=now + timedelta(days=1), progress=silently)
    assert back.made_at == now
    assert back.numbers["手順書"] == 1
    assert back.numbers["公開記録"] == 1
    assert everything(empty / DATABASE) == everything(path_of(settings_in(empty.parent)))
    assert stat.S_IMODE((empty / DATABASE).stat().st_mode) == 0o600
    assert os.listdir(empty) == [DATABASE]


def everything(database) -> dict[str, list]:
    """Every row of every table, but for what a restoration itself adds."""
    connection = sqlite3.connect(database)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names if name != "activity"}
    finally:
        connection.close()


def test_a_restoration_is_remembered(backup, empty, now):
    engine = restored(backup, empty, now)
    with reading(engine) as session:
        kept = session.exec(select(Activity).where(Activity.kind == "backup.restored")).one()
    engine.dispose()
    assert kept.detail == "2026-11-22T09:00+09:00 のバックアップ"


def test_nobody_comes_back_signed_in_and_no_link_lives_again(engine, tmp_path, empty, now):
    with transaction(engine) as session:
        user = session.exec(select(User)).first()
        session.add(SignIn(user_id=user.id, token_hash="a" * 64, began_at=now, seen_at=now))
        link = {"user_id": user.id, "reason": InvitationReason.RESET, "made_at": now, "expires_at": now}
        session.add(Invitation(token_hash="b" * 64, **link))
        session.add(Invitation(token_hash="c" * 64, used_at=now, **link))
    back_up(path_of(settings_in(tmp_path)), tmp_path / "b.zip", at=now, progress=silently)
    later = now + timedelta(days=2)
    made = restored(tmp_path / "b.zip", empty, later)
    with reading(made) as session:
        assert session.exec(select(SignIn.ended_at)).all() == [later]
        assert session.exec(select(Invitation.cancelled_at).order_by(Invitation.token_hash)).all() == [later, None]
    made.dispose()


@pytest.mark.parametrize("name", ["monosashi.sqlite", "monosashi.sqlite-wal", "search_index", "letter.txt"])
def test_a_place_that_is_not_empty_is_refused(backup, empty, now, name):
    (empty / name).write_text("mine")
    with pytest.raises(Conflict, match=f"復元先が空ではありません.*{name}"):
        restore(backup, settings_in(empty), at=now, progress=silently)
    assert (empty / name).read_text() == "mine"
    assert os.listdir(empty) == [name]


def test_an_index_of_another_database_is_in_the_way(backup, empty, tmp_path, now):
    index = tmp_path / "index"
    index.mkdir()
    (index / "README.md").write_text("what is tracked")
    (index / "CURRENT").write_text("1")
    with pytest.raises(Conflict, match="CURRENT"):
        restore(backup, settings_in(empty, index_dir=index), at=now, progress=silently)
    (index / "CURRENT").unlink()
    restore(backup, settings_in(empty, index_dir=index), at=now, progress=silently)


def test_a_database_that_lies_elsewhere_goes_there(backup, empty, tmp_path, now):
    place = tmp_path / "50%#" / "kb.sqlite"
    restore(backup, settings_in(empty, database_url=f"sqlite:///{place}"), at=now, progress=silently)
    look_through(place)
    assert os.listdir(place.parent) == ["kb.sqlite"]


def test_a_full_disk_is_told_before_it_is_full(backup, empty, now, monkeypatch):
    monkeypatch.setattr(restoration.shutil, "disk_usage", lambda _: restoration.shutil._ntuple_diskusage(9, 9, 9))
    with pytest.raises(Conflict, match="空き容量が足りません"):
        restore(backup, settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


def test_an_older_backup_is_brought_to_todays_tables(tmp_path, empty, now):
    old = create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    runner.upgrade(old, "0001")
    old.dispose()
    back_up(tmp_path / "old.sqlite", tmp_path / "b.zip", at=now, progress=silently)
    engine = restored(tmp_path / "b.zip", empty, now)
    assert runner.is_at_head(engine)
    engine.dispose()


def test_a_newer_backup_is_refused(backup, empty, now):
    for changes in ({"alembic_revision": "9999"}, {"format_version": 2, "and": "more"}):
        with pytest.raises(Invalid, match="新しいものさしで作られた"):
            restore(rewritten(backup, **changes), settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


@pytest.mark.parametrize(
    ("extra", "changes"),
    [
        ({"../outside": b"x"}, {}),
        ({"/etc/passwd": b"x"}, {}),
        ({"notes.txt": b"x"}, {}),
        ({}, {"members": []}),
        ({}, {"members": [{"name": "../../x", "size": 1, "sha256": "0" * 64}]}),
        ({}, {"kind": "another"}),
        ({}, {"made_at": "yesterday"}),
        ({}, {"made_at": "2026-11-22T09:00:00"}),
        ({}, {"alembic_revision": "0001"}),
        ({}, {"alembic_revision": "'; drop table user"}),
        ({}, {"format_version": 0}),
        ({}, {"more": 1}),
    ],
)
def test_an_archive_that_is_not_ours_is_refused_and_leaves_nothing(backup, empty, now, extra, changes):
    with pytest.raises(Invalid, match="壊れています"):
        restore(rewritten(backup, extra=extra, **changes), settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)
    assert {path.name for path in empty.parent.iterdir()} <= {
        *("elsewhere", "backup.zip", "rewritten.zip", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"),
    }


def with_database(backup, content: bytes):
    """The archive with another database that its manifest vouches for."""
    file = backup.with_name("other.sqlite")
    file.write_bytes(content)
    return rewritten(backup, database=content, members=[member_of(file, silently).model_dump()])


def test_a_trigger_in_the_database_is_refused(backup, empty, tmp_path, now):
    file = tmp_path / "trapped.sqlite"
    file.write_bytes(members(backup)[DATABASE])
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TRIGGER t AFTER UPDATE ON sign_in BEGIN DELETE FROM user; END")
    connection.close()
    with pytest.raises(Invalid, match="しかけ"):
        restore(with_database(backup, file.read_bytes()), settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE activity", "ALTER TABLE user DROP COLUMN disabled_at", "DELETE FROM alembic_version"]
)
def test_a_database_with_other_tables_is_refused(backup, empty, tmp_path, now, statement):
    file = tmp_path / "poor.sqlite"
    file.write_bytes(members(backup)[DATABASE])
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()
    with pytest.raises(Invalid, match="壊れています"):
        restore(with_database(backup, file.read_bytes()), settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


def test_what_is_no_database_is_refused(backup, empty, now):
    for content in (b"", b"SQLite format 3\x00" + bytes(200), b"hello" * 1000):
        with pytest.raises(Invalid, match="壊れています"):
            restore(with_database(backup, content), settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


def test_more_than_was_announced_is_not_unpacked(backup, empty, now):
    large = zipfile.ZipFile(backup.with_name("bomb.zip"), "w", zipfile.ZIP_DEFLATED)
    with large:
        large.writestr(MANIFEST, members(backup)[MANIFEST])
        large.writestr(DATABASE, bytes(50_000_000))
    with pytest.raises(Invalid, match="大きさが目録と合いません"):
        restore(backup.with_name("bomb.zip"), settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


def test_what_is_no_archive_is_refused(empty, tmp_path, now):
    (tmp_path / "letter.txt").write_text("拝啓")
    with pytest.raises(Invalid, match="壊れています"):
        restore(tmp_path / "letter.txt", settings_in(empty), at=now, progress=silently)
    with pytest.raises(Invalid, match="そのバックアップはありません"):
        restore(tmp_path / "none.zip", settings_in(empty), at=now, progress=silently)
    with pytest.raises(Conflict, match="復元できませんでした"):
        restore(tmp_path, settings_in(empty), at=now, progress=silently)
    assert is_empty(empty)


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(0, 255))
@example(place=0.0, flip=0)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_truncated_or_flipped_archive_is_refused_or_gives_back_the_same(backup, empty, now, place, flip):
    """A flip of 0 stands for the end of the file. Some bytes, such as a date in the directory, mean nothing."""
    whole = backup.read_bytes()
    at = int(place * len(whole))
    spoilt = whole[:at] + (bytes([whole[at] ^ flip]) + whole[at + 1 :] if flip else b"")
    backup.with_name("spoilt.zip").write_bytes(spoilt)
    try:
        restore(backup.with_name("spoilt.zip"), settings_in(empty), at=now, progress=silently)
    except DomainError:
        assert is_empty(empty)
        return
    assert flip
    assert everything(empty / DATABASE) == everything(path_of(settings_in(empty.parent)))
    (empty / DATABASE).unlink()


def test_a_kill_at_any_step_leaves_nothing_or_everything(backup, empty, now):
    program = [sys.executable, "-m", "tests.keeping.crash_restorer", backup, empty, now.isoformat()]
    restorer = subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    answers = []
    try:
        for step in range(1, STEPS):
            restorer.stdin.write(f"{step}\n")
            restorer.stdin.flush()
            answers.append(restorer.stdout.readline().strip())
            if answers[-1] != "killed":
                break
            assert is_empty(empty)
    finally:
        restorer.stdin.close()
        restorer.wait()
        restorer.stdout.close()
    assert answers[-1] == "finished"
    assert answers.count("killed") >= 4
    assert os.listdir(empty) == [DATABASE]  # what the killed ones left is cleared away
    look_through(empty / DATABASE)


def test_only_one_of_two_restorations_at_once_wins(backup, empty, now):
    def another(what, _done, _total):
        if what == "今の版への引き上げ" and is_empty(empty):
            (empty / DATABASE).write_text("the other one")

    with pytest.raises(Conflict, match="既にあります"):
        restore(backup, settings_in(empty), at=now, progress=another)
    assert (empty / DATABASE).read_text() == "the other one"


def test_a_folder_of_somebody_else_is_refused(backup, tmp_path, now):
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured):
        restore(backup, settings_in(tmp_path / "file"), at=now, progress=silently)


def test_a_member_is_measured(tmp_path):
    (tmp_path / "one").write_bytes(b"abc")
    assert member_of(tmp_path / "one", silently) == Member(
        name=DATABASE, size=3, sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
