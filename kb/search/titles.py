"""Suggestions while typing: titles and other names that a prefix leads to."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.japanese.typing_key import half_typed, typing_key
from kb.search.query_text import clean
from kb.search.sheet import squeezed

Mask = npt.NDArray[np.bool_]
_END = "\U0010ffff"
"""Sorts behind whatever a key goes on with."""

Name = tuple[str, Sequence[str]]
"""A title or another name, and its readings in kana."""
Ranked = tuple[int, int, str]
"""A name with its place in the order: how it fits (0 begins so, 1 is read so, 2 contains it), its length, itself."""


def suggestions(prefix: str, names: Iterable[Name], limit: int) -> list[str]:
    """Names for `prefix`: those that begin with it, then those read so, then those that contain it; shorter ones first.

    Equal names are given once; an empty prefix suggests nothing. This says what is right; `Names` says it fast.
    """
    key = squeezed(clean(prefix))
    sounds = half_typed(key)
    if not key:
        return []
    ranked: dict[str, int] = {}
    for name, readings in names:
        rank = _rank(squeezed(name), [typing_key(reading) for reading in readings], key, sounds)
        if rank is not None:
            ranked[name] = min(rank, ranked.get(name, rank))
    ordered = sorted(ranked, key=lambda name: (ranked[name], len(name), name))
    return ordered[: max(limit, 0)]


def _rank(name: str, readings: Sequence[str], key: str, sounds: tuple[str, ...]) -> int | None:
    if name.startswith(key):
        return 0
    if sounds and any(reading.startswith(sounds) for reading in readings):
        return 1
    return 2 if key in name else None


Places = npt.NDArray[np.integer[Any]]
Spoken = Callable[[str], Places]
"""Gives the places of the names that have a reading whose typing key begins so."""


def names_of(pairs: Sequence[Name]) -> "Names":
    """Names with their readings, prepared."""
    return Names([name for name, _ in pairs], _Keys(readings for _, readings in pairs).beginning_with)


class Names:
    """Names, prepared once for many prefixes. Immutable; safe for several threads."""

    def __init__(self, names: Sequence[str], spoken: Spoken) -> None:
        """Places in `names` are what `spoken` and `seen` of `suggested` are about."""
        self._order = sorted(range(len(names)), key=lambda place: (len(names[place]), names[place]))
        self._places = np.array(self._order, np.int64)
        self._rows = np.argsort(self._places)
        self._names = [names[place] for place in self._order]
        self._spoken = spoken
        written = [squeezed(name) for name in self._names]
        self._text = "\n".join(["", *written, ""])
        self._starts = np.cumsum([1, *(len(name) + 1 for name in written)])

    def suggested(self, prefix: str, limit: int, seen: Mask | None = None) -> list[str]:
        """See `suggestions`; names that `seen` leaves out are as if they were not there."""
        return [name for *_, name in self.ranked(prefix, limit, seen)]

    def ranked(self, prefix: str, limit: int, seen: Mask | None = None) -> list[Ranked]:
        """What `suggested` gives, with how well each fits, to be put in order with those of others."""
        readable = None if seen is None else seen[self._places]
        found: dict[str, Ranked] = {}
        for rank, row in self._ranked(squeezed(clean(prefix))):
            if len(found) >= limit:
                break
            if readable is None or readable[row]:
                name = self._names[row]
                found.setdefault(name, (rank, len(name), name))
        return list(found.values())

    def places(self, prefix: str, limit: int) -> list[int]:
        """The places, among the names given, of what is suggested; equal names each have their own."""
        rows = dict.fromkeys(row for _, row in self._ranked(squeezed(clean(prefix))))
        return [self._order[row] for row in islice(rows, max(limit, 0))]

    def _ranked(self, key: str) -> Iterator[tuple[int, int]]:
        """Ranks and rows, best first; rows are in the order shorter first, so the first of a kind are its best."""
        if not key:
            return
        for row in self._beginning_with(key):
            yield 0, row
        spoken = [self._rows[self._spoken(typed)] for typed in half_typed(key)]
        for row in np.unique(np.concatenate([np.empty(0, np.int64), *spoken])).tolist():
            yield 1, row
        for row in self._holding(key):
            yield 2, row

    def _beginning_with(self, key: str) -> Iterator[int]:
        at = self._text.find("\n" + key)
        while at >= 0:
            yield int(np.searchsorted(self._starts, at + 1))
            at = self._text.find("\n" + key, at + 1)

    def _holding(self, key: str) -> Iterator[int]:
        at = self._text.find(key)
        while at >= 0:
            row = int(np.searchsorted(self._starts, at, side="right")) - 1
            yield row
            at = self._text.find(key, int(self._starts[row + 1]))


class _Keys:
    """Typing keys of readings in order, each with the place of its name."""

    def __init__(self, readings: Iterable[Sequence[str]]) -> None:
        pairs = ((typing_key(one), place) for place, several in enumerate(readings) for one in several)
        ordered = sorted(pair for pair in pairs if pair[0])
        self._keys = [key for key, _ in ordered]
        self._places = np.array([place for _, place in ordered], np.int64)

    def beginning_with(self, prefix: str) -> Places:
        return self._places[bisect_left(self._keys, prefix) : bisect_left(self._keys, prefix + _END)]
