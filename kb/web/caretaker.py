"""Who looks after the search index in a serving process, so that nobody has to lift a hand.

Changes are carried into the index after each commit and every few seconds. An index that cannot be read is built anew in the
background, by one process at a time. Whatever fails (most likely a full disk) is told in one line of the log and tried again
after a growing pause; meanwhile the old index, or the search in titles, answers.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from kb.adoptions.queries import users_of
from kb.publishing import indexing
from kb.search.index import Index, IndexBusy, IndexUnusable
from kb.web.pauses import Pauses

_log = logging.getLogger(__name__)
TELL_EVERY = 1_000
"""Documents between two lines about the progress of a rebuild."""


@dataclass(frozen=True)
class _Broken:
    """An index that could not be read."""

    state: Hashable
    """Of the index then; None when it cannot even tell that."""
    reason: str


class Caretaker:
    """Carries changes into the index and mends it. Safe for several threads; `look_after` is for one."""

    def __init__(
        self, engine: Engine, index: Index, lock_folder: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._index, self._lock_folder = engine, index, lock_folder
        self._clock = clock
        self._broken: _Broken | None = None
        self._doing = ""
        self._unwritten = ""
        self._rebuilding, self._writing = Pauses(clock), Pauses(clock)
        self.wake = threading.Event()
        """Set when there is something to do that should not wait for the next look."""

    def noticed(self, error: IndexUnusable) -> None:
        """Somebody could not read the index: have it built anew soon. Costs nothing when that is known already."""
        if self._broken is None:
            self._doing = "to be rebuilt"
            self._broken = _Broken(self._state(), str(error))
            self.wake.set()

    def _state(self) -> Hashable:
        try:
            return self._index.state()
        except (IndexUnusable, OSError):
            return None

    def carry(self, now: datetime) -> None:
        """Carry what is due into the index. Never raises: what was committed stands, and what is due stays in the outbox."""
        try:
            indexing.drain(self._engine, self._index, self._lock_folder, now, users_of)
        except IndexUnusable as error:
            self.noticed(error)
        except (OSError, IndexBusy) as error:
            self._could_not_write(_said(error))
        except Exception as error:
            _log.exception("drain failed; what is due stays in the outbox and is tried again")
            self._could_not_write(type(error).__name__)
        else:
            self._unwritten = ""
            self._writing.end()

    def _could_not_write(self, reason: str) -> None:
        if not self._writing.left:
            self._writing.begin()
        self._unwritten = reason
        _log.error(
            "search index not written (%s); the old one answers, changes wait in the outbox; next try in %.0f s",
            reason,
            self._writing.left,
        )

    def look_after(self, now: datetime) -> None:
        """Do what is due: build the index anew when it could not be read, then carry changes. Never raises."""
        if self._broken and not self._rebuilding.left:
            self._mend(self._broken, now)
        if not self._broken and not self._writing.left:
            self.carry(now)

    def _mend(self, broken: _Broken, now: datetime) -> None:
        began = self._clock()
        try:
            written = indexing.mend(
                self._engine, self._index, self._lock_folder, now, broken.state, self._progress(broken), users_of
            )
        except IndexBusy:
            self._doing = "another process is writing to it"
        except Exception as error:  # whatever it was, the search in titles goes on and the next try comes
            self._could_not_rebuild(error)
        else:
            self._broken = None
            if written is not None:
                self._rebuilding.begin()  # an index that breaks again at once is not rebuilt without end
                _log.warning("search index rebuilt: %d documents in %.1f s", written, self._clock() - began)

    def _could_not_rebuild(self, error: Exception) -> None:
        self._rebuilding.begin()
        self._doing = f"could not be rebuilt ({_said(error)})"
        _log.error(
            "search index not rebuilt (%s); searching in titles only; next try in %.0f s",
            _said(error),
            self._rebuilding.left,
            exc_info=None if isinstance(error, OSError) else error,
        )

    def _progress(self, broken: _Broken) -> Callable[[int], None]:
        def tell(written: int) -> None:
            self._doing = f"rebuilding, {written} documents written"
            if not written:
                _log.warning("search index unusable (%s); rebuilding", broken.reason)
            elif not written % TELL_EVERY:
                _log.info("search index: %d documents written", written)

        return tell

    def trouble(self) -> str | None:
        """What whoever watches the server should know, as far as this process knows it; None when all is well."""
        if self._broken:
            return f"unusable; {self._doing}{_when(self._rebuilding)}"
        if self._unwritten:
            return f"not written ({self._unwritten}); changes wait{_when(self._writing)}"
        return None


def _when(pauses: Pauses) -> str:
    return f", next try in {pauses.left:.0f} s" if pauses.left else ""


def _said(error: Exception) -> str:
    """The reason in a few words, without the names of files."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, IndexBusy) else type(error).__name__
