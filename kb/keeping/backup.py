"""Backing up: one archive of everything that cannot be made again, while the server runs and people write."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.errors import Conflict, Invalid, Misconfigured
from kb.keeping.archive import DATABASE, Manifest, Member, Progress, damaged, member_of, opened, pack, unpack_database
from kb.keeping.database_file import Unsound, copy_while_in_use, look_through, revision_of
from kb.keeping.durable import place_file, shown, taken


def back_up(database: Path, target: Path, *, at: datetime, progress: Progress) -> Manifest:
    """Write a backup of `database` to the new file `target`, readable for its owner alone, and read it once more.

    Raises Misconfigured without a database or a folder to write into, Conflict when `target` is there or the disk is
    full, Invalid for a database that is damaged. Whatever is raised, nothing is left.
    """
    if not database.is_file():
        raise Misconfigured(f"データベース({shown(database)})がありません。KB_DATA_DIR を確かめてください。")
    if not target.parent.is_dir():
        raise Misconfigured(f"フォルダー「{shown(target.parent)}」がありません。先に作ってください。")
    if target.exists() or target.is_symlink():
        raise taken(target)
    try:
        with TemporaryDirectory(prefix=".backing-up-", dir=target.parent) as made:  # it is 0700
            return _write(database, Path(made), target, at, progress)
    except (OSError, sqlite3.Error) as error:
        raise Conflict(f"バックアップを書き込めませんでした({error})。空き容量と権限を確かめてください。") from error


def _write(database: Path, folder: Path, target: Path, at: datetime, progress: Progress) -> Manifest:
    copy, archive = folder.resolve() / DATABASE, folder / "archive"
    copy_while_in_use(database, copy, progress)
    try:
        progress("写しの検査", 0, 1)
        look_through(copy)
        revision = revision_of(copy)
    except Unsound as error:
        raise Invalid(
            f"データベースに問題があります({error})。バックアップは作っていません。前のバックアップから復元してください。"
        ) from None
    manifest = Manifest(alembic_revision=revision, made_at=at, members=(member_of(copy, progress),))
    pack(copy, archive, manifest, progress)
    archive.chmod(0o600)
    verify(archive, manifest.database, progress)
    place_file(archive, target)
    return manifest


def verify(archive: Path, expected: Member, progress: Progress) -> None:
    """Read an archive to its end. Raises Invalid unless it gives back the `expected` database."""
    with opened(archive) as (packed, manifest), open(os.devnull, "wb") as nowhere:
        if manifest.database != expected:
            raise damaged("書き込んだものと合いません")
        unpack_database(packed, manifest.database, nowhere, progress)
