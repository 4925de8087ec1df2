"""What a process does beside its requests, every few seconds.

Looking after the index: what no committing request carried into it (a scheduled publication, a killed process), and an index
that cannot be read. And the signals of the search and the sums of readers, when they are due.
"""

import atexit
import logging
import threading

from kb.web.counted_signals import CountedSignals
from kb.web.current import Parts

_log = logging.getLogger(__name__)


def init_app(parts: Parts) -> None:
    """Start the thread of this process; zero seconds in the settings means none."""
    if parts.settings.drain_seconds > 0:
        atexit.register(parts.readers.write, parts.engine)
        atexit.register(lambda: parts.asked.write(parts.engine, parts.clock()))
        threading.Thread(target=keep_draining, args=(parts, threading.Event()), daemon=True, name="drain").start()


def keep_draining(parts: Parts, stop: threading.Event) -> None:
    """Do it until told to stop, once at least. An index that cannot be read does not wait for the next few seconds."""
    signals = CountedSignals(parts)
    while True:
        parts.caretaker.wake.wait(parts.settings.drain_seconds)
        parts.caretaker.wake.clear()
        parts.caretaker.look_after(parts.clock())
        signals.count_when_due(parts.clock())
        try:
            parts.readers.write_when_due(parts.engine, parts.clock())
            parts.asked.write_when_due(parts.engine, parts.clock())
        except Exception:
            _log.exception("counted readers were lost")
        if stop.is_set():
            return
