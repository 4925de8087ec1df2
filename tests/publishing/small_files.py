"""A process whose files the system keeps small: `python -m tests.publishing.small_files <data folder> <moment>`.

It tries to write the index and says what became of it, then again without the limit.
"""

import errno
import resource
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kb.db import create_engine, reading
from kb.publishing.indexing import count_live, drain, rebuild
from kb.search.engines import open_index
from kb.search.index import Query

SMALL = 600
"""Bytes: less than any index of a manual has."""


def refused(verb: Callable[[], int]) -> str:
    """The name of the error with which the system refuses to write what `verb` writes."""
    everything = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, everything[1]))
    try:
        verb()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, everything)
    return "nothing"


def main(folder: Path, now: datetime) -> None:
    engine, index_dir = create_engine(f"sqlite:///{folder / 'monosashi.sqlite'}"), folder / "search_index"
    index = open_index(index_dir)
    with reading(engine) as session:
        count_live(session, now)  # what SQLite writes to read a database is there then

    def say(outcome: str) -> None:
        found = open_index(index_dir).search(Query("転入")).total
        sys.stdout.write(f"{outcome}, {found} found\n")

    say("drain " + refused(lambda: drain(engine, index, index_dir, now)))
    say("rebuild " + refused(lambda: rebuild(engine, index, index_dir, now)))
    say(f"{drain(engine, index, index_dir, now)} carried")


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
