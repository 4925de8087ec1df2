"""From the chunks of a query to what an engine evaluates; the same for every engine.

A document matches a plan when it matches every clause; a clause when it matches one of its ways (the chunk as typed, or with a synonym put
in). A way asks for its units: all of them up to three, seven in ten of longer ones, so that a question in everyday words
finds something. A unit is there when all its words are, or all its grams (what Sudachi cut differently); a chunk in kana also by ear.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.japanese.kana import is_kana, sound_key
from kb.japanese.width import fold
from kb.japanese.words import compounds
from kb.search.analysis import LONGEST_READING, Kind, Unit, grams, units
from kb.search.index import Synonyms
from kb.search.query_text import chunks, clean

MOST_UNITS = 16
"""Units of a query that are read, over all its chunks."""
MOST_SYNONYMS = 8
"""Other ways to say a chunk that are searched."""
SYNONYM_WEIGHT = 0.8
KIND_WEIGHTS = {Kind.WORD: 1.0, Kind.COMPOUND: 0.7, Kind.BIGRAM: 0.5, Kind.CHARACTER: 0.5}

WORD, BIGRAM, CHARACTER = "w", "b", "c"
"""First letter of a term in the index: words and compounds share one space, grams have their own."""

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
    literal: str = ""
    """Folded text without spaces that must also stand in one piece of the document, for phrases."""
    weight: float = 1.0


@dataclass(frozen=True)
class Plan:
    """What to evaluate. Without clauses everything matches when `everything`, else nothing."""

    clauses: tuple[tuple[Way, ...], ...]
    everything: bool
    also_searched: tuple[str, ...] = ()

    @property
    def ways(self) -> list[Way]:
        """All ways of all clauses."""
        return [way for clause in self.clauses for way in clause]


def plan(text: str, synonyms: Synonyms, exact: bool) -> Plan:
    """Read a query. Any text is legal; synonyms are left out when `exact`."""
    return _plan(clean(text), synonyms, exact)


@lru_cache(maxsize=256)
def _plan(text: str, synonyms: Synonyms, exact: bool) -> Plan:
    """Cached because pages of results, filters and orders follow each other with the same words."""
    asked = chunks(text)
    whole = " ".join(chunk.text for chunk in asked)
    clauses: list[tuple[Way, ...]] = []
    added: dict[str, None] = {}
    room = MOST_UNITS
    for chunk in asked:
        way = _phrase(chunk.text) if chunk.phrase else _way(chunk.text, room)
        if way is None:
            continue
        room -= len(way.needs)
        others = [] if exact or chunk.phrase else _rewritten(chunk.text, synonyms)
        ways = [_lighter(other, way) for key, _ in others if (other := _way(key, MOST_UNITS))]
        added.update(dict.fromkeys(word for _, word in others if fold(word) not in whole))
        clauses.append((way, *ways))
    return Plan(_telling(clauses), everything=not clean(text), also_searched=tuple(added))


def _telling(clauses: list[tuple[Way, ...]]) -> tuple[tuple[Way, ...], ...]:
    """Leave out particles typed between spaces (「転入 の 手続き」) unless there is nothing else."""
    telling = tuple(clause for clause in clauses if clause[0].needs)
    return telling or tuple(clauses)


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
    for term in _gram_terms(key):
        scored[term] = KIND_WEIGHTS[Kind.BIGRAM]
    return tuple(scored.items())


def _rewritten(key: str, synonyms: Synonyms) -> list[tuple[str, str]]:
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
