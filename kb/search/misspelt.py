"""「もしかして」: the name that a word in kana or latin letters was probably meant to be.

Words with kanji are left alone: whoever sees kanji in the list of an IME has chosen them. Names are compared by the keys that are typed
for them, without the length of vowels, and a slip or two of the fingers is forgiven in longer ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.japanese.typing_key import typing_key, worn_key
from kb.search.nearby import heard
from kb.search.query_text import readable
from kb.search.sheet import squeezed
from kb.search.titles import Name

SLIPS = ((9, 2), (5, 1), (3, 0))
"""Letters that a word has at least, and the slips that it is forgiven; shorter words are too like each other."""
_LETTERS = np.arange(ord("a"), ord("z") + 1)


@dataclass(frozen=True)
class Meant:
    """A name that is probably meant."""

    name: str
    slips: int


class Spellings:
    """Names, prepared for being compared with what was typed. Immutable."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Of names that are equally near, the first one is meant."""
        keyed = [(key, name) for name, readings in names for key in _keys(name, readings)]
        self._names = [name for _, name in keyed]
        self._written = set(map(squeezed, self._names))
        self._keys = [key for key, _ in keyed]
        self._letters = np.array([_letters(key) for key in self._keys], np.int16).reshape(-1, len(_LETTERS))

    def meant(self, word: str) -> Meant | None:
        """The nearest name, None when none is near or when `word` is one."""
        key = worn_key(word)
        allowed = next((slips for letters, slips in SLIPS if len(key) >= letters), None)
        if allowed is None or squeezed(word) in self._written:
            return None
        apart = np.abs(self._letters - np.array(_letters(key), np.int16)).sum(axis=1)
        best: Meant | None = None
        for row in np.flatnonzero(apart <= 2 * allowed):  # each slip changes two letters at most
            slips = distance(key, self._keys[row], allowed)
            if slips <= allowed and (best is None or slips < best.slips):
                best = Meant(self._names[row], slips)
        return best


def corrected(text: str, spellings: Sequence[Spellings]) -> str | None:
    """The query with its misspelt words put right; None when nothing is misspelt. For each word the spellings are asked in order."""
    asked = readable(text)
    put_right = " ".join(_corrected(word, spellings) for word in asked.split())
    return None if put_right == asked else put_right


def correctable(text: str) -> bool:
    """Whether any word of the query could be put right: to prepare spellings takes time."""
    return any(map(_correctable, readable(text).split()))


def _correctable(word: str) -> bool:
    return word[0].isalpha() and bool(typing_key(word))  # no minus, no quotes, no kanji


def _corrected(word: str, spellings: Sequence[Spellings]) -> str:
    if not _correctable(word):
        return word
    return next((meant.name for one in spellings if (meant := one.meant(word))), word)


def distance(one: str, other: str, most: int) -> int:
    """Letters to put in, take out, replace or swap with their neighbour to make `one` into `other`; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, counterpart in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)


def _keys(name: str, readings: Sequence[str]) -> set[str]:
    spoken = readings or (heard(squeezed(name)),)
    return {key for one in (name, *spoken) if (key := worn_key(one))}


def _letters(key: str) -> list[int]:
    return [key.count(chr(letter)) for letter in _LETTERS.tolist()]
