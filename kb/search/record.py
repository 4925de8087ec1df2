"""A document as engines hold it: term frequencies for scoring, and a sheet for showing.

`Record` is made once when a document is put; queries never analyse documents again.
"""

import json
import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from kb.japanese.typing_key import typing_key
from kb.search.analysis import Kind, Sound, Token, analyse, readings, sounds
from kb.search.index import Document, Face
from kb.search.plan import index_term
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.sheet import KEYWORDS, Place, Sheet, Squeezed, sheet, squeezed_with_runs

_LENGTHS = struct.Struct("<5I")
"""Bytes of the parts of a packed record: head, names of terms, how often each, the two halves of the sheet."""
_BETWEEN = b"\0"
"""Stands between terms. No query holds one, so a term that does is never asked for and need not be kept."""


@dataclass(frozen=True)
class Figures:
    """What is known of a document without opening it: who may see it, how it counts and sorts."""

    id: str
    face: Face
    version: int
    town: str
    members_only: bool
    published_at: float
    facets: dict[str, tuple[str, ...]]
    lengths: dict[str, int]
    """Scored field to number of words."""
    title: str
    sounds: tuple[str, ...]
    """Sound keys that the document is found by."""
    typed: tuple[str, ...]
    """What fingers type for them, for suggestions."""


@dataclass(frozen=True)
class Terms:
    """Index terms of a field of a document, as an index holds them: side by side, for nobody looks up one of them there."""

    names: Sequence[bytes]
    """Each once, in UTF-8."""
    counts: Sequence[int]
    """How often each stands there."""

    def times(self, term: str) -> int:
        """How often `term` stands there."""
        return self._by_name.get(encoded(term), 0)

    @cached_property
    def _by_name(self) -> dict[bytes, int]:
        return dict(zip(self.names, self.counts, strict=True))


@dataclass(frozen=True)
class Record:
    """A document, analysed."""

    figures: Figures
    sheet: Sheet
    terms: dict[str, Terms]
    """By scored field."""


@dataclass(frozen=True)
class _Read:
    """A text, analysed."""

    terms: Counter[str]
    words: int
    marks: tuple[tuple[str, int, int], ...]
    """(index term, start, end) of the words and compounds."""
    squeezed: Squeezed


def record(document: Document) -> Record:
    """Analyse a document, or take it as it was analysed before. ValueError or KeyError when that was not made by `pack`."""
    return _unpacked(document) if document.analysed else _analysed(document)


def pack(made: Record) -> bytes:
    """What analysing gave, as bytes for `Document.analysed`. Who may see the document, facets, version and moment are not in it."""
    figures, sheet = made.figures, made.sheet
    fields = [made.terms[name] for name in FIELD_WEIGHTS]
    sizes = [len(one.names) for one in fields]
    head = json.dumps([figures.title, figures.lengths, figures.sounds, figures.typed, sizes]).encode()
    names = _BETWEEN.join(name for one in fields for name in one.names)
    counts = array("I", [count for one in fields for count in one.counts]).tobytes()
    parts = (head, names, counts, sheet.folded, sheet.rest)
    return zlib.compress(_LENGTHS.pack(*map(len, parts)) + b"".join(parts), level=1)


def _unpacked(document: Document) -> Record:
    try:
        data = zlib.decompress(document.analysed)
    except zlib.error as error:
        raise ValueError("These bytes are no analysed document.") from error
    ends = accumulate(_LENGTHS.unpack_from(data), initial=_LENGTHS.size)
    head, names, counts, folded, rest = (data[start:end] for start, end in pairwise(ends))
    title, lengths, heard, typed, sizes = json.loads(head)
    spoken, how_often = names.split(_BETWEEN), array("I", counts)
    places = pairwise(accumulate(sizes, initial=0))
    found = {
        name: Terms(spoken[start:end], how_often[start:end])
        for name, (start, end) in zip(FIELD_WEIGHTS, places, strict=True)
    }
    return Record(_told(document, title, lengths, tuple(heard), tuple(typed)), Sheet(folded, rest), found)


def _analysed(document: Document) -> Record:
    texts = [document.title, document.keywords]
    for passage in document.passages:
        texts += [passage.title, passage.text]
    pieces = [_read(text) for text in texts]
    fields = {"title": pieces[:1], "keywords": pieces[1:2], "body": pieces[2:]}
    title_sounds = sounds(document.title)
    return Record(
        _figures(document, {name: sum(one.words for one in found) for name, found in fields.items()}, title_sounds),
        sheet(
            document,
            title_sounds,
            [piece.squeezed for piece in pieces],
            _places(pieces),
        ),
        {name: _terms(found) for name, found in fields.items()},
    )


@lru_cache(maxsize=256)
def _read(text: str) -> _Read:
    """Cached because the two faces of a manual follow each other and share nearly all of their passages."""
    tokens = analyse(text)
    terms = [index_term(token.term, token.kind) for token in tokens]
    marks = ((term, token) for term, token in zip(terms, tokens, strict=True) if _is_marked(token))
    return _Read(
        terms=Counter(terms),
        words=sum(token.kind is Kind.WORD for token in tokens),
        marks=tuple((term, token.start, token.end) for term, token in marks),
        squeezed=squeezed_with_runs(text),
    )


def _is_marked(token: Token) -> bool:
    return token.kind is Kind.WORD or token.kind is Kind.COMPOUND


def _places(pieces: Sequence[_Read]) -> dict[str, list[Place]]:
    """Where words and compounds stand; of keywords nothing is marked, as they are not shown."""
    found: dict[str, list[Place]] = {}
    for number, piece in enumerate(pieces):
        for term, start, end in piece.marks if number != KEYWORDS else ():
            found.setdefault(term, []).append(Place(number, start, end))
    return found


def _terms(pieces: Sequence[_Read]) -> Terms:
    found: Counter[str] = Counter()
    for piece in pieces:
        found.update(piece.terms)
    named = {encoded(term): count for term, count in found.items()}
    kept = {name: count for name, count in named.items() if _BETWEEN not in name}
    return Terms(list(kept), array("I", kept.values()))


def encoded(term: str) -> bytes:
    """A term as an index holds it: UTF-8, and whatever else was typed."""
    return term.encode("utf-8", "surrogatepass")


def _figures(document: Document, lengths: dict[str, int], title_sounds: list[Sound]) -> Figures:
    spoken = readings(title_sounds, document.readings)
    for keyword in document.keywords.split():
        spoken |= readings(sounds(keyword), "")
    typed = {typing_key(sound) for sound in spoken} - {""}
    return _told(document, document.title, lengths, tuple(sorted(spoken)), tuple(sorted(typed)))


def _told(
    document: Document, title: str, lengths: dict[str, int], heard: tuple[str, ...], typed: tuple[str, ...]
) -> Figures:
    """What is known of a document with these results of its analysis."""
    return Figures(
        id=document.id,
        face=document.face,
        version=document.version,
        town=document.town,
        members_only=document.members_only,
        published_at=document.published_at,
        facets={name: tuple(dict.fromkeys(values)) for name, values in document.facets.items()},
        lengths=lengths,
        title=title,
        sounds=heard,
        typed=typed,
    )
