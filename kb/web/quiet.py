"""Quiet times: from a commit to the next moment at which something changes by itself, nothing that is public changes.

What a page says depends on the database, on what begins or ends by itself (publications, exemplars), and on the day (it
tells how long ago something was confirmed). Whatever is kept in memory is kept for a quiet time and needs no other rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kb.db import Changes
from kb.japanese.notation import next_day


@dataclass(frozen=True, eq=False)
class Quiet:
    """A time in which nothing changes; the same one is the same object."""

    counter: int | None
    """State of the database; None when it cannot tell its commits."""
    begins: datetime
    ends: datetime

    @property
    def midnight(self) -> datetime:
        """When the words for how long ago change."""
        return next_day(self.begins)


class QuietTimes:
    """The quiet times of one process. Threads may learn the same one twice, which costs little."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._latest: Quiet | None = None

    def counter(self) -> int | None:
        """The state of the database. Ask before reading what is to be kept: a commit in between makes that newer, never older."""
        return self._changes.counter()

    def known(self, now: datetime) -> Quiet | None:
        """The quiet time that `now` lies in, when it is known."""
        return self._at(now, self.counter())

    def learn(self, now: datetime, counter: int | None, next_change: Callable[[], datetime | None]) -> Quiet:
        """The quiet time around `now` in which the database is in the state `counter`.

        `next_change` reads the next moment at which anything public begins or ends by itself; it is called only when needed.
        """
        known = self._at(now, counter)
        if known is not None:
            return known
        ends = min(filter(None, (next_change(), next_day(now))))
        self._latest = quiet = Quiet(counter, now, ends)
        return quiet

    def _at(self, now: datetime, counter: int | None) -> Quiet | None:
        latest = self._latest
        if latest is None or counter is None or latest.counter != counter:
            return None
        return latest if latest.begins <= now < latest.ends else None
