"""What a hit is made of: a document's texts, their folded form, and where each index term stands, packed in bytes.

A query reads a few words of a few passages, so nothing is made into Python objects before somebody asks for it, and
nothing is compressed: a page of results opens twenty documents that nobody looked at before.
The texts of a document are its pieces: 0 is the title, 1 the keywords, then title and text of each passage in turn.
"""

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final, NamedTuple, TypedDict

import numpy as np

from kb.japanese.width import fold, fold_with_map
from kb.search.index import Document, Passage

TITLE, KEYWORDS = 0, 1

Span = tuple[int, int]

_GAP = b"\xff"
"""Stands between pieces and between terms; no byte of UTF-8 is it."""
_LENGTHS: Final = "I"
"""How the lengths of the sections are written."""
_SHORT: Final = "H"
_LONG: Final = "I"
"""How the numbers of a document are written: two bytes each when all of them fit."""
_LARGEST_SHORT = (1 << 16) - 1
_META, _TEXT_ENDS, _TEXTS, _NAMES, _FIRSTS, _PLACES, _RUN_FIRSTS, _RUNS = range(8)
_HEADER = 1 + 8 * array(_LENGTHS).itemsize
"""The letter of the numbers, and the lengths of the eight sections."""
_LAST = 1 << 32
"""More than any place that is kept."""
_VISIBLE = re.compile(r"\S+")


class Place(NamedTuple):
    """An occurrence of an index term: characters `start:end` of a piece."""

    piece: int
    start: int
    end: int


@dataclass(frozen=True)
class Squeezed:
    """A text folded and without any space, with its way back.

    `runs` are (offset in `text`, start, end) where the original goes on otherwise than one character for one.
    """

    text: str
    runs: tuple[tuple[int, int, int], ...]


def squeezed(text: str) -> str:
    """Folded and without any space."""
    return "".join(fold(text).split())


def squeezed_with_runs(text: str) -> Squeezed:
    """The same text as `squeezed(text)`, with the places that its characters came from."""
    folded = fold_with_map(text)
    if folded.text == text:
        words = list(_VISIBLE.finditer(text))
        before = accumulate((len(word.group()) for word in words), initial=0)
        runs = tuple((at, word.start(), word.start() + 1) for at, word in zip(before, words, strict=False))
        return Squeezed("".join(text.split()), runs)
    kept = [i for i, char in enumerate(folded.text) if not char.isspace()]
    if not kept:
        return Squeezed("", ())
    starts, ends = np.array(folded.starts)[kept], np.array(folded.ends)[kept]
    breaks = np.flatnonzero((np.diff(starts) != 1) | (np.diff(ends) != 1)) + 1
    at = np.concatenate([[0], breaks])
    found = zip(at.tolist(), starts[at].tolist(), ends[at].tolist(), strict=True)
    return Squeezed("".join(folded.text.split()), tuple(found))


class _Meta(TypedDict):
    id: str
    title: str
    keywords: str
    sounds: list[tuple[str, int, int]]
    stored: dict[str, str]


class Sheet:
    """A document as hits show it. Immutable; made by `sheet`, kept as its two byte strings."""

    def __init__(self, folded: bytes, rest: bytes) -> None:
        """ValueError when `rest` is no packed sheet."""
        self.folded = folded
        self.rest = rest
        self._short = rest[:1] == _SHORT.encode()
        lengths = memoryview(rest)[1:_HEADER].cast(_LENGTHS).tolist()
        self._ends_of_sections = list(accumulate(lengths, initial=_HEADER))
        if self._ends_of_sections[-1] != len(rest):
            raise ValueError("a packed sheet has another length")
        self._known_runs: dict[int, list[tuple[int, int, int]]] = {}

    @property
    def id(self) -> str:
        """Document id."""
        return self._meta["id"]

    @property
    def title(self) -> str:
        """As written."""
        return self._meta["title"]

    @property
    def keywords(self) -> str:
        """As written."""
        return self._meta["keywords"]

    @property
    def stored(self) -> dict[str, str]:
        """What the document carried for the hit."""
        return dict(self._meta["stored"])

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return (len(self._text_ends) - 1) // 3

    def passage(self, number: int) -> Passage:
        """A passage, counted from 0."""
        ends, begins = self._text_ends[3 * number : 3 * number + 4].tolist(), self._ends_of_sections[_TEXTS]
        anchor, title, text = (self.rest[begins + a : begins + b] for a, b in pairwise(ends))
        return Passage(_read(anchor), _read(title), _read(text))

    @property
    def title_sounds(self) -> list[tuple[str, int, int]]:
        """(reading in katakana, start, end) of the words of the title."""
        return self._meta["sounds"]

    def places(self, term: str) -> list[Place]:
        """Where a word or compound (as an index term) stands, in order. Grams are not kept: see `holding`."""
        flat = self._flat(term)
        return list(map(Place._make, zip(flat[::3], flat[1::3], flat[2::3], strict=True)))

    def pieces(self, term: str) -> list[int]:
        """The piece of each place of a term."""
        return self._flat(term)[::3]

    def _flat(self, term: str) -> list[int]:
        names = self._names
        at = names.find(_GAP + term.encode() + _GAP)
        if at < 0:
            return []
        number = names.count(_GAP, 0, at)
        first, end = self._firsts[number : number + 2]
        return self._places[3 * first : 3 * end].tolist()

    def holding(self, letters: str) -> list[int]:
        """Pieces in whose folded form `letters` (folded, without spaces) stand."""
        wanted, found = letters.encode(), []
        at = self.folded.find(wanted)
        while at >= 0:
            piece = bisect_right(self._ends, at)
            found.append(piece)
            at = self.folded.find(wanted, self._ends[piece])
        return found

    def spans(self, letters: str, piece: int) -> list[Span]:
        """Where in the original of a piece `letters` (folded, without spaces) stand, not overlapping."""
        ends = self._ends
        begins = ends[piece - 1] if piece else 0
        text = _read(self.folded[begins : ends[piece] - 1])
        at = text.find(letters)
        if at < 0:
            return []
        runs, found = self._runs(piece), list[Span]()
        while at >= 0:
            end = at + len(letters)
            found.append((_origin(runs, at)[0], _origin(runs, end - 1)[1]))
            at = text.find(letters, end)
        return found

    def _runs(self, piece: int) -> list[tuple[int, int, int]]:
        """The runs of a piece (see `Squeezed`)."""
        known = self._known_runs.get(piece)
        if known is None:
            first, end = self._numbers(_RUN_FIRSTS)[piece : piece + 2]
            flat = self._numbers(_RUNS)[3 * first : 3 * end].tolist()
            known = self._known_runs[piece] = list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
        return known

    @cached_property
    def _meta(self) -> _Meta:
        meta: _Meta = json.loads(_read(self._section(_META)))
        return meta

    @cached_property
    def _text_ends(self) -> "memoryview[int]":
        """Where anchor, title and text of each passage in turn end among the texts, after a 0."""
        return self._numbers(_TEXT_ENDS)

    @cached_property
    def _names(self) -> bytes:
        return self._section(_NAMES)

    @cached_property
    def _firsts(self) -> "memoryview[int]":
        return self._numbers(_FIRSTS)

    @cached_property
    def _places(self) -> "memoryview[int]":
        return self._numbers(_PLACES)

    @cached_property
    def _ends(self) -> list[int]:
        """Where each piece ends in `folded`."""
        return list(accumulate(len(piece) + 1 for piece in self.folded.split(_GAP)))

    def _section(self, number: int) -> bytes:
        start, end = self._ends_of_sections[number : number + 2]
        return self.rest[start:end]

    def _numbers(self, number: int) -> "memoryview[int]":
        start, end = self._ends_of_sections[number : number + 2]
        section = memoryview(self.rest)[start:end]
        return section.cast(_SHORT) if self._short else section.cast(_LONG)


def _origin(runs: list[tuple[int, int, int]], at: int) -> Span:
    """Where in the original the character `at` of a squeezed text came from."""
    offset, start, stop = runs[bisect_right(runs, (at, _LAST, _LAST)) - 1]
    return start + at - offset, stop + at - offset


def sheet(
    document: Document,
    sounds: Sequence[tuple[str, int, int]],
    pieces: Sequence[Squeezed],
    places: Mapping[str, Sequence[Place]],
) -> Sheet:
    """Pack a document. `sounds` are those of the title, `pieces` all its texts, `places` where index terms stand."""
    meta: _Meta = {
        "id": document.id,
        "title": document.title,
        "keywords": document.keywords,
        "sounds": list(sounds),
        "stored": document.stored,
    }
    texts = [_written(text) for one in document.passages for text in (one.anchor, one.title, one.text)]
    numbers = {
        _TEXT_ENDS: list(accumulate(map(len, texts), initial=0)),
        _FIRSTS: list(accumulate(map(len, places.values()), initial=0)),
        _PLACES: [number for found in places.values() for place in found for number in place],
        _RUN_FIRSTS: list(accumulate((len(piece.runs) for piece in pieces), initial=0)),
        _RUNS: [number for piece in pieces for run in piece.runs for number in run],
    }
    fits = all(max(found, default=0) <= _LARGEST_SHORT for found in numbers.values())
    letter = _SHORT if fits else _LONG
    packed = {section: array(letter, found).tobytes() for section, found in numbers.items()}
    packed[_META] = _written(json.dumps(meta, ensure_ascii=False, separators=(",", ":")))
    packed[_TEXTS] = b"".join(texts)
    packed[_NAMES] = b"".join(_GAP + term.encode() for term in places) + _GAP
    sections = [packed[section] for section in sorted(packed)]
    header = letter.encode() + array(_LENGTHS, map(len, sections)).tobytes()
    return Sheet(_GAP.join(_written(piece.text) for piece in pieces), header + b"".join(sections))


def _written(text: str) -> bytes:
    """As UTF-8, also what is no text: half of a surrogate pair may have been typed."""
    return text.encode("utf-8", "surrogatepass")


def _read(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
