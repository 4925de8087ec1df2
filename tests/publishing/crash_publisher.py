"""A publisher to be killed: `python -m tests.publishing.crash_publisher <data folder> <file of acknowledged slugs>`.

It publishes and drains until it is killed, as `tests.killed` says.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

from sqlmodel import func, select

from kb.db import create_engine, reading, transaction
from kb.manuals.models import Manual
from kb.publishing.actions import withdraw
from kb.publishing.fragments import render_article, renderer
from kb.publishing.indexing import drain
from kb.publishing.views import ready
from kb.search.analysis import analyse
from kb.search.engines import open_index
from tests.killed import work_until_killed
from tests.world import a_content, a_publication, person, settings_in


def publish_and_drain(folder: Path, acknowledged: Path, now: datetime) -> None:
    """Publish manuals that stay and manuals that are withdrawn; note each once its transaction has returned."""
    settings = settings_in(folder)
    engine, index = create_engine(settings.database_url), open_index(settings.index_dir)
    notes = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with reading(engine) as session:
        number = session.exec(select(func.count()).select_from(Manual)).one()
    while True:
        number += 1
        slug = f"{'gone' if number % 3 == 0 else 'stays'}-{number}"
        with transaction(engine) as session:
            manual, _ = a_publication(session, now, slug)
        if slug.startswith("gone"):
            drain(engine, index, settings.index_dir, now)
            with transaction(engine) as session:
                withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="誤り")
        os.write(notes, f"{slug}\n".encode())
        drain(engine, index, settings.index_dir, now)


def main(folder: str, acknowledged: str, now: str) -> None:
    """Load what is slow to load, then work."""
    analyse("転入届")
    renderer()
    render_article(ready(a_content(), {}, redacted=True))
    work_until_killed(lambda: publish_and_drain(Path(folder), Path(acknowledged), datetime.fromisoformat(now)))


if __name__ == "__main__":
    main(*sys.argv[1:])
