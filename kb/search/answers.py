"""Answers that are kept because the same is asked again: by the next reader, with the next look at the same page."""

from collections.abc import Callable

from kb.search.index import Hit, Hits, Query, Synonyms
from kb.search.kept import Kept

BUDGET = 16 * 1024 * 1024
"""Bytes that a process keeps: several hundred pages of hits."""
_ENTRY = 1_000
"""About how many bytes an answer, or a hit, takes beside its texts."""

_Key = tuple[object, ...]


class Answers:
    """The answers of one state of an index, which never change. Safe for several threads."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._kept: Kept[_Key, Hits] = Kept(BUDGET)

    def are_with(self, synonyms: Synonyms) -> bool:
        """Whether they were found with these synonyms."""
        if self._synonyms is not synonyms and self._synonyms == synonyms:
            self._synonyms = synonyms  # read anew from the database; the same object next time compares at once
        return self._synonyms is synonyms

    def of(self, query: Query, find: Callable[[], Hits]) -> Hits:
        """The answer to a query, found when it is not kept. Who asks is a part of the query."""
        return self._kept.get(_key(query), find, _size)


def _key(query: Query) -> _Key:
    filters = tuple(sorted(query.filters.items()))
    order = (query.sort, query.own_first, query.grouped, query.offset, query.limit)
    return (query.text, query.town, query.member, filters, query.exact, *order)


def _size(hits: Hits) -> int:
    facets = sum(len(values) for values in hits.facets.values())
    return _ENTRY + 200 * facets + sum(_size_of(hit) for hit in hits.hits)


def _size_of(hit: Hit) -> int:
    """Characters take two bytes in Japanese, and a run three objects."""
    runs = (*hit.title.runs, *hit.snippet.runs)
    texts = [*(text for text, _ in runs), *hit.stored.values()]
    if hit.passage:
        texts += [hit.passage.anchor, hit.passage.title, hit.passage.text]
    return _ENTRY + 2 * sum(map(len, texts)) + 150 * len(runs)
