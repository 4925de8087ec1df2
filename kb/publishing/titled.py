"""Search in titles, by the database alone: what staff find their manuals with while the search index is made.

A manual is found when every word stands in its title or in a name of its procedure. Full and half width, upper and lower
case, hiragana and katakana are one; nothing is analysed. The titles of everything that is live for the viewer are read and
compared each time, whatever was asked: 5,000 take about 50 ms, and the time grows with their number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.japanese.kana import to_hiragana
from kb.japanese.width import fold
from kb.publishing import listing

MOST_WORDS = 16
_QUOTES = str.maketrans(dict.fromkeys('"“”「」『』', " "))


@dataclass(frozen=True)
class Titled:
    """A live manual that was found by its title, or by a name of its procedure."""

    manual_id: int
    title: str


def words_of(text: str) -> tuple[str, ...]:
    """What was typed as words to be compared with `key`; quotes cut as spaces do. At most `MOST_WORDS`."""
    return tuple(dict.fromkeys(key(text).translate(_QUOTES).split()))[:MOST_WORDS]


@lru_cache(maxsize=32_768)
def key(text: str) -> str:
    """Under which two writings of the same are equal. Kept, because the next question compares the same titles."""
    return to_hiragana(fold(text))


def titled(
    session: Session,
    viewer: Viewer,
    now: datetime,
    words: Sequence[str],
    called: Mapping[str, str],
    towns: Collection[str] = (),
) -> list[Titled]:
    """All live manuals that the viewer may read and that have every word; those with all in the title first, then newest first.

    `words` come from `words_of`, none find everything; `called` gives every name and reading of a procedure by its key;
    `towns` are the codes of the towns that were asked for, none for all.
    """
    names = {procedure: key(names) for procedure, names in called.items()}
    found = session.connection().execute(listing.titles(), listing.parameters(viewer, now))
    by_title, by_name = [], []
    for manual_id, title, procedure, town in found:
        if towns and town not in towns:
            continue
        own, others = key(title), names.get(procedure, "")
        if all(word in own for word in words):
            by_title.append(Titled(manual_id, title))
        elif all(word in own or word in others for word in words):
            by_name.append(Titled(manual_id, title))
    return by_title + by_name
