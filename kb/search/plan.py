"""From a query to what an engine evaluates; the same for every engine.

A document matches a plan when it matches every clause and nothing that is left out; a clause when it matches one of its ways (a chunk
as typed, with a synonym put in, by ear, or the other side of an OR). A way asks for its units: all of them up to three,
seven in ten of longer ones. A unit is there when all its words are, or all its grams (what Sudachi cut differently); a chunk in kana
also by ear, one in latin letters where nobody writes it so.

When hardly anything matches like that, a plan may be loose: it takes also what meets a share of its units, weighed by how rare they are.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.japanese.kana import is_kana, sound_key
from kb.japanese.romaji import lengthenings
from kb.japanese.width import fold
from kb.search.analysis import LONGEST_READING, Kind, Unit, grams, units, without_articles
from kb.search.index import Synonyms
from kb.search.query_text import Asked, Chunk, read, readable
from kb.search.rewriting import rewritten

MOST_UNITS = 16
"""Units of a query that are read, over all its chunks."""
SYNONYM_WEIGHT = 0.8
KIND_WEIGHTS = {Kind.WORD: 1.0, Kind.COMPOUND: 0.7, Kind.BIGRAM: 0.25, Kind.CHARACTER: 0.5}
SHARE = 0.25
"""Of what a query says, weighed by rarity, how much a document meets that matches loosely."""
FEW = 10
"""So many strict matches make loose ones needless: half a page."""
LEAST_ROMAJI = 3
"""Latin letters that are also read aloud: fewer are an abbreviation."""

WORD, BIGRAM, CHARACTER = "w", "b", "c"
"""First letter of a term in the index: words and compounds share one space, grams have their own."""

_KIND = {BIGRAM: Kind.BIGRAM, CHARACTER: Kind.CHARACTER}
_HIRAGANA = re.compile("[ぁ-ゖ]")
_LETTER = {Kind.WORD: WORD, Kind.COMPOUND: WORD, Kind.BIGRAM: BIGRAM, Kind.CHARACTER: CHARACTER}


def index_term(term: str, kind: Kind) -> str:
    """A term as engines hold it."""
    return _LETTER[kind] + term


@dataclass(frozen=True)
class Need:
    """A unit that is wanted. It is there when all terms of one of `words` are, or (where there are any) all `grams`."""

    surface: str
    """Folded."""
    words: tuple[tuple[str, ...], ...]
    """The short words of the unit; the unit as one word."""
    grams: tuple[str, ...]

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Sets of terms, each enough."""
        return (*self.words, self.grams) if self.grams else self.words


@dataclass(frozen=True)
class Way:
    """One way to satisfy a clause. `scored` are (term, weight) that add to the score of a document that matched."""

    needs: tuple[Need, ...]
    enough: int
    """How many of the needs must be met."""
    scored: tuple[tuple[str, float], ...]
    sound: str = ""
    """Sound key that a reading may begin with instead; "" for none."""
    unwritten: str = ""
    """Term that no document holds if `sound` is to be heard: latin letters that somebody writes are no romaji."""
    literal: str = ""
    """Folded text without spaces that must also stand in one piece of the document, for phrases."""
    weight: float = 1.0


@dataclass(frozen=True)
class Plan:
    """What to evaluate. Without clauses everything that is not left out matches when `everything`, else nothing."""

    clauses: tuple[tuple[Way, ...], ...]
    everything: bool
    also_searched: tuple[str, ...] = ()
    left_out: tuple[Way, ...] = ()
    """A document matches none of these. They neither score nor mark."""
    without: tuple[str, ...] = ()
    """What is left out, for the page to say."""
    few: int = 0
    """With fewer documents that match strictly, those that meet `SHARE` of it match loosely; 0 when none does."""

    @property
    def ways(self) -> list[Way]:
        """All ways of all clauses."""
        return [way for clause in self.clauses for way in clause]


def plan(text: str, synonyms: Synonyms, exact: bool) -> Plan:
    """Read a query. Any text is legal; synonyms are left out when `exact`."""
    return _plan(readable(text), synonyms, exact)


@lru_cache(maxsize=256)
def _plan(text: str, synonyms: Synonyms, exact: bool) -> Plan:
    """Cached because pages of results, filters and orders follow each other with the same words."""
    asked = read(text)
    reading = _Reading(asked, Synonyms() if exact else synonyms)
    clauses = [
        clause for group in asked.groups if (clause := tuple(way for chunk in group for way in reading.ways(chunk)))
    ]
    left_out = {chunk: way for chunk in asked.left_out if (way := _left_out(chunk))}
    return Plan(
        _telling(clauses),
        everything=not text or bool(left_out and not asked.groups),
        also_searched=tuple(reading.added),
        left_out=tuple(left_out.values()),
        without=tuple(chunk.text for chunk in left_out),
        few=0 if exact else _few(asked, clauses),
    )


def _few(asked: Asked, clauses: Sequence[tuple[Way, ...]]) -> int:
    """How many strict matches are few.

    Spaces, phrases, kana and articles say what is meant exactly, so they are loosened only when nothing has it all.
    """
    if sum(len(clause[0].needs) for clause in clauses) < 2:
        return 0
    natural = len(asked.wanted) == 1 and not any(_is_exact(chunk) for chunk in asked.wanted)
    return FEW if natural else 1


def _is_exact(chunk: Chunk) -> bool:
    return chunk.phrase or is_kana(chunk.text) or without_articles(chunk.text) != chunk.text


class _Reading:
    """Makes ways of chunks, one after the other, within the room for units of one query."""

    def __init__(self, asked: Asked, synonyms: Synonyms) -> None:
        self._whole = " ".join(chunk.text for chunk in asked.wanted)
        self._synonyms = synonyms
        self._room = MOST_UNITS
        self.added: dict[str, None] = {}
        """Synonyms that were put in and do not stand in the query."""

    def ways(self, chunk: Chunk) -> Iterator[Way]:
        """The chunk as typed, then in other words and by ear; nothing when it says nothing."""
        way = _phrase(chunk.text) if chunk.phrase else _way(chunk.text, self._room)
        if way is None:
            return
        self._room -= len(way.needs)
        yield way
        if chunk.phrase:
            return
        for key, word in rewritten(chunk.text, self._synonyms):
            other = _way(key, MOST_UNITS)
            if fold(word) not in self._whole:
                self.added[word] = None
            if other:
                yield _lighter(other, way)
        yield from _spoken(chunk.text)


def as_written(made: Plan, is_written: Callable[[str], bool]) -> Plan:
    """A plan for the documents that a viewer may read: latin letters that one of them holds are not read aloud."""
    if not any(way.unwritten for way in made.ways):
        return made
    known = {way.unwritten: is_written(way.unwritten) for way in made.ways if way.unwritten}
    clauses = (tuple(way for way in clause if not known.get(way.unwritten)) for clause in made.clauses)
    return replace(made, clauses=tuple(clauses))


def _spoken(key: str) -> Iterator[Way]:
    """A chunk in romaji by ear."""
    if key.isalpha() and len(key) < LEAST_ROMAJI:
        return
    for kana in lengthenings(key):
        yield Way((), 0, (), sound=sound_key(kana)[:LONGEST_READING], unwritten=index_term(key, Kind.WORD))


def _telling(clauses: list[tuple[Way, ...]]) -> tuple[tuple[Way, ...], ...]:
    """Leave out particles typed between spaces (「転入 の 手続き」) unless there is nothing else."""
    telling = tuple(clause for clause in clauses if any(way.needs for way in clause))
    return telling or tuple(clauses)


def _left_out(chunk: Chunk) -> Way | None:
    """What a document must not have: the word as typed or in another writing, several words only where they stand together."""
    found = units(chunk.text)
    if chunk.phrase or len(found) != 1 or (found[0].start, found[0].end) != (0, len(chunk.text)):
        return _unscored(_phrase(chunk.text))
    need = _need(found[0])
    return Way((replace(need, words=need.words[-1:]),), 1, ())


def _unscored(way: Way | None) -> Way | None:
    return replace(way, scored=()) if way else None


def _way(key: str, room: int) -> Way | None:
    found = units(key)[: max(room, 0)]
    needs = [_need(unit) for unit in found]
    if not needs and room > 0:
        needs = [need for need in [Need(key, (), _whole_grams(key))] if need.grams]
    sound = sound_key(key)[:LONGEST_READING] if is_kana(key) and room > 0 else ""
    if not needs and not sound:
        return None
    enough = len(needs) if len(needs) <= 3 else math.ceil(0.7 * len(needs))
    return Way(tuple(dict.fromkeys(needs)), min(enough, len(set(needs))), _scored(key, found), sound)


def _lighter(other: Way, typed: Way) -> Way:
    """A synonym's way, weighed so that it does not count more for being a longer word than the one typed."""
    said, meant = (sum(weight for _, weight in way.scored) for way in (typed, other))
    return replace(other, weight=SYNONYM_WEIGHT * min(1.0, said / meant))


def _phrase(key: str) -> Way | None:
    found = units(key)[:MOST_UNITS]
    wanted = _gram_terms(key) or tuple(index_term(word.term, Kind.WORD) for unit in found for word in unit.words)
    if not wanted:
        return None
    return Way((Need(key, (wanted,), ()),), 1, _scored(key, found), literal=key)


def _need(unit: Unit) -> Need:
    terms = tuple(dict.fromkeys(index_term(word.term, word.kind) for word in unit.words))
    whole = ((index_term(unit.compound, Kind.COMPOUND),),) if unit.compound else ()
    return Need(unit.surface, (terms, *whole), _whole_grams(unit.surface))


def _gram_terms(key: str) -> tuple[str, ...]:
    """The bigrams of `key`, or its kanji where it has no bigram."""
    found = list(grams(key))
    pairs = [token for token in found if token.kind is Kind.BIGRAM] or found
    return tuple(dict.fromkeys(index_term(token.term, token.kind) for token in pairs))


def _whole_grams(surface: str) -> tuple[str, ...]:
    """The grams of `surface` when they cover it without a gap: 「と納」 and 「納税」 alone would not stand for ふるさと納税."""
    pairs = sum(token.kind is Kind.BIGRAM for token in grams(surface))
    return _gram_terms(surface) if pairs == len(surface) - 1 else ()


def _scored(key: str, found: list[Unit]) -> tuple[tuple[str, float], ...]:
    scored = {index_term(word.term, Kind.WORD): KIND_WEIGHTS[Kind.WORD] for unit in found for word in unit.words}
    for unit in found:
        if unit.compound:
            scored.setdefault(index_term(unit.compound, Kind.COMPOUND), KIND_WEIGHTS[Kind.COMPOUND])
    for term in _telling_grams(without_articles(key), found):
        scored[term] = KIND_WEIGHTS[_KIND[term[0]]]
    return tuple(scored.items())


def _telling_grams(key: str, found: list[Unit]) -> list[str]:
    """The grams that say something: those of its units, and between them those of kanji. 「たい」 and 「人に」 are grammar."""
    inside = {term for unit in found for term in _gram_terms(key[unit.start : unit.end])}
    return [term for term in _gram_terms(key) if not found or term in inside or not _HIRAGANA.search(term)]
