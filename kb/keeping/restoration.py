"""Restoring a backup into an empty place: all of it or nothing, and nobody comes back signed in.

The database is made whole in a folder beside its place and gets its name last. A kill before that leaves a folder
`.restoring-…`, which counts for nothing and which the next restoration clears away.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, func, select

from kb.accounts.models import Participation, SignIn, User
from kb.accounts.rules import ANYONE
from kb.activity.actions import record
from kb.config import Settings
from kb.db import create_engine, private_folder, transaction
from kb.errors import Conflict, Invalid
from kb.japanese.notation import JST
from kb.keeping.archive import DATABASE, Manifest, Progress, damaged, opened, unpack_database
from kb.keeping.database_file import Unsound, look_through, path_of, revision_of, settle
from kb.keeping.durable import place_file, shown
from kb.manuals.models import Manual, Revision
from kb.migrations import runner
from kb.migrations.metadata import METADATA
from kb.publishing.models import Publication
from kb.staffing.models import Invitation

_STAGE = ".restoring-"
_OURS = ("server.lock", "lost+found")
"""What an empty data folder may hold: our own lock, and what a file system puts there."""
_COUNTED: Mapping[str, type[SQLModel]] = {
    "参加の記録": Participation,
    "職員": User,
    "手順書": Manual,
    "控え": Revision,
    "公開記録": Publication,
}


@dataclass(frozen=True)
class Restored:
    """What came back: the state of which moment, and how many of what."""

    made_at: datetime
    numbers: Mapping[str, int]


def restore(archive: Path, settings: Settings, *, at: datetime, progress: Progress) -> Restored:
    """Put the database of a backup into the place that `settings` name, brought to today's tables. The index is not made.

    Call it with the data folder to oneself. Raises Conflict when anything is there or the disk is full, Invalid for an
    archive that is damaged, forged or newer than this program. Whatever is raised, no database is left.
    """
    database = path_of(settings)
    private_folder(settings.data_dir)
    refuse_occupied(settings)
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear_stages(database.parent)
        with TemporaryDirectory(prefix=_STAGE, dir=database.parent) as stage:
            made = Path(stage).resolve() / DATABASE
            manifest = _unpack(archive, made, progress)
            restored = _bring_up(made, manifest, at, progress)
            place_file(made, database)
            return restored
    except OSError as error:
        raise Conflict(f"復元できませんでした({error})。空き容量と権限を確かめてください。") from error


def refuse_occupied(settings: Settings) -> None:
    """Raise Conflict unless there is nothing in the data folder, in the index folder and in the place of the database."""
    found = sorted({shown(path.name) for path in _in_the_way(settings)})
    if found:
        raise Conflict(
            f"復元先が空ではありません({'、'.join(found[:5])})。"
            "空のフォルダーを KB_DATA_DIR で指定するか、中身をほかへ移してください。"
        )


def _in_the_way(settings: Settings) -> Iterator[Path]:
    database = path_of(settings)
    for suffix in ("", "-wal", "-shm", "-journal"):
        beside = database.with_name(database.name + suffix)
        if os.path.lexists(beside):
            yield beside
    for path in settings.data_dir.iterdir():
        if path.name not in _OURS and not path.name.startswith(_STAGE):
            yield path
    for path in settings.index_dir.iterdir() if settings.index_dir.is_dir() else ():
        if path.name != "README.md":
            yield path


def _clear_stages(folder: Path) -> None:
    for left in folder.glob(f"{_STAGE}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)


def _unpack(archive: Path, to: Path, progress: Progress) -> Manifest:
    with opened(archive) as (packed, manifest):
        if manifest.alembic_revision not in runner.known_revisions():
            raise Invalid("新しいものさしで作られたバックアップです。ものさしを新しくしてから復元してください。")
        _refuse_too_large(manifest, to.parent)
        with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            unpack_database(packed, manifest.database, file, progress)
    return manifest


def _refuse_too_large(manifest: Manifest, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if manifest.database.size > free:
        needed, left = manifest.database.size >> 20, free >> 20
        raise Conflict(f"空き容量が足りません(必要 {needed}MB、空き {left}MB)。空けてからやり直してください。")


def _bring_up(made: Path, manifest: Manifest, at: datetime, progress: Progress) -> Restored:
    progress("データベースの検査", 0, 1)
    try:
        look_through(made)
        if revision_of(made) != manifest.alembic_revision:
            raise Unsound("目録と版が合いません")
        numbers = _upgraded(made, manifest, at, progress)
        settle(made)
        look_through(made)
    except Unsound as error:
        raise damaged(str(error)) from None
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise damaged("データベースを今の版に直せません") from error
    return Restored(manifest.made_at, numbers)


def _upgraded(made: Path, manifest: Manifest, at: datetime, progress: Progress) -> Mapping[str, int]:
    engine = create_engine(URL.create("sqlite", database=str(made)))
    try:
        progress("今の版への引き上げ", 0, 1)
        runner.upgrade(engine)
        with transaction(engine) as session:
            _refuse_other_tables(session)
            _close_what_was_open(session, at)
            moment = manifest.made_at.astimezone(JST).isoformat(timespec="minutes")
            record(session, "backup.restored", who=ANYONE, at=at, town=None, detail=f"{moment} のバックアップ")
            return {
                label: session.exec(select(func.count()).select_from(table)).one() for label, table in _COUNTED.items()
            }
    finally:
        engine.dispose()


def _refuse_other_tables(session: Session) -> None:
    for table in METADATA.sorted_tables:
        session.connection().execute(table.select().limit(0))  # a table or column that is not there is an SQL error


def _close_what_was_open(session: Session, at: datetime) -> None:
    """An ended visit or a used link would live again, for the backup has not heard of its end."""
    session.exec(update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=at))
    unused = (col(Invitation.used_at).is_(None), col(Invitation.cancelled_at).is_(None))
    session.exec(update(Invitation).where(*unused).values(cancelled_at=at))
