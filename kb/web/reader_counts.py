"""How often pages of manuals are opened: counted in memory, and written as sums every half hour.

Nothing about a reader is looked at, so nothing can be kept. A process that is killed loses at most what was counted since
it last wrote; one that stops in order writes first. Writing is a commit, after which every kept page is checked when it is next
read (see `kb.web.quiet`) and rendered again: at thousands of manuals that must be rare.
"""

import logging
import re
from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kb.db import transaction
from kb.japanese.notation import local_date
from kb.readings.daily import Opened, add_readers

EVERY = timedelta(minutes=30)
"""How long sums wait in memory."""
PATIENCE = timedelta(seconds=2)
"""How long writing waits for somebody else's write; it is tried again later."""
_PAGE = re.compile(r"/towns/([0-9]{6})/manuals/([a-z0-9-]{1,80})")
_log = logging.getLogger(__name__)


class ReaderCounts:
    """What one process has counted and not yet written. Safe for several threads."""

    def __init__(self) -> None:
        self._counted: Counter[Opened] = Counter()
        self._written: datetime | None = None
        self._lock = Lock()

    def opened(self, path: str, at: datetime) -> None:
        """Count that the manual's page at a path was shown. Call it only for pages that are there: each takes memory."""
        page = _PAGE.fullmatch(path)
        if page:
            with self._lock:
                self._counted[Opened(local_date(at), *page.groups())] += 1

    def write_when_due(self, engine: Engine, now: datetime) -> None:
        """Write what was counted when that has not been done for `EVERY`."""
        if self._written is None:
            self._written = now
        if not self._written <= now < self._written + EVERY:  # a clock may also be set back
            self.write(engine)
            self._written = now

    def write(self, engine: Engine) -> None:
        """Write what was counted, in one short transaction; what cannot be written now is kept for the next time."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            with transaction(engine, patience=PATIENCE) as session:
                add_readers(session, counted)
        except SQLAlchemyError:
            _log.warning("counted readers were not written; it is tried again", exc_info=True)
            with self._lock:
                self._counted += counted
