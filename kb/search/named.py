"""Names of towns that stand in a query, and the query without them: 「緑川村の住民税」 is 住民税, of 緑川村.

What is quoted, left out with a minus, or one of several alternatives is never taken as a name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.japanese.kana import is_kana, sound_key
from kb.japanese.words import words
from kb.search.query_text import readable

MOST_WORDS = 8
"""Short words that a name may consist of."""
SHORTEST_SOUND = 4
"""Kana; what is shorter sounds like too much else (かいし is 甲斐市 and 開始)."""

_QUOTED = re.compile('"[^"]*"|[“”][^“”]*[“”]|「[^「」]*」|『[^『』]*』')
_LEFT_OUT = re.compile(r"(?<!\S)[-−‐–ー]\S*")
_EITHER = re.compile(r"(?<!\S)(?:OR|または)(?!\S)")
_CHUNK = re.compile(r"\S+")
_MOVING = re.compile("から|へ|まで")
"""Behind a name: where somebody comes from or goes to, not whose manual is meant."""
_AFTER = re.compile("(?:における|の|では|で)")
_MARK = re.compile(r"\([^()]*\)$")
_KIND = re.compile("[市町村区]$")


@dataclass(frozen=True)
class Town:
    """A town as it may be named."""

    code: str
    name: str
    reading: str
    prefecture: str


@dataclass(frozen=True)
class Named:
    """Towns that a query names. Several codes with one name are namesakes."""

    names: tuple[str, ...]
    """As typed, without the prefecture."""
    codes: tuple[str, ...]
    rest: str
    """The query without the names; "" when nothing is left."""
    sure: bool
    """Whether every name is written out in full; without 市・町・村, or in kana, it may be another word."""


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    codes: tuple[str, ...]
    sure: bool


class TownsByName:
    """Towns, prepared for many queries. Immutable."""

    def __init__(self, towns: Iterable[Town]) -> None:
        self._towns = {town.code: town for town in towns}
        self._full = _grouped((_bare_of_mark(town.name), town.code) for town in self._towns.values())
        shorter = ((_KIND.sub("", _bare_of_mark(town.name)), town.code) for town in self._towns.values())
        self._short = {
            name: codes for name, codes in _grouped(shorter).items() if len(name) > 1 and len(codes) == 1
        }  # 府中 may be either of two towns, 光 is a word
        spoken = ((sound_key(town.reading), town.code) for town in self._towns.values())
        self._sounds = {sound: codes for sound, codes in _grouped(spoken).items() if len(sound) >= SHORTEST_SOUND}

    def named(self, text: str) -> Named | None:
        """The towns that `text` names, None when it names none. Longer names come first: 東広島市 is not 広島市."""
        key = readable(text)
        if _EITHER.search(key):
            return None
        closed = [match.span() for signs in (_QUOTED, _LEFT_OUT) for match in signs.finditer(key)]
        taken: list[_Found] = []
        for one in sorted([*self._written(key), *self._alone(key)], key=lambda one: (one.start - one.end, one.start)):
            if all(one.end <= start or end <= one.start for start, end in [*closed, *_spans(taken)]):
                taken.append(one)
        return self._told(key, sorted(taken, key=lambda one: one.start)) if taken else None

    def _written(self, key: str) -> Iterator[_Found]:
        """Full names made of whole words."""
        found = words(key)
        for i, first in enumerate(found):
            for last in found[i : i + MOST_WORDS]:
                codes = self._full.get(key[first.start : last.end])
                if codes and not _MOVING.match(key, last.end):
                    yield _Found(first.start, last.end, codes, sure=True)

    def _alone(self, key: str) -> Iterator[_Found]:
        """Names that count only when they stand alone between spaces, or before 「の」."""
        for match in _CHUNK.finditer(key):
            word = match.group().partition("の")[0]
            whole = match.group()
            for name, sure in ((whole, whole in self._towns), (word, False)):
                codes = (name,) if name in self._towns else self._short.get(name) or self._heard(name)
                if codes:
                    yield _Found(match.start(), match.start() + len(name), codes, sure)
                    break

    def _heard(self, name: str) -> tuple[str, ...] | None:
        return self._sounds.get(sound_key(name)) if is_kana(name) else None

    def _told(self, key: str, taken: list[_Found]) -> Named:
        rest, names, codes = key, [key[one.start : one.end] for one in taken], set[str]()
        for one in reversed(taken):
            before, after = rest[: one.start].rstrip(), rest[one.end :]
            said = [code for code in one.codes if before.endswith(self._towns[code].prefecture)]
            if said:
                before = before.removesuffix(self._towns[said[0]].prefecture)
            codes |= set(said or one.codes)
            rest = f"{before} {_without_particle(after)}"
        tidy = re.sub(r"の(?=\s|$)", "", " ".join(rest.split()))
        return Named(tuple(dict.fromkeys(names)), tuple(sorted(codes)), tidy.strip(), all(one.sure for one in taken))


def _without_particle(after: str) -> str:
    found = _AFTER.match(after)
    return after[found.end() :] if found else after


def _spans(taken: list[_Found]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in taken]


def _bare_of_mark(name: str) -> str:
    """青葉市(見本) is called 青葉市."""
    return _MARK.sub("", unicodedata.normalize("NFKC", name))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, code in pairs:
        found[name] = (*found.get(name, ()), code)
    return found
