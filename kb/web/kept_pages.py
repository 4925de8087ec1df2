"""Whole pages of manuals, kept in memory for anonymous readers, compressed as their browsers take them.

A kept page is served only while the database says that its publication is still the live one. That is asked again
after any commit and every minute (a scheduled publication begins without a commit); the page itself is rendered anew
after five minutes, because it tells how long ago it was confirmed and links to other manuals.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from flask import Response, request

from kb.db import Changes

Address = tuple[str, str]
"""Town code and slug."""

BUDGET = 64 * 1024 * 1024
"""Bytes of compressed pages that a process keeps; a page is about 12 KB."""
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
        self._pages: OrderedDict[Address, _Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def page(
        self, address: Address, now: datetime, live: Callable[[], int | None], render: Callable[[], str]
    ) -> bytes | None:
        """The gzipped page at an address, None when nothing is live there.

        `live` gives the number of the live publication, `render` the page; each is called only when needed.
        """
        seconds = int(now.timestamp())
        moment = (self._changes.counter(), seconds // CHECKED_EVERY)
        kept = self._pages.get(address)
        if kept is not None and kept.checked == moment and moment[0] is not None:
            return kept.body
        publication_id = live()
        if publication_id is None:
            return None
        rendered = seconds // RENDERED_EVERY
        if kept is None or (kept.publication_id, kept.rendered) != (publication_id, rendered):
            body = gzip.compress(render().encode(), compresslevel=6, mtime=0)
            kept = _Kept(body, publication_id, rendered, moment)
        self._keep(address, replace(kept, checked=moment))
        return kept.body

    def _keep(self, address: Address, kept: _Kept) -> None:
        with self._lock:
            before = self._pages.pop(address, None)
            self._size += len(kept.body) - (len(before.body) if before else 0)
            self._pages[address] = kept
            while self._size > BUDGET:
                _, forgotten = self._pages.popitem(last=False)
                self._size -= len(forgotten.body)


def as_accepted(body: bytes) -> Response:
    """A gzipped page in the encoding that the browser accepts."""
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(body if takes_gzip else gzip.decompress(body), content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response
