"""What a process does beside its requests, every few seconds.

The drain: what no committing request carried into the index (a scheduled publication, a killed process). And the sums of
readers, when they are due.
"""

import atexit
import logging
import threading

from kb.adoptions.queries import users_of
from kb.publishing.indexing import drain
from kb.web.current import Parts

_log = logging.getLogger(__name__)


def init_app(parts: Parts) -> None:
    """Start the thread of this process; zero seconds in the settings means none."""
    if parts.settings.drain_seconds > 0:
        atexit.register(parts.readers.write, parts.engine)
        threading.Thread(target=_keep_draining, args=(parts, threading.Event()), daemon=True, name="drain").start()


def _keep_draining(parts: Parts, stop: threading.Event) -> None:
    while not stop.wait(parts.settings.drain_seconds):
        try:
            drain(parts.engine, parts.index, parts.settings.index_dir, parts.clock(), users_of)
        except Exception:
            _log.exception("drain failed; it is tried again")
        try:
            parts.readers.write_when_due(parts.engine, parts.clock())
        except Exception:
            _log.exception("counted readers were lost")
