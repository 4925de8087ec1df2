"""What stands around an article, kept in memory for anonymous readers.

An anonymous page of a manual changes with its publication, with the day (「2か月前」) and with what it links to. The
article itself comes from the database each time; the frame is rendered once per publication and five minutes.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock

Frame = tuple[str, str]
"""A page cut where its article goes."""

MARK = "<!--article-->"
MOST = 6_000
"""Frames kept in a process; at about 9 KB each, 54 MB at the most."""
SECONDS = 300
"""How long a frame may lag behind the titles and links around an article."""


class Frames:
    """The frames of one process, least recently used forgotten first. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], Frame] = OrderedDict()
        self._lock = Lock()

    def around(self, publication_id: int, now: datetime, render: Callable[[str], str]) -> Frame:
        """The frame of a publication; `render` makes the page with a mark in place of its article."""
        key = (publication_id, int(now.timestamp() // SECONDS))
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        head, _, tail = render(MARK).partition(MARK)
        with self._lock:
            self._kept[key] = (head, tail)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return head, tail
