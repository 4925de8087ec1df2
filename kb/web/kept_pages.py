"""Whole pages of manuals, kept in memory for anonymous readers, compressed as their browsers take them.

A kept page is served without asking anything for the quiet time (see `kb.web.quiet`) in which it was made or found to
be right. After it the database is asked whether the publication is still the live one.
"""

import gzip
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from kb.search.kept import Kept
from kb.web.quiet import Quiet, QuietTimes

BUDGET = 128 * 1024 * 1024
"""Bytes of compressed pages that a process keeps; a page is about 18 KB, so that 5,000 manuals fit."""
PLAIN_BUDGET = 64 * 1024 * 1024
"""Bytes of pages that a process keeps unpacked, for the few clients that take no gzip: about 900 pages."""
LAG = timedelta(minutes=1)
"""What a page says beside its publication (confirmations, links to other manuals) may be this much behind a commit."""


@dataclass(frozen=True)
class _Kept:
    body: bytes
    publication_id: int
    rendered: datetime
    made_in: Quiet
    quiet: Quiet
    """The quiet time for which the publication is known to be live."""

    def holds(self, now: datetime) -> bool:
        """Whether the words beside the publication are new enough."""
        return self.made_in is self.quiet or self.rendered <= now < min(self.rendered + LAG, self.made_in.midnight)


class KeptPages:
    """The kept pages of one process, least recently used forgotten first. Safe for several threads."""

    def __init__(self, quiet_times: QuietTimes) -> None:
        self._quiet_times = quiet_times
        self._pages: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def page(
        self,
        path: str,
        now: datetime,
        quiet: Quiet,
        *,
        live: Callable[[], int | None],
        render: Callable[[], str],
    ) -> bytes | None:
        """The gzipped page at a path, None when nothing is live there.

        `quiet` is the time that `now` lies in; `live` gives the number of the live publication, `render` the page: each
        reads the database as it is now and is called only when needed.
        """
        kept = self._pages.get(path)
        certain = None if kept is None else self._certain(path, kept, quiet, now)
        if certain is not None:
            return certain
        publication_id = live()
        if publication_id is None:
            return None
        if kept is not None and kept.publication_id == publication_id:
            kept = replace(kept, quiet=quiet)
        if kept is None or kept.quiet is not quiet or not kept.holds(now):
            body = gzip.compress(render().encode(), compresslevel=6, mtime=0)
            kept = _Kept(body, publication_id, now, quiet, quiet)
        self._keep(path, kept)
        return kept.body

    def fresh(self, path: str, now: datetime) -> bytes | None:
        """The gzipped page at a path when it is kept and certainly what would be rendered now."""
        kept, quiet = self._pages.get(path), self._quiet_times.known(now)
        return None if kept is None or quiet is None else self._certain(path, kept, quiet, now)

    def _certain(self, path: str, kept: _Kept, quiet: Quiet, now: datetime) -> bytes | None:
        if kept.quiet is not quiet or not kept.holds(now):
            return None
        with self._lock:
            if path in self._pages:  # another thread may just have forgotten it
                self._pages.move_to_end(path)
        return kept.body

    def _keep(self, path: str, kept: _Kept) -> None:
        with self._lock:
            before = self._pages.pop(path, None)
            self._size += len(kept.body) - (len(before.body) if before else 0)
            self._pages[path] = kept
            while self._size > BUDGET:
                _, forgotten = self._pages.popitem(last=False)
                self._size -= len(forgotten.body)


_plain: Kept[bytes, bytes] = Kept(PLAIN_BUDGET)


def encoded(body: bytes, accepted: str) -> tuple[bytes, list[tuple[str, str]]]:
    """A gzipped page in an encoding that the browser accepts (its Accept-Encoding), with the headers that say so."""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept-Encoding, Cookie")]
    if _takes_gzip(accepted):
        return body, [*headers, ("Content-Encoding", "gzip")]
    return _plain.get(body, lambda: zlib.decompress(body, zlib.MAX_WBITS | 16), len), headers


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, or anything, with a weight above 0 (RFC 9110, 12.5.3); browsers send few."""
    return parse_accept_header(accepted, Accept).quality("gzip") > 0
