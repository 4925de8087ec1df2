"""Answer a query over a snapshot with arrays: one element per document, no Python code per posting."""

from collections.abc import Iterable

import numpy as np

from kb.search import scoring
from kb.search.index import Query, Sort
from kb.search.plan import Need, Plan, Way
from kb.search.whoosh_columns import Mask, Numbers, Values
from kb.search.whoosh_snapshot import Snapshot

Facets = dict[str, tuple[tuple[str, int], ...]]


class Evaluation:
    """A plan over the documents that the asker may read. Made for one query."""

    def __init__(self, snapshot: Snapshot, plan: Plan, query: Query) -> None:
        self._snapshot = snapshot
        self._plan = plan
        self._query = query
        self._view = snapshot.view(query.town, query.member)
        self._visible = self._view.mask
        self.matched = self._matched()
        self._filters = {name: self._accepted(name, values) for name, values in query.filters.items() if values}
        self.passing = np.flatnonzero(self._all(self.matched, self._filters.values()))

    def page(self) -> list[tuple[int, float]]:
        """(document number, score) of the hits asked for, best first."""
        start = max(self._query.offset, 0)
        end = start + max(self._query.limit, 0)
        scores = self.scores(self.passing)
        newest = self._snapshot.newest_first[self.passing]
        first = -scores if self._query.sort is Sort.RELEVANCE else newest
        front = _front(first, end)
        order = front[np.lexsort((newest[front], first[front]))][start:end]
        return list(zip(self.passing[order].tolist(), scores[order].tolist(), strict=True))

    def scores(self, documents: Numbers) -> Values:
        """Score of each of `documents`, which must have matched."""
        total = np.zeros(len(documents))
        for clause in self._plan.clauses:
            best = np.zeros(len(documents))
            for way in clause:
                met = len(clause) == 1 or self._met(way, self.matched)[documents]
                best = np.maximum(best, np.where(met, self._score(way, documents), 0.0))
            total += best
        return np.round(total, scoring.DECIMALS)

    def facets(self) -> Facets:
        """Counts per facet value over what matched and passes the filters of the other facets."""
        found: Facets = {}
        for name, column in self._snapshot.facets.items():
            others = [mask for other, mask in self._filters.items() if other != name]
            counted = self._all(self.matched, others)
            counts = np.bincount(column.codes[counted[column.documents]])
            values = [(self._snapshot.codes.values[code], int(counts[code])) for code in np.flatnonzero(counts)]
            if values:
                found[name] = tuple(sorted(values, key=lambda pair: (-pair[1], pair[0])))
        return found

    def _matched(self) -> Mask:
        if not self._plan.clauses:
            return self._visible if self._plan.everything else np.zeros_like(self._visible)
        mask = self._visible
        for clause in sorted(self._plan.clauses, key=lambda ways: bool(ways[0].literal)):
            met = np.zeros_like(mask)
            for way in clause:
                met |= self._met(way, mask)
            mask = mask & met
        return mask

    def _met(self, way: Way, among: Mask) -> Mask:
        """Which documents satisfy a way. Phrases are looked up in the text, so only of those in `among`."""
        met = np.zeros_like(among)
        if way.enough:
            met = np.sum([self._has(need) for need in way.needs], axis=0) >= way.enough
        if way.literal:
            return self._holding(way.literal, met & among)
        if way.sound:
            met = met | self._snapshot.sounding(way.sound, whole=False)
        return met & self._visible

    def _holding(self, literal: str, among: Mask) -> Mask:
        mask = np.zeros_like(among)
        mask[self._snapshot.standing(literal, np.flatnonzero(among))] = True
        return mask

    def _has(self, need: Need) -> Mask:
        has = np.zeros_like(self._visible)
        for terms in need.alternatives:
            has |= np.logical_and.reduce([self._holds(term) for term in terms])
        return has

    def _holds(self, term: str) -> Mask:
        mask = np.zeros_like(self._visible)
        mask[self._snapshot.evidence(self._view, term).documents] = True
        return mask

    def _score(self, way: Way, documents: Numbers) -> Values:
        total = np.zeros(len(documents))
        for term, weight in way.scored:
            evidence = self._snapshot.evidence(self._view, term)
            of_all = np.zeros(self._snapshot.size)
            of_all[evidence.documents] = evidence.weights
            total += weight * of_all[documents]
        if way.sound:
            for whole in (False, True):
                total += self._heard(way.sound, whole)[documents]
        return way.weight * total

    def _heard(self, sound: str, whole: bool) -> Values:
        heard = self._snapshot.sounding(sound, whole)
        rarity = scoring.rarity(self._view.count, int(np.count_nonzero(heard & self._visible)))
        found: Values = rarity * scoring.saturated(scoring.SOUND_EVIDENCE * heard.astype(np.float64))
        return found

    def _accepted(self, name: str, values: tuple[str, ...]) -> Mask:
        mask = np.zeros_like(self._visible)
        column = self._snapshot.facets.get(name)
        if column is not None:
            mask[column.documents[np.isin(column.codes, self._snapshot.codes.known(values))]] = True
        return mask

    @staticmethod
    def _all(mask: Mask, filters: Iterable[Mask]) -> Mask:
        for accepted in filters:
            mask = mask & accepted
        return mask


def _front(first: Values | Numbers, end: int) -> Numbers:
    """Where the `end` least values are, with all that equal the last of them, in no order."""
    if end >= len(first):
        return np.arange(len(first))
    if end <= 0:
        return np.empty(0, np.int64)
    return np.flatnonzero(first <= np.partition(first, end - 1)[end - 1])
