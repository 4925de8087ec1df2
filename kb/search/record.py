"""A document as engines hold it: term frequencies for scoring, and words with offsets for marking.

`Record` is made once when a document is put; queries never analyse text again.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache

from kb.japanese.width import fold
from kb.search.analysis import Kind, Sound, Token, analyse, readings, sounds
from kb.search.index import Document, Face, Passage
from kb.search.plan import index_term

Marks = tuple[tuple[str, int, int], ...]
"""(index term, start, end) of the words and compounds of a text."""


@dataclass(frozen=True)
class MarkedPassage:
    """A passage with the words of its title and its text."""

    passage: Passage
    title_marks: Marks
    text_marks: Marks


@dataclass(frozen=True)
class Shown:
    """What a hit is made of."""

    id: str
    title: str
    keywords: str
    title_marks: Marks
    title_sounds: tuple[tuple[str, int, int], ...]
    """(reading in katakana, start, end) of the words of the title."""
    passages: tuple[MarkedPassage, ...]
    stored: dict[str, str]


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


@dataclass(frozen=True)
class Record:
    """A document, analysed."""

    figures: Figures
    shown: Shown
    terms: dict[str, dict[str, int]]
    """Scored field to index term to number of occurrences."""


def record(document: Document) -> Record:
    """Analyse a document."""
    title, keywords = analyse(document.title), analyse(document.keywords)
    parts = [(_analysed(passage.title), _analysed(passage.text)) for passage in document.passages]
    body = [token for pair in parts for tokens in pair for token in tokens]
    fields = {"title": title, "keywords": keywords, "body": body}
    title_sounds = sounds(document.title)
    shown = Shown(
        id=document.id,
        title=document.title,
        keywords=document.keywords,
        title_marks=_marks(title),
        title_sounds=tuple((sound.reading, sound.start, sound.end) for sound in title_sounds),
        passages=tuple(
            MarkedPassage(passage, _marks(head), _marks(text))
            for passage, (head, text) in zip(document.passages, parts, strict=True)
        ),
        stored=dict(document.stored),
    )
    return Record(
        _figures(document, fields, title_sounds), shown, {name: _terms(found) for name, found in fields.items()}
    )


@lru_cache(maxsize=256)
def _analysed(text: str) -> tuple[Token, ...]:
    """Cached because the two faces of a manual follow each other and share nearly all of their passages."""
    return tuple(analyse(text))


def _figures(document: Document, fields: dict[str, list[Token]], title_sounds: list[Sound]) -> Figures:
    spoken = readings(title_sounds, document.readings)
    for keyword in document.keywords.split():
        spoken |= readings(sounds(keyword), "")
    return Figures(
        id=document.id,
        face=document.face,
        version=document.version,
        town=document.town,
        members_only=document.members_only,
        published_at=document.published_at,
        facets={name: tuple(dict.fromkeys(values)) for name, values in document.facets.items()},
        lengths={name: sum(token.kind is Kind.WORD for token in found) for name, found in fields.items()},
        title=document.title,
        sounds=tuple(sorted(spoken)),
    )


def _terms(tokens: list[Token]) -> dict[str, int]:
    return dict(Counter(index_term(token.term, token.kind) for token in tokens))


def _marks(tokens: Iterable[Token]) -> Marks:
    wanted = (Kind.WORD, Kind.COMPOUND)
    return tuple(
        (index_term(token.term, token.kind), token.start, token.end) for token in tokens if token.kind in wanted
    )


def pieces(shown: Shown) -> list[str]:
    """The folded texts of a document, spaces taken out: a phrase must stand in one of them."""
    texts = [shown.title, shown.keywords]
    for marked in shown.passages:
        texts += [marked.passage.title, marked.passage.text]
    return [squeezed(text) for text in texts]


def squeezed(text: str) -> str:
    """Folded and without any space."""
    return "".join(fold(text).split())


def pack_shown(shown: Shown) -> str:
    """`Shown` as JSON text; lone surrogates survive as escapes."""
    passages = [{**vars(marked), "passage": vars(marked.passage)} for marked in shown.passages]
    return json.dumps({**vars(shown), "passages": passages}, separators=(",", ":"))  # asdict copies every mark: slow


def unpack_shown(text: str) -> Shown:
    """The way back from `pack_shown`. ValueError, KeyError or TypeError when it is none."""
    raw = json.loads(text)
    passages = tuple(
        MarkedPassage(Passage(**item["passage"]), _triples(item["title_marks"]), _triples(item["text_marks"]))
        for item in raw.pop("passages")
    )
    marks, spoken = _triples(raw.pop("title_marks")), _triples(raw.pop("title_sounds"))
    return Shown(**raw, passages=passages, title_marks=marks, title_sounds=spoken)


def _triples(raw: list[list[object]]) -> Marks:
    return tuple((str(term), int(str(start)), int(str(end))) for term, start, end in raw)


def pack_figures(figures: Figures) -> bytes:
    """`Figures` as JSON."""
    return json.dumps(asdict(figures), separators=(",", ":")).encode()


def unpack_figures(data: bytes) -> Figures:
    """The way back from `pack_figures`. ValueError, KeyError or TypeError when it is none."""
    raw = json.loads(data)
    facets = {name: tuple(values) for name, values in raw.pop("facets").items()}
    return Figures(**{**raw, "face": Face(raw["face"]), "sounds": tuple(raw["sounds"])}, facets=facets)
