"""A query in other words: synonyms put in for what was typed. They come from the common terms alone, never from a dictionary."""

from collections.abc import Mapping
from functools import lru_cache

from kb.japanese.width import fold
from kb.japanese.words import compounds
from kb.search.index import Synonyms

MOST_SYNONYMS = 8
"""Other ways to say a chunk that are searched."""


def rewritten(key: str, synonyms: Synonyms) -> list[tuple[str, str]]:
    """`key` with a synonym put in, and that synonym: at most 8, one change at a time.

    A word is replaced only where it is a whole long unit of the text, so 健保 never slips into 国民健康保険.
    """
    groups = _groups_by_word(synonyms)
    found: dict[str, str] = {}
    for start, end in _replaceable(key, groups):
        for group in groups[key[start:end]]:
            for word in group:
                other = key[:start] + fold(word) + key[end:]
                if other != key:
                    found.setdefault(other, word)
    return list(found.items())[:MOST_SYNONYMS]


def _replaceable(key: str, groups: Mapping[str, object]) -> list[tuple[int, int]]:
    """Where `key` holds words of groups: longest first, none inside another."""
    found = compounds(key)
    starts, ends = [unit.start for unit in found], [unit.end for unit in found]
    spans = [(start, end) for start in starts for end in ends if start < end and key[start:end] in groups]
    taken: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end))
    return taken


@lru_cache(maxsize=4)
def _groups_by_word(synonyms: Synonyms) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Folded word to its groups. Cached: the terms of an installation change rarely, queries come all the time."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group in synonyms.groups:
        for word in group:
            found[fold(word)] = (*found.get(fold(word), ()), group)
    return found
