"""Whole pages of manuals, kept in memory for anonymous readers, compressed as their browsers take them.

A kept page is served only while the database says that its publication is still the live one. That is asked again
after any commit and every minute (a scheduled publication begins without a commit); the page itself is rendered anew
after five minutes, because it tells how long ago it was confirmed and links to other manuals.
"""

import gzip
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from threading import Lock

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from kb.db import Changes

BUDGET = 128 * 1024 * 1024
"""Bytes of compressed pages that a process keeps; a page is about 18 KB, so that 5,000 manuals fit."""
CHECKED_EVERY = 60
"""Seconds for which the live publication is taken as known when nothing was committed."""
RENDERED_EVERY = 300
"""Seconds for which a rendered page is kept."""


@dataclass(frozen=True)
class _Kept:
    body: bytes
    publication_id: int
    rendered: int
    checked: tuple[int | None, int]
    """State of the database and minute in which the publication was last known to be live."""


class KeptPages:
    """The kept pages of one process, least recently used forgotten first. Safe for several threads."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._pages: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def page(self, path: str, now: datetime, live: Callable[[], int | None], render: Callable[[], str]) -> bytes | None:
        """The gzipped page at a path, None when nothing is live there.

        `live` gives the number of the live publication, `render` the page; each is called only when needed.
        """
        moment = self._moment(now)
        kept = self._pages.get(path)
        certain = None if kept is None else self._certain(path, kept, moment)
        if certain is not None:
            return certain
        publication_id = live()
        if publication_id is None:
            return None
        rendered = int(now.timestamp()) // RENDERED_EVERY
        if kept is None or (kept.publication_id, kept.rendered) != (publication_id, rendered):
            body = gzip.compress(render().encode(), compresslevel=6, mtime=0)
            kept = _Kept(body, publication_id, rendered, moment)
        self._keep(path, replace(kept, checked=moment))
        return kept.body

    def fresh(self, path: str, now: datetime) -> bytes | None:
        """The gzipped page at a path when it is kept and certainly still the live one."""
        kept = self._pages.get(path)
        return None if kept is None else self._certain(path, kept, self._moment(now))

    def _certain(self, path: str, kept: _Kept, moment: tuple[int | None, int]) -> bytes | None:
        if kept.checked != moment or moment[0] is None:
            return None
        with self._lock:
            if path in self._pages:  # another thread may just have forgotten it
                self._pages.move_to_end(path)
        return kept.body

    def _moment(self, now: datetime) -> tuple[int | None, int]:
        return self._changes.counter(), int(now.timestamp()) // CHECKED_EVERY

    def _keep(self, path: str, kept: _Kept) -> None:
        with self._lock:
            before = self._pages.pop(path, None)
            self._size += len(kept.body) - (len(before.body) if before else 0)
            self._pages[path] = kept
            while self._size > BUDGET:
                _, forgotten = self._pages.popitem(last=False)
                self._size -= len(forgotten.body)


def encoded(body: bytes, accepted: str) -> tuple[bytes, list[tuple[str, str]]]:
    """A gzipped page in an encoding that the browser accepts (its Accept-Encoding), with the headers that say so."""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept-Encoding, Cookie")]
    if _takes_gzip(accepted):
        return body, [*headers, ("Content-Encoding", "gzip")]
    return zlib.decompress(body, zlib.MAX_WBITS | 16), headers


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, or anything, with a weight above 0 (RFC 9110, 12.5.3); browsers send few."""
    return parse_accept_header(accepted, Accept).quality("gzip") > 0
