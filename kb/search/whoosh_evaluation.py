"""Answer a query over a snapshot with arrays: one element per document, no Python code per posting."""

from collections.abc import Iterable

import numpy as np

from kb.search import ordering, scoring
from kb.search.index import Group, Query, Sort
from kb.search.plan import Plan, Way
from kb.search.whoosh_columns import Mask, Numbers, Values
from kb.search.whoosh_matching import Matching
from kb.search.whoosh_snapshot import Snapshot

Facets = dict[str, tuple[tuple[str, int], ...]]


class Evaluation:
    """A plan over the documents that the asker may read. Made for one query."""

    def __init__(self, snapshot: Snapshot, plan: Plan, query: Query, lifts: Values) -> None:
        """`lifts`: what the score of each document is multiplied by."""
        self._snapshot = snapshot
        self._query = query
        self._lifts = lifts
        self.view = snapshot.view(query.town, query.member)
        self._visible = self.view.mask
        self._matching = Matching(snapshot, self.view, plan)
        self.plan = self._matching.plan
        """What was evaluated: the plan for what this asker may read."""
        self.matched = self._matching.matched
        self._filters = {name: self._accepted(name, values) for name, values in query.filters.items() if values}
        self.passing = np.flatnonzero(self._all(self.matched, self._filters.values()))
        self.groups: int | None = None
        """How many groups there are, once a page of groups was asked for."""

    def page(self) -> list[tuple[int, float, Group | None]]:
        """(document number, score, what it stands for) of the hits asked for, best first."""
        start = max(self._query.offset, 0)
        end = start + max(self._query.limit, 0)
        scores = self.scores(self.passing)
        if self._query.grouped:
            return self._page_of_groups(scores, start, end)
        order = self.order(scores, end)[start:]
        found = zip(self.passing[order].tolist(), scores[order].tolist(), strict=True)
        return [(number, score, None) for number, score in found]

    def order(self, scores: Values, end: int) -> Numbers:
        """Where among `passing` the best are, the first `end` of them."""
        found = self.passing
        age = -self._snapshot.published_at[found]
        keys: list[ordering.Key] = [~self._snapshot.own[found]] if self._query.own_first else []
        keys.append(self._matching.loose[found])
        keys += [-scores] if self._query.sort is Sort.RELEVANCE else []
        return ordering.best([*keys, age, self._snapshot.ids[found]], end)

    def _page_of_groups(self, scores: Values, start: int, end: int) -> list[tuple[int, float, Group | None]]:
        codes = self._snapshot.groups[self.passing]
        found = ordering.grouped(self.order(scores, len(self.passing)), codes, self._snapshot.towns[self.passing])
        self.groups = len(found.firsts)
        firsts = found.firsts[start:end]
        sizes = zip(found.manuals[start:end].tolist(), found.towns[start:end].tolist(), strict=True)
        values = self._snapshot.codes.values
        kinds = [
            Group(values[code], *size) if code >= 0 else None
            for code, size in zip(codes[firsts].tolist(), sizes, strict=True)
        ]
        return list(zip(self.passing[firsts].tolist(), scores[firsts].tolist(), kinds, strict=True))

    def scores(self, documents: Numbers) -> Values:
        """Score of each of `documents`, which must have matched."""
        total = np.zeros(len(documents))
        for clause in self.plan.clauses:
            best = np.zeros(len(documents))
            for way in clause:
                met = len(clause) == 1 or self.met(way)[documents]
                best = np.maximum(best, np.where(met, self._score(way, documents), 0.0))
            total += best
        lifted: Values = np.round(np.round(total, scoring.DECIMALS) * self._lifts[documents], scoring.DECIMALS)
        return lifted

    def is_loose(self, number: int) -> bool:
        """Whether a document matches loosely."""
        return bool(self._matching.loose[number])

    @property
    def relaxed(self) -> int:
        """How many of those that pass match loosely."""
        return int(np.count_nonzero(self._matching.loose[self.passing]))

    def facets(self) -> Facets:
        """Counts per facet value over what matched and passes the filters of the other facets."""
        found: Facets = {}
        for name, column in self._snapshot.facets.items():
            others = [mask for other, mask in self._filters.items() if other != name]
            counted = self._all(self.matched, others)
            counts = np.bincount(column.codes[counted[column.documents]])
            codes = np.flatnonzero(counts)
            if len(codes):
                values, often = self._snapshot.codes.names()[codes], counts[codes]
                order = np.lexsort((values, -often))
                found[name] = tuple(zip(values[order].tolist(), often[order].tolist(), strict=True))
        return found

    def met(self, way: Way) -> Mask:
        """Of which of the documents that matched a way adds to the score."""
        return self._matching.counts(way)

    def _score(self, way: Way, documents: Numbers) -> Values:
        total = np.zeros(len(documents))
        for term, weight in way.scored:
            evidence = self._snapshot.evidence(self.view, term)
            of_all = np.zeros(self._snapshot.size)
            of_all[evidence.documents] = evidence.weights
            total += weight * of_all[documents]
        if way.sound:
            for whole in (False, True):
                total += self.heard(way.sound, whole)[documents]
        return way.weight * total

    def heard(self, sound: str, whole: bool) -> Values:
        """What it adds to the score of each document that a reading begins with `sound`, or is exactly it when `whole`."""
        heard = self._snapshot.sounding(sound, whole)
        rarity = scoring.rarity(self.view.count, int(np.count_nonzero(heard & self._visible)))
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
