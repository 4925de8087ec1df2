"""Names near to what was searched, for the page without a hit."""

from collections.abc import Sequence
from functools import lru_cache

from kb.japanese.kana import is_kana, sound_key
from kb.japanese.words import reading
from kb.search.query_text import clean
from kb.search.sheet import squeezed

LEAST = 0.25
"""Least likeness 0…1 that is worth showing."""


def nearest(text: str, candidates: Sequence[tuple[str, str]], limit: int = 5) -> list[str]:
    """Keys of the candidates (key, words) that look or sound like `text`, most alike first, equally alike in given order.

    Likeness is the share of character pairs that both have (Dice), of the writing or of the reading, whichever is
    more; `words` may hold several names separated by spaces, the best one counts. Unlike ones are left out.
    """
    asked = squeezed(clean(text))
    if not asked:
        return []
    sound = heard(asked)
    likeness = {key: _best(asked, sound, words) for key, words in candidates}
    near = [key for key, like in likeness.items() if like >= LEAST]
    return sorted(near, key=lambda key: -likeness[key])[: max(limit, 0)]


def _best(asked: str, sound: str, words: str) -> float:
    names = _names(words)
    return max((max(_alike(asked, name), _alike(sound, heard(name))) for name in names), default=0.0)


@lru_cache(maxsize=2_048)
def _names(words: str) -> tuple[str, ...]:
    return tuple(squeezed(name) for name in words.split())


@lru_cache(maxsize=8_192)
def heard(key: str) -> str:
    """The sound of `key`, "" when a part of it has no known reading. Kept: the names are the same for every question."""
    spoken = key if is_kana(key) else reading(key)
    return sound_key(spoken) if is_kana(spoken) else ""


def _alike(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    first, second = _pairs(one), _pairs(other)
    return 2 * len(first & second) / (len(first) + len(second))


@lru_cache(maxsize=8_192)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, with the two ends marked so that one-character names compare too. Kept as `heard` is."""
    framed = f"\u0002{text}\u0003"
    return frozenset(framed[i : i + 2] for i in range(len(framed) - 1))
