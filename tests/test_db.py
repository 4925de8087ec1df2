"""What the database promises to every room: units of work, moments, checks, and readers that nobody disturbs."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, select

from kb import db
from kb.accounts.models import Assignment, Department, Municipality, Participation
from kb.accounts.queries import municipality
from kb.db import (
    Changes,
    UtcDateTime,
    abandon,
    create_engine,
    finish,
    open_session,
    private_folder,
    reading,
    transaction,
)
from kb.errors import Misconfigured
from tests.no_waiting import set_up_as_people_do
from tests.world import AOBA


def names(session: Session) -> set[str]:
    """The names of all departments."""
    return set(session.exec(select(Department.name)))


def a_department(name: str) -> Department:
    return Department(municipality_code=AOBA, name=name)


def test_a_unit_of_work_is_kept_as_a_whole(engine):
    with transaction(engine) as session:
        session.add(a_department("広報課"))
    with reading(engine) as session:
        assert "広報課" in names(session)


def test_a_unit_of_work_that_raises_leaves_nothing(engine):
    def half_way():
        with transaction(engine) as session:
            session.add(a_department("広報課"))
            session.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half_way()
    with reading(engine) as session:
        assert "広報課" not in names(session)


def test_what_a_reader_adds_is_not_kept(engine):
    with reading(engine) as session:
        session.add(a_department("広報課"))
        session.flush()
    with reading(engine) as session:
        assert "広報課" not in names(session)


def test_a_commit_that_fails_undoes_everything_and_frees_the_database(engine):
    session = open_session(engine, write=True)
    session.add_all([a_department("広報課"), Department(municipality_code="000000", name="どこにもない課")])
    with pytest.raises(IntegrityError):
        finish(session)
    with transaction(engine) as after:  # the lock is free again
        assert "広報課" not in names(after)


def test_what_was_read_stays_usable_after_the_unit_of_work(engine):
    with reading(engine) as session:
        town = municipality(session, AOBA)
    assert town is not None
    assert town.name == "青葉市"


def test_a_foreign_key_must_lead_somewhere(session):
    session.add(Department(municipality_code="000000", name="どこにもない課"))
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session.flush()


def test_a_value_outside_its_enum_is_refused_by_the_database_itself(session):
    with pytest.raises(IntegrityError, match="ck_municipality_municipalitykind"):
        session.execute(text("UPDATE municipality SET kind = '国' WHERE code = :code"), {"code": AOBA})


def test_a_table_row_with_a_value_outside_its_enum_is_refused(session):
    session.add(Assignment(user_id=1, post_id=1, role="boss", since=datetime.now(UTC)))  # SQLModel itself takes it
    with pytest.raises(IntegrityError, match="ck_assignment_role"):
        session.flush()


def test_a_moment_without_zone_is_refused(session):
    session.add(Participation(municipality_code=AOBA, since=datetime(2026, 4, 1)))
    with pytest.raises(StatementError, match="time zone"):
        session.flush()


def test_a_moment_comes_back_aware_and_equal(engine):
    moment = datetime(2026, 4, 1, 8, 30, tzinfo=timezone(timedelta(hours=9)))
    with transaction(engine) as session:
        session.add(Participation(municipality_code=AOBA, since=moment))
    with reading(engine) as session:
        found = session.exec(select(Participation).where(Participation.since == moment)).one()
        stored = session.execute(text("SELECT since FROM participation WHERE id = :id"), {"id": found.id}).scalar_one()
    assert found.since == moment
    assert found.since.tzinfo is UTC
    assert found.until is None
    assert stored.startswith("2026-03-31 23:30:00")


def test_no_moment_is_no_moment():
    kind = UtcDateTime()
    assert kind.process_bind_param(None, None) is None
    assert kind.process_result_value(None, None) is None


def test_a_reader_keeps_its_snapshot_while_a_writer_commits(engine):
    with reading(engine) as reader:
        before = names(reader)
        with transaction(engine) as writer:
            writer.add(a_department("広報課"))
        assert names(reader) == before
    with reading(engine) as later:
        assert names(later) == before | {"広報課"}


def test_writers_wait_for_each_other_rather_than_fail(engine):
    started, errors = threading.Barrier(4), []

    def write(number: int) -> None:
        started.wait()
        try:
            for turn in range(5):
                with transaction(engine) as session:
                    held = len(names(session))  # a read that becomes a write: fails at once unless the lock came first
                    session.add(a_department(f"{number}-{turn}-{held}"))
        except Exception as error:
            errors.append(error)

    with reading(engine) as session:
        before = len(names(session))
    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(engine) as session:
        counted = sorted(int(name.split("-")[2]) for name in names(session) if name.count("-") == 2)
    assert counted == list(range(before, before + 20))  # each saw all that was written before: none ran beside another


def test_sqlite_is_told_to_be_safe(tmp_path, monkeypatch):
    monkeypatch.setattr(db, "_set_up_sqlite", set_up_as_people_do)
    with reading(create_engine(f"sqlite:///{tmp_path / 'safe.sqlite'}")) as session:
        told = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("foreign_keys", "journal_mode", "synchronous")
        }
    assert told == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2}


def test_the_folder_of_a_new_database_is_private(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'new' / 'monosashi.sqlite'}")
    with reading(engine) as session:
        session.execute(text("SELECT 1"))
    engine.dispose()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_database_that_was_open_to_others_becomes_private(tmp_path):
    file = tmp_path / "monosashi.sqlite"
    file.touch()
    file.chmod(0o644)
    engine = create_engine(f"sqlite:///{file}")
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE t (x)"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert modes == dict.fromkeys(("monosashi.sqlite", "monosashi.sqlite-wal", "monosashi.sqlite-shm"), 0o600)


def test_a_data_folder_that_was_open_to_others_becomes_private(tmp_path):
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_had_is_told(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(Misconfigured, match="KB_DATA_DIR"):
        private_folder(tmp_path / "data")


def test_a_database_in_memory_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    create_engine("sqlite:///:memory:").dispose()
    assert list(tmp_path.iterdir()) == []


def test_text_in_json_columns_stays_readable(engine):
    with reading(engine) as session:
        readings = session.execute(text("SELECT readings FROM procedure WHERE key = 'tennyu-todoke'")).scalar_one()
    assert "てんにゅう" in readings


def test_abandoning_undoes(engine):
    session = open_session(engine, write=True)
    session.add(a_department("広報課"))
    session.flush()
    abandon(session)
    with reading(engine) as after:
        assert "広報課" not in names(after)
        assert after.get(Municipality, AOBA) is not None


def test_commits_of_others_are_noticed_and_nothing_else(engine):
    changes = Changes(engine)
    before = changes.counter()
    with reading(engine) as session:
        names(session)
    abandoned = open_session(engine, write=True)
    abandoned.add(a_department("広報課"))
    abandoned.flush()
    abandon(abandoned)
    assert changes.counter() == before
    with transaction(engine) as session:
        session.add(a_department("広報課"))
    assert changes.counter() != before


def test_a_database_that_cannot_tell_of_changes_says_so():
    class Elsewhere:
        class dialect:  # noqa: N801  # named as SQLAlchemy names it
            name = "postgresql"

    assert Changes(Elsewhere()).counter() is None


def test_a_folder_may_have_any_name(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / '50% #1 手順書' / 'monosashi.sqlite'}")
    with transaction(engine) as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    assert Changes(engine).counter() is not None
    engine.dispose()
    assert (tmp_path / "50% #1 手順書" / "monosashi.sqlite").is_file()


def test_another_database_is_taken_as_its_address_says(monkeypatch):
    made = []
    monkeypatch.setattr("kb.db.sqlalchemy_engine", lambda url, **options: made.append((url, options)))
    create_engine("postgresql://db/kb")
    ((url, options),) = made
    assert url == "postgresql://db/kb"
    assert options["hide_parameters"]  # what people typed is nobody's business
    assert "connect_args" not in options  # those are SQLite's


def test_errors_do_not_tell_what_people_typed(session):
    session.add(Department(municipality_code="000000", name="ひみつの課"))
    with pytest.raises(IntegrityError) as caught:
        session.flush()
    assert "ひみつの課" not in str(caught.value)
