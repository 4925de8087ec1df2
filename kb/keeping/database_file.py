"""A database as one file that stands alone: copied while others write, and looked through before it is trusted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from kb.config import Settings
from kb.errors import Misconfigured
from kb.keeping.archive import Progress

_PAGES = 2_000
"""Pages copied between two looks at the progress: about 8 MB."""


class Unsound(Exception):
    """A database file that cannot be trusted; says why in a few words."""


def path_of(settings: Settings) -> Path:
    """Where the database of this installation lies. Raises Misconfigured when it is no SQLite file."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise Misconfigured(
            "このコマンドは、SQLiteのファイルをデータベースにしているときだけ使えます。"
            "ほかのデータベースは、そのデータベースの道具でバックアップしてください。"
        )
    return Path(url.database)


def copy_while_in_use(database: Path, copy: Path, progress: Progress) -> None:
    """Copy one consistent state of `database`, with everything that was committed before, into a new file.

    The source is held in a reading transaction: without one, every write of another process would begin the copy anew.
    Writers do not wait. Raises sqlite3.Error.
    """
    with _opened(f"{database.resolve().as_uri()}?mode=ro") as source, _opened(copy.as_uri()) as target:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        source.backup(
            target,
            pages=_PAGES,
            progress=lambda _status, remaining, total: progress("データベースの写し", total - remaining, total),
        )
        source.execute("ROLLBACK")
    settle(copy)


def settle(database: Path) -> None:
    """Have everything in the one file, without a write-ahead log beside it. Raises sqlite3.Error."""
    with _opened(database.as_uri()) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()


def look_through(database: Path) -> None:
    """Raise Unsound unless every page, index and reference is right and nothing in the file acts by itself."""
    try:
        with _opened(f"{database.as_uri()}?mode=ro") as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            odd = connection.execute("SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchone()
            if odd is not None:  # ours has neither triggers nor views: somebody put them there
                raise Unsound("知らないしかけが入っています")
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise Unsound("壊れたところがあります")
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise Unsound("参照先のない記録があります")
    except sqlite3.Error:
        raise Unsound("データベースとして読めません") from None


def revision_of(database: Path) -> str:
    """The migration that the tables are at. Raises Unsound for a file that is not ours."""
    try:
        with _opened(f"{database.as_uri()}?mode=ro") as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        rows = []
    if len(rows) != 1 or not isinstance(rows[0][0], str):
        raise Unsound("ものさしのデータベースではありません")
    found: str = rows[0][0]
    return found


@contextmanager
def _opened(uri: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as connection:
        yield connection
