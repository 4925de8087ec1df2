"""Which documents a plan matches, as masks over all documents: strictly, and loosely where hardly any match strictly."""

import numpy as np

from kb.search import scoring
from kb.search.plan import SHARE, Need, Plan, Way, as_written
from kb.search.whoosh_columns import Mask, Values
from kb.search.whoosh_snapshot import Snapshot, View


class Matching:
    """A plan over the documents of a view. Made for one query; what units are met is looked up once."""

    def __init__(self, snapshot: Snapshot, view: View, plan: Plan) -> None:
        self._snapshot = snapshot
        self._view = view
        self.plan = self._plan = as_written(plan, self._is_written)
        self._met_needs: dict[Need, Mask] = {}
        self.strict = self._strict()
        self.loose = self._loose()
        """What matches loosely and not strictly."""
        self.matched = self.strict | self.loose

    def counts(self, way: Way) -> Mask:
        """Of which documents a way adds to the score: those that satisfy it, and of loose ones all."""
        return self.loose | self._met(way, self.strict)

    def _strict(self) -> Mask:
        if not self._plan.clauses and not self._plan.everything:
            return np.zeros_like(self._view.mask)
        mask = self._view.mask
        for clause in sorted(self._plan.clauses, key=lambda clause: any(way.literal for way in clause)):
            mask = mask & self._any(clause, mask)
        return self._without_left_out(mask)

    def _any(self, clause: tuple[Way, ...], among: Mask) -> Mask:
        met = np.zeros_like(among)
        for way in clause:
            met |= self._met(way, among)
        return met

    def _without_left_out(self, mask: Mask) -> Mask:
        for way in self._plan.left_out:
            mask = mask & ~self._met(way, mask)
        return mask

    def _loose(self) -> Mask:
        if np.count_nonzero(self.strict) >= self._plan.few:
            return np.zeros_like(self._view.mask)
        mask = self._view.mask & ~self.strict & (self._share() >= SHARE)
        for clause in self._plan.clauses:
            if any(way.literal for way in clause):
                mask = mask & self._any(clause, mask)
        return self._without_left_out(mask)

    def _share(self) -> Values:
        """How much of the rarity of what is asked each document meets, 0…1."""
        met, whole = np.zeros(self._snapshot.size), 0.0
        for clause in self._plan.clauses:
            weight = self._weight(clause[0])
            whole += weight
            met += weight * np.maximum.reduce([self._share_of(way) for way in clause])
        return np.round(met / whole, scoring.DECIMALS) if whole else met

    def _share_of(self, way: Way) -> Values:
        """The same of a way. Who is heard meets all of it."""
        share, whole = np.zeros(self._snapshot.size), self._weight(way)
        for need in way.needs if whole else ():
            share += self._rarity(need) / whole * self._has(need)
        if way.sound:
            share = np.maximum(share, self._snapshot.sounding(way.sound, whole=False))
        return share

    def _weight(self, way: Way) -> float:
        return sum((self._rarity(need) for need in way.needs), 0.0)

    def _rarity(self, need: Need) -> float:
        """Of a unit that nobody has, nothing: it tells no document from another."""
        holding = int(np.count_nonzero(self._has(need)))
        return scoring.rarity(self._view.count, holding) if holding else 0.0

    def _met(self, way: Way, among: Mask) -> Mask:
        """Which documents satisfy a way. Phrases are looked up in the text, so only of those in `among`."""
        met = np.zeros_like(among)
        if way.enough:
            met = np.sum([self._has(need) for need in way.needs], axis=0) >= way.enough
        if way.literal:
            return self._holding(way.literal, met & among)
        if way.sound:
            met = met | self._snapshot.sounding(way.sound, whole=False)
        return met & self._view.mask

    def _is_written(self, term: str) -> bool:
        return len(self._snapshot.evidence(self._view, term).documents) > 0

    def _holding(self, literal: str, among: Mask) -> Mask:
        mask = np.zeros_like(among)
        mask[self._snapshot.standing(literal, np.flatnonzero(among))] = True
        return mask

    def _has(self, need: Need) -> Mask:
        if need not in self._met_needs:
            has = np.zeros(self._snapshot.size, bool)
            for terms in need.alternatives:
                has |= np.logical_and.reduce([self._holds(term) for term in terms])
            self._met_needs[need] = has
        return self._met_needs[need]

    def _holds(self, term: str) -> Mask:
        mask = np.zeros(self._snapshot.size, bool)
        mask[self._snapshot.evidence(self._view, term).documents] = True
        return mask
