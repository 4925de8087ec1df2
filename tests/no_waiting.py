"""Tests wait for no disk: what they write is thrown away a moment later, and need not survive a power cut.

Whatever dies in a test is a process of its own, started as people start it, which waits for the disk as it should.
"""

import errno
import os
from typing import Any

import pytest

from kb import db

set_up_as_people_do = db._set_up_sqlite


def wait_for_no_disk(patch: pytest.MonkeyPatch) -> None:
    """Let the system write the database and the index of this process when it likes."""

    def set_up(connection: Any, record: Any) -> None:
        set_up_as_people_do(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    patch.setattr(db, "_set_up_sqlite", set_up)
    patch.setattr(os, "fsync", lambda _file: None)


def full_disk(_file: int) -> None:
    """In the place of `os.fsync`: a disk that takes no more."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
