"""A backup of a small installation, and ways to spoil one."""

import json
import zipfile
from pathlib import Path

import pytest

from kb.db import transaction
from kb.keeping.archive import DATABASE, MANIFEST
from kb.keeping.backup import back_up
from kb.keeping.database_file import path_of
from tests.world import a_publication, settings_in


def silently(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def backup(engine, tmp_path, now):
    """A backup of the cast's towns with one published manual."""
    with transaction(engine) as session:
        a_publication(session, now, "tennyu")
    target = tmp_path / "backup.zip"
    back_up(path_of(settings_in(tmp_path)), target, at=now, progress=silently)
    return target


@pytest.fixture
def empty(tmp_path):
    """An empty data folder."""
    made = tmp_path / "elsewhere"
    made.mkdir(mode=0o700)
    return made


def members(archive: Path) -> dict[str, bytes]:
    """Name and content of everything in an archive."""
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rewritten(archive: Path, database: bytes | None = None, extra: dict[str, bytes] | None = None, **changes) -> Path:
    """The archive with another database, other files beside it, or other words in its manifest."""
    found = members(archive)
    manifest = json.loads(found[MANIFEST]) | changes
    target = archive.with_name("rewritten.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(MANIFEST, json.dumps(manifest))
        packed.writestr(DATABASE, found[DATABASE] if database is None else database)
        for name, content in (extra or {}).items():
            packed.writestr(name, content)
    return target
