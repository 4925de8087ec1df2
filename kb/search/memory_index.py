"""The reference engine: everything in memory, everything visited for every query. Slow on purpose, plain on purpose.

It says what the right answer is; tests hold the embedded engine against it.
"""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from kb.search import scoring
from kb.search.excerpt import Lens, hit
from kb.search.index import Document, Face, Hits, Progress, Query, Sort, Synonyms
from kb.search.plan import Need, Plan, Way, plan
from kb.search.record import Figures, Record, record
from kb.search.sheet import Sheet, squeezed
from kb.search.titles import suggestions

Key = tuple[str, Face]


class MemoryIndex:
    """`Index` without a disk."""

    def __init__(self) -> None:
        self._records: dict[Key, Record] = {}
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

    def versions(self) -> dict[Key, int]:
        """See `Index.versions`."""
        return {key: held.figures.version for key, held in self._records.items()}

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
        asked = plan(query.text, synonyms, query.exact)
        seen = self._visible(query.town, query.member)
        answer = _Answer(asked, seen)
        found = [held for held in seen if answer.matches(held)]
        passing = [held for held in found if _passes(held.figures, query.filters)]
        scored = [(answer.score(held), held) for held in passing]
        scored.sort(key=lambda pair: _order(query.sort, *pair))
        page = scored[max(query.offset, 0) : max(query.offset, 0) + max(query.limit, 0)]
        lens = Lens(asked)
        hits = tuple(hit(held.sheet, score, lens) for score, held in page)
        return Hits(len(passing), hits, _facets(found, query.filters), asked.also_searched)

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


class _Answer:
    """A plan over the documents that a viewer may see."""

    def __init__(self, asked: Plan, seen: list[Record]) -> None:
        self.plan = asked
        self.seen = seen
        self.means = {field: _mean([held.figures.lengths[field] for held in seen]) for field in scoring.FIELD_WEIGHTS}

    def matches(self, held: Record) -> bool:
        if not self.plan.clauses:
            return self.plan.everything
        return all(any(_met(way, held) for way in clause) for clause in self.plan.clauses)

    def score(self, held: Record) -> float:
        clauses = [[self._way(way, held) for way in clause if _met(way, held)] for clause in self.plan.clauses]
        return round(sum((max(ways) for ways in clauses), 0.0), scoring.DECIMALS)

    def _way(self, way: Way, held: Record) -> float:
        total = sum(weight * self._term(term, held) for term, weight in way.scored)
        if way.sound:
            total += self._sound(lambda key: key.startswith(way.sound), held)
            total += self._sound(lambda key: key == way.sound, held)
        return way.weight * total

    def _term(self, term: str, held: Record) -> float:
        evidence = sum(
            scoring.occurrences(field, held.terms[field].get(term, 0), held.figures.lengths[field], self.means[field])
            for field in scoring.FIELD_WEIGHTS
        )
        holding = sum(_holds(term, other) for other in self.seen)
        return scoring.rarity(len(self.seen), holding) * float(scoring.saturated(evidence))

    def _sound(self, heard: Callable[[str], bool], held: Record) -> float:
        holding = sum(any(map(heard, other.figures.sounds)) for other in self.seen)
        evidence = scoring.SOUND_EVIDENCE * any(map(heard, held.figures.sounds))
        return scoring.rarity(len(self.seen), holding) * float(scoring.saturated(evidence))


def _mean(lengths: list[int]) -> float:
    """Mean length of a field among documents that have it: an optional field is not long for being there."""
    filled = [length for length in lengths if length]
    return sum(filled) / len(filled) if filled else 0.0


def _met(way: Way, held: Record) -> bool:
    if way.sound and any(key.startswith(way.sound) for key in held.figures.sounds):
        return True
    if way.enough == 0 or sum(_has(need, held) for need in way.needs) < way.enough:
        return False
    return not way.literal or any(way.literal in squeezed(text) for text in _texts(held.sheet))


def _texts(sheet: Sheet) -> list[str]:
    """The texts of a document: a phrase must stand in one of them."""
    passages = [sheet.passage(number) for number in range(sheet.passages)]
    return [sheet.title, sheet.keywords, *(text for one in passages for text in (one.title, one.text))]


def _has(need: Need, held: Record) -> bool:
    return any(all(_holds(term, held) for term in terms) for terms in need.alternatives)


def _holds(term: str, held: Record) -> bool:
    return any(term in terms for terms in held.terms.values())


def _passes(figures: Figures, filters: dict[str, tuple[str, ...]], but: str = "") -> bool:
    return all(
        not accepted or name == but or set(accepted) & set(figures.facets.get(name, ()))
        for name, accepted in filters.items()
    )


def _order(sort: Sort, score: float, held: Record) -> tuple[float, float, str]:
    return (-score if sort is Sort.RELEVANCE else 0.0, -held.figures.published_at, held.figures.id)


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
