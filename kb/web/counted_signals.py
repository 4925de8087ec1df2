"""The signals of the search, counted anew at the start of a process and every ten minutes."""

import logging
from datetime import datetime, timedelta

from kb.ranking.signals import keep_signals
from kb.web.current import Parts

EVERY = timedelta(minutes=10)
_log = logging.getLogger(__name__)


class CountedSignals:
    """When they were counted last, in this process. For one thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._due: datetime | None = None

    def count_when_due(self, now: datetime) -> None:
        """Count when ten minutes have passed, or never. Never raises: what was counted before stands, and the next time comes."""
        if self._due is not None and now < self._due:
            return
        self._due = now + EVERY
        try:
            keep_signals(self._parts.engine, self._parts.index, now, by_likes=self._parts.settings.rank_by_likes)
        except Exception:
            _log.exception("signals of the search were not counted; the last ones stand")
