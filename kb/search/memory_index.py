"""The reference engine: everything in memory, everything visited for every query. Slow on purpose, plain on purpose.

It says what the right answer is; tests hold the embedded engine against it.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kb.search import scoring
from kb.search.excerpt import Lens, hit
from kb.search.explaining import reasons
from kb.search.explanation import Explanation
from kb.search.index import GROUPED_BY, Document, Face, Group, Hits, Progress, Query, Sort, Synonyms
from kb.search.memory_matching import Matching, holds
from kb.search.plan import Plan, Way, plan
from kb.search.record import Figures, Record, record
from kb.search.signals import NONE, Signals, boost_of
from kb.search.titles import suggestions

Key = tuple[str, Face]


class MemoryIndex:
    """`Index` without a disk."""

    def __init__(self) -> None:
        self._records: dict[Key, Record] = {}
        self._signals: Mapping[str, Signals] = {}
        self._changes = 0
        self._turn = threading.RLock()

    @contextmanager
    def lock(self, wait: bool = True) -> Iterator[bool]:
        """See `Index.lock`."""
        held = self._turn.acquire(blocking=wait)
        try:
            yield held
        finally:
            if held:
                self._turn.release()

    def put(self, documents: Sequence[Document]) -> None:
        """See `Index.put`."""
        with self._turn:
            changed = dict(self._records)
            for document in documents:
                _keep(changed, document)
            self._become(changed)

    def delete(self, ids: Sequence[str]) -> None:
        """See `Index.delete`."""
        with self._turn:
            self._become({key: held for key, held in self._records.items() if key[0] not in set(ids)})

    def put_signals(self, values: Mapping[str, Signals]) -> None:
        """See `Index.put_signals`."""
        with self._turn:
            if self._signals != values:
                self._signals = dict(values)
                self._changes += 1

    def versions(self, ids: Collection[str] | None = None) -> dict[Key, int]:
        """See `Index.versions`."""
        wanted = [key for key in self._records if ids is None or key[0] in set(ids)]
        return {key: self._records[key].figures.version for key in wanted}

    def check(self) -> None:
        """See `Index.check`. There is nothing that could have changed."""

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> None:
        """See `Index.rebuild`."""
        with self._turn:
            fresh: dict[Key, Record] = {}
            for count, document in enumerate(documents, start=1):
                _keep(fresh, document)
                if progress:
                    progress(count)
            self._become(fresh)

    def _become(self, records: dict[Key, Record]) -> None:
        self._records = records
        self._changes += 1

    def state(self) -> Hashable:
        """See `Index.state`."""
        return self._changes

    def suggest(self, prefix: str, town: str | None = None, member: bool = False, limit: int = 8) -> list[str]:
        """See `Index.suggest`."""
        seen = self._visible(town, member)
        return suggestions(prefix, [(held.figures.title, held.figures.sounds) for held in seen], limit)

    def search(self, query: Query, synonyms: Synonyms = Synonyms()) -> Hits:  # noqa: B008  # a frozen value
        """See `Index.search`."""
        found = _Found(self._visible(query.town, query.member), query, synonyms, self._signals)
        groups = _groups(found.order) if query.grouped else [(one, None) for one in found.order]
        asked = found.answer.matching.plan
        lens = Lens(asked)
        page = groups[max(query.offset, 0) : max(query.offset, 0) + max(query.limit, 0)]
        hits = tuple(hit(held.sheet, score, lens, group) for (score, held), group in page)
        facets, count = _facets(found.matched, query.filters), len(groups) if query.grouped else None
        return Hits(len(found.order), hits, facets, asked.also_searched, count, found.relaxed, asked.without)

    def explain(self, query: Query, id_: str, synonyms: Synonyms = Synonyms()) -> Explanation | None:  # noqa: B008  # as above
        """See `Index.explain`."""
        found = _Found(self._visible(query.town, query.member), query, synonyms, self._signals)
        places = [place for place, (_, held) in enumerate(found.order) if held.figures.id == id_]
        if not places:
            return None
        score, held = found.order[places[0]]
        signals = self._signals.get(id_, NONE)
        matching = found.answer.matching
        why = reasons(matching.plan, _Document(found.answer, held))
        rank, total = places[0] + 1, len(found.order)
        return Explanation(score, why, signals, boost_of(signals), rank, total, matching.is_loose(held))

    def _visible(self, town: str | None, member: bool) -> list[Record]:
        return [held for held in self._records.values() if _may_see(held.figures, town, member)]


def _keep(records: dict[Key, Record], document: Document) -> None:
    key = (document.id, document.face)
    if key not in records or records[key].figures.version <= document.version:
        records[key] = record(document)


def _may_see(figures: Figures, town: str | None, member: bool) -> bool:
    if figures.town == town:
        return figures.face is Face.OWN
    return figures.face is Face.PUBLIC and (member or not figures.members_only)


class _Found:
    """What a query finds among the documents that its asker may see: all that matched, and in order what passes the filters."""

    def __init__(self, seen: list[Record], query: Query, synonyms: Synonyms, signals: Mapping[str, Signals]) -> None:
        self.answer = answer = _Answer(plan(query.text, synonyms, query.exact), seen)
        self.matched = [held for held in seen if answer.matching.matches(held)]
        passing = [held for held in self.matched if _passes(held.figures, query.filters)]
        self.order = [(_lifted(answer.score(held), signals.get(held.figures.id, NONE)), held) for held in passing]
        self.order.sort(key=lambda pair: _order(query, answer.matching.is_loose(pair[1]), *pair))
        self.relaxed = sum(answer.matching.is_loose(held) for held in passing)


def _lifted(score: float, signals: Signals) -> float:
    return round(score * float(boost_of(signals).factor), scoring.DECIMALS)


def _groups(order: list[tuple[float, Record]]) -> list[tuple[tuple[float, Record], Group | None]]:
    """The best of each procedure with what it stands for, and each document without one."""
    kinds: dict[str, list[tuple[float, Record]]] = {}
    for number, (score, held) in enumerate(order):
        values = held.figures.facets.get(GROUPED_BY, ())
        kinds.setdefault(f"={values[0]}" if values else f"#{number}", []).append((score, held))
    return [
        (found[0], Group(key[1:], len(found), len({held.figures.town for _, held in found})) if key[0] == "=" else None)
        for key, found in kinds.items()
    ]


class _Answer:
    """A plan over the documents that a viewer may see."""

    def __init__(self, asked: Plan, seen: list[Record]) -> None:
        self.matching = Matching(asked, seen)
        self.seen = seen
        self.means = {field: _mean([held.figures.lengths[field] for held in seen]) for field in scoring.FIELD_WEIGHTS}

    def score(self, held: Record) -> float:
        """What the ways say that count for a document which matches: of each clause the one that says most."""
        clauses = self.matching.plan.clauses
        best = (max(self._way(way, held) for way in clause if self.matching.counts(way, held)) for clause in clauses)
        return round(sum(best, 0.0), scoring.DECIMALS)

    def _way(self, way: Way, held: Record) -> float:
        total = sum(weight * self._term(term, held) for term, weight in way.scored)
        if way.sound:
            total += self.heard(way.sound, held)
        return way.weight * total

    def _term(self, term: str, held: Record) -> float:
        evidence = sum(self.evidence(field, term, held) for field in scoring.FIELD_WEIGHTS)
        return self.rarity(term) * float(scoring.saturated(evidence))

    def evidence(self, field: str, term: str, held: Record) -> float:
        """Weighted occurrences of a term in a field."""
        frequency, length = held.terms[field].times(term), held.figures.lengths[field]
        return float(scoring.occurrences(field, frequency, length, self.means[field]))

    def rarity(self, term: str) -> float:
        """How much a term says of the documents that hold it."""
        return scoring.rarity(len(self.seen), sum(holds(term, other) for other in self.seen))

    def heard(self, sound: str, held: Record) -> float:
        """What it adds that a reading begins with a sound, or is it."""
        began = self._sound(lambda key: key.startswith(sound), held)
        return began + self._sound(lambda key: key == sound, held)

    def _sound(self, heard: Callable[[str], bool], held: Record) -> float:
        holding = sum(any(map(heard, other.figures.sounds)) for other in self.seen)
        evidence = scoring.SOUND_EVIDENCE * any(map(heard, held.figures.sounds))
        return scoring.rarity(len(self.seen), holding) * float(scoring.saturated(evidence))


class _Document:
    """`explaining.Seen` of a record."""

    def __init__(self, answer: _Answer, held: Record) -> None:
        self._answer = answer
        self._held = held

    def met(self, way: Way) -> bool:
        return self._answer.matching.counts(way, self._held)

    def evidence(self, field: str, term: str) -> float:
        return self._answer.evidence(field, term, self._held)

    def rarity(self, term: str) -> float:
        return self._answer.rarity(term)

    def heard(self, sound: str) -> float:
        return self._answer.heard(sound, self._held)


def _mean(lengths: list[int]) -> float:
    """Mean length of a field among documents that have it: an optional field is not long for being there."""
    filled = [length for length in lengths if length]
    return sum(filled) / len(filled) if filled else 0.0


def _passes(figures: Figures, filters: dict[str, tuple[str, ...]], but: str = "") -> bool:
    return all(
        not accepted or name == but or set(accepted) & set(figures.facets.get(name, ()))
        for name, accepted in filters.items()
    )


def _order(query: Query, loose: bool, score: float, held: Record) -> tuple[bool, bool, float, float, str]:
    behind = query.own_first and held.figures.town != query.town
    return (behind, loose, -score if query.sort is Sort.RELEVANCE else 0.0, -held.figures.published_at, held.figures.id)


def _facets(found: list[Record], filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[tuple[str, int], ...]]:
    names = sorted({name for held in found for name, values in held.figures.facets.items() if values})
    counted = {
        name: Counter(
            value
            for held in found
            if _passes(held.figures, filters, but=name)
            for value in held.figures.facets.get(name, ())
        )
        for name in names
    }
    return {
        name: tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
        for name, counts in counted.items()
        if counts
    }
