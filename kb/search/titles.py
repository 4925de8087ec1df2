"""Suggestions while typing: titles that a prefix leads to."""

from collections.abc import Iterable, Sequence

from kb.japanese.kana import is_kana, sound_key
from kb.search.query_text import clean
from kb.search.sheet import squeezed


def suggestions(prefix: str, titles: Iterable[tuple[str, Sequence[str]]], limit: int) -> list[str]:
    """Titles for `prefix`: those that begin with it, then those read so, then those that contain it; shorter ones first.

    `titles` are (title, sound keys); equal titles are given once. An empty prefix suggests nothing.
    """
    key = squeezed(clean(prefix))
    sound = sound_key(key) if is_kana(key) else ""
    if not key:
        return []
    ranked: dict[str, int] = {}
    for title, sounds in titles:
        rank = _rank(squeezed(title), sounds, key, sound)
        if rank is not None:
            ranked[title] = min(rank, ranked.get(title, rank))
    ordered = sorted(ranked, key=lambda title: (ranked[title], len(title), title))
    return ordered[: max(limit, 0)]


def _rank(title: str, sounds: Sequence[str], key: str, sound: str) -> int | None:
    if title.startswith(key):
        return 0
    if sound and any(other.startswith(sound) for other in sounds):
        return 1
    return 2 if key in title else None
