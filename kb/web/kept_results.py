"""Whole pages of results, kept in memory for anonymous readers, compressed as their browsers take them.

A kept page is right as long as nothing public changes (see `kb.web.quiet`) and the index gives the same answers: a
result that was withdrawn, or a manual that was just published, is never a moment behind.
"""

import gzip
from collections.abc import Callable, Hashable

from kb.search.kept import Kept
from kb.web.quiet import Quiet

BUDGET = 32 * 1024 * 1024
"""Bytes of compressed pages that a process keeps; a page is about 10 KB, so that 3,000 fit."""
LONGEST = 1_000
"""Characters of a question in an address that is kept; people type less, and nobody fills the memory with more."""
_ENTRY = 500

_Time = tuple[Quiet, Hashable]


class KeptResults:
    """The kept pages of results of one process. Safe for several threads."""

    def __init__(self) -> None:
        self._held: tuple[_Time, Kept[str, bytes]] | None = None

    def page(self, question: str, quiet: Quiet, state: Hashable, render: Callable[[], str]) -> bytes:
        """The gzipped page for a question, rendered when it is not kept.

        `state` is that of the index; both times are asked for before anything that the page says is read.
        """
        found = self.fresh(question, quiet, state)
        if found is not None:
            return found
        # Most questions are asked once: quickly is better than small.
        body = gzip.compress(render().encode(), compresslevel=1, mtime=0)
        if len(question) <= LONGEST:
            self._kept_in((quiet, state)).keep(question, body, len(body) + 2 * len(question) + _ENTRY)
        return body

    def fresh(self, question: str, quiet: Quiet, state: Hashable) -> bytes | None:
        """The gzipped page for a question when it is kept and what would be rendered now."""
        held = self._held
        if held is None or held[0] != (quiet, state):
            return None
        return held[1].held(question)

    def _kept_in(self, time: _Time) -> Kept[str, bytes]:
        held = self._held
        if held is None or held[0] != time:
            self._held = held = (time, Kept(BUDGET))
        return held[1]
