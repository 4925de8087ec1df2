"""The database: one engine, one session per unit of work. The only file that commits.

SQLite keeps its promises only when told to: foreign keys on, WAL, every commit fsynced, and writers that take their
lock at BEGIN (a read that turns into a write under load fails at once, whatever the busy timeout).
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Dialect, Engine, Enum, event, make_url
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from kb.errors import Misconfigured

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_WRITE = "kb_write"
_PATIENCE = "kb_patience"
PATIENCE = timedelta(seconds=10)
"""How long a unit of work waits for another one that writes."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Stored as UTC without zone (SQLite drops zones); always aware in Python; naive values are refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To the database: aware moment to naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From the database: naive UTC to aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def one_of(values: type[StrEnum]) -> Enum:
    """Column type that holds the values of an enum as text, with a CHECK (SQLModel tables validate nothing)."""
    return Enum(
        values,
        name=values.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )


def create_engine(url: str | URL) -> Engine:
    """An engine for `url`; for SQLite the file is made (0600, a new folder 0700) and every connection is set up as the room needs."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sqlalchemy_engine(url, json_serializer=_json, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
        _make_private(Path(parsed.database))
    # Values stay out of error messages, which end in logs: what people typed is nobody else's business.
    engine = sqlalchemy_engine(url, json_serializer=_json, hide_parameters=True, connect_args={"timeout": 10})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def private_folder(folder: Path) -> None:
    """Make `folder` when it is not there, and let nobody else into it (0700). Raises Misconfigured when it is another's."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError:
        raise Misconfigured(
            f"データフォルダー({folder})を、ほかの人が読めないように設定できません。"
            "自分が持ち主のフォルダーを KB_DATA_DIR で指定してください。"
        ) from None


def _make_private(database: Path) -> None:
    """SQLite gives its -wal and -shm files the mode of the database. A folder that was there may be anybody's."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.touch(mode=0o600)
    if database.stat().st_mode & 0o077:
        database.chmod(0o600)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        _waiting(PATIENCE),
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    patience = options.get(_PATIENCE, PATIENCE)
    begin = "BEGIN IMMEDIATE" if options.get(_WRITE, False) else "BEGIN"
    if patience == PATIENCE:
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql(f"PRAGMA {_waiting(patience)}")
    try:
        connection.exec_driver_sql(begin)
    finally:  # the connection goes back to the pool, to somebody who has time
        connection.exec_driver_sql(f"PRAGMA {_waiting(PATIENCE)}")


def _waiting(patience: timedelta) -> str:
    return f"busy_timeout={patience // timedelta(milliseconds=1)}"


class Changes:
    """Tells whether anything was committed to the database since one asked before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._connection: Any = None

    def counter(self) -> int | None:
        """A number that changes with every commit of another connection; None when the database cannot tell.

        SQLite's data_version compares only within one connection, so one is set aside for it.
        """
        if self._engine.dialect.name != "sqlite":
            return None
        with self._lock:
            try:
                return self._data_version()
            except sqlite3.Error:  # whoever reads next will say what is broken
                self._connection = None
                return None

    def _data_version(self) -> int:
        if self._connection is None:
            path = Path(self._engine.url.database or "").resolve().as_uri()  # a folder may be called "50%#"
            self._connection = sqlite3.connect(f"{path}?mode=ro", uri=True, check_same_thread=False)
        counted: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return counted


def open_session(engine: Engine, *, write: bool, patience: timedelta = PATIENCE) -> Session:
    """A session for one unit of work. End it with `finish` or `abandon`."""
    bind = engine.execution_options(**{_WRITE: True, _PATIENCE: patience}) if write else engine
    return Session(bind, expire_on_commit=False)


def finish(session: Session) -> None:
    """Commit everything the unit of work did, and close."""
    try:
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def abandon(session: Session) -> None:
    """Undo everything the unit of work did, and close; what was read stays usable as values."""
    session.close()


@contextmanager
def transaction(engine: Engine, *, patience: timedelta = PATIENCE) -> Iterator[Session]:
    """A writing unit of work: committed at the end of the block, undone when it raises.

    What can as well be left undone waits only `patience` for SQLite's write lock, then raises OperationalError.
    """
    session = open_session(engine, write=True, patience=patience)
    try:
        yield session
    except BaseException:
        abandon(session)
        raise
    finish(session)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A reading unit of work: one consistent snapshot, nothing kept."""
    session = open_session(engine, write=False)
    try:
        yield session
    finally:
        abandon(session)
