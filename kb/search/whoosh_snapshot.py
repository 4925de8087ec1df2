"""The index at one commit, as columns: what filtering, counting and sorting need, in NumPy arrays over all documents.

A snapshot is immutable and shared by threads. Columns are made once per segment and joined per commit, so a commit
costs what it added. Document numbers run through the segments in order.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kb.search import scoring
from kb.search.flat_terms import Documents
from kb.search.index import GROUPED_BY, Face
from kb.search.kept import Kept
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.sheet import Sheet
from kb.search.titles import Ranked
from kb.search.whoosh_columns import Codes, FacetColumn, Ids, Mask, Numbers, Part, Values
from kb.search.whoosh_segment import NOWHERE, SOUNDS, Postings, Segment

VIEWS_BUDGET = 4 * 1024 * 1024
"""Bytes of what viewers may read that a snapshot keeps: one a document and viewer's town."""
SPARSE = 16
"""A term is rare when it stands in fewer than one document of so many."""
ENTRY = 200
"""About how many bytes an empty value takes in memory with its key."""


@dataclass(frozen=True)
class View:
    """What one kind of viewer may read, and the figures of it that scores are made with."""

    key: tuple[int, bool]
    """Code of the viewer's town and membership: one view for all who have the same."""
    mask: Mask
    count: int
    means: dict[str, float]
    """Scored field to mean length in words, among documents that have it: an optional field is not long for being there."""

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return self.mask.nbytes + ENTRY


@dataclass(frozen=True)
class Evidence:
    """What a term says of the documents of a view that hold it: `weights` 0… without the term's own weight in a query."""

    documents: npt.NDArray[np.int32]
    """In order, each once."""
    weights: Values

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return self.documents.nbytes + self.weights.nbytes + ENTRY


class Snapshot:
    """Everything searchable at one commit. What costs is made once for each segment, which outlives the snapshot."""

    def __init__(self, parts: list[Part], codes: Codes, memory: int) -> None:
        """`memory` is how many bytes of evidence are kept: 12 for each document of a term and kind of viewer."""
        self.parts = parts
        self.codes = codes
        self.size = sum(len(part.columns.ids) for part in parts)
        self._views: Kept[tuple[int, bool], View] = Kept(VIEWS_BUDGET)
        self._evidence: Kept[tuple[tuple[int, bool], str], Evidence] = Kept(memory)

    @cached_property
    def alive(self) -> Mask:
        """Documents that are not deleted."""
        return np.concatenate([np.empty(0, bool), *(part.alive for part in self.parts)])

    @cached_property
    def ids(self) -> Ids:
        """Document ids, in UTF-8."""
        return np.concatenate([np.empty(0, "S1"), *(part.columns.ids for part in self.parts)])

    @cached_property
    def published_at(self) -> Values:
        """POSIX seconds."""
        return np.concatenate([np.empty(0), *(part.columns.published_at for part in self.parts)])

    @cached_property
    def lengths(self) -> dict[str, Values]:
        """Scored field to number of words of each document."""
        return {
            name: np.concatenate([np.empty(0), *(part.columns.lengths[name] for part in self.parts)])
            for name in FIELD_WEIGHTS
        }

    @cached_property
    def facets(self) -> dict[str, FacetColumn]:
        """Facets over all documents."""
        found: dict[str, FacetColumn] = {}
        for name in sorted({name for part in self.parts for name in part.columns.facets}):
            pieces = [(part.columns.facets[name], part.base) for part in self.parts if name in part.columns.facets]
            found[name] = FacetColumn(
                np.concatenate([piece.documents + base for piece, base in pieces]),
                np.concatenate([piece.codes for piece, _ in pieces]),
            )
        return found

    @cached_property
    def _seen_by(self) -> tuple[Numbers, Mask, Mask]:
        empty = np.empty(0, np.int64)
        towns = np.concatenate([empty, *(part.columns.towns for part in self.parts)])
        own = np.concatenate([empty.astype(bool), *(part.columns.own for part in self.parts)])
        members_only = np.concatenate([empty.astype(bool), *(part.columns.members_only for part in self.parts)])
        return towns, own, members_only

    @property
    def own(self) -> Mask:
        """Documents that are own faces: of those that a viewer may read, the ones of the viewer's town."""
        return self._seen_by[1]

    @property
    def towns(self) -> Numbers:
        """Codes of the towns that the documents are of."""
        return self._seen_by[0]

    @cached_property
    def groups(self) -> Numbers:
        """Codes of the procedures of the documents; a number of its own below 0 for each without one."""
        found = -1 - np.arange(self.size)
        column = self.facets.get(GROUPED_BY)
        if column is not None:
            found[column.documents[::-1]] = column.codes[::-1]  # of several the first
        return found

    def view(self, town: str | None, member: bool) -> View:
        """What a viewer may read: own faces of the own town, public faces of the others."""
        codes = self.codes.known((town,)) if town is not None else []
        code = codes[0] if codes else -1
        return self._views.get((code, member), lambda: self._view(code, member), lambda view: view.size)

    def _view(self, town: int, member: bool) -> View:
        towns, own, members_only = self._seen_by
        mine = towns == town
        public = ~mine & ~own if member else ~mine & ~own & ~members_only
        mask: Mask = self.alive & ((mine & own) | public)
        means = {name: _mean(lengths[mask]) for name, lengths in self.lengths.items()}
        return View((town, member), mask, int(np.count_nonzero(mask)), means)

    def held(self, ids: Collection[str]) -> dict[tuple[str, Face], tuple[int, int]]:
        """Of those of these ids that are there: (id, face) to document number and version."""
        wanted = np.array([id_.encode() for id_ in ids], "S") if ids else np.empty(0, "S1")
        found = {}
        for part in self.parts:
            for number in part.columns.places(wanted).tolist():
                if part.alive[number]:
                    found[part.columns.key(number)] = (part.base + number, int(part.columns.versions[number]))
        return found

    def versions(self) -> dict[tuple[str, Face], int]:
        """(id, face) to version, of what is not deleted."""
        found: dict[tuple[str, Face], int] = {}
        for part in self.parts:
            columns, alive = part.columns, part.alive
            ids, own = (column[alive].tolist() for column in (columns.ids, columns.own))
            keys = [(id_.decode(), Face.OWN if mine else Face.PUBLIC) for id_, mine in zip(ids, own, strict=True)]
            found.update(zip(keys, columns.versions[alive].tolist(), strict=True))
        return found

    def suggested(self, prefix: str, limit: int, view: View) -> list[str]:
        """See `titles.suggestions`."""
        found: list[Ranked] = []
        for part in self.parts:
            seen = view.mask[part.base : part.base + part.columns.segment.size]
            found += part.columns.names.ranked(prefix, limit, seen)
        return list(dict.fromkeys(name for *_, name in sorted(found)))[: max(limit, 0)]

    @cached_property
    def _bases(self) -> list[int]:
        return [part.base for part in self.parts]

    def _located(self, number: int) -> tuple[Segment, int]:
        part = self.parts[bisect_right(self._bases, number) - 1]
        return part.columns.segment, number - part.base

    def by_part(self, numbers: Iterable[int]) -> list[frozenset[int]]:
        """For each segment, which of its documents (by its own numbers) are among these."""
        found: list[set[int]] = [set() for _ in self.parts]
        for number in numbers:
            place = bisect_right(self._bases, number) - 1
            found[place].add(number - self._bases[place])
        return list(map(frozenset, found))

    def sheet(self, number: int) -> Sheet:
        """What a hit on a document shows."""
        segment, place = self._located(number)
        return segment.sheet(place)

    def standing(self, literal: str, numbers: Numbers) -> Numbers:
        """Those of the documents in one of whose texts `literal` (folded, without spaces) stands."""
        wanted = literal.encode()
        found = []
        for number in numbers.tolist():
            segment, place = self._located(number)
            if wanted in segment.folded(place):
                found.append(number)
        return np.array(found, np.int64)

    def postings(self, name: str, term: str) -> list[tuple[int, Postings]]:
        """Where a term stands in a field, deleted documents too: per segment its first document number, and postings."""
        return [(part.base, part.columns.segment.postings(name, term)) for part in self.parts]

    def evidence(self, view: View, term: str) -> Evidence:
        """What a term says of each document of a view that holds it, over all scored fields."""
        return self._evidence.get((view.key, term), lambda: self._weighed(view, term), lambda found: found.size)

    def _weighed(self, view: View, term: str) -> Evidence:
        numbers, weights = [np.empty(0, np.int32)], [np.empty(0)]
        for name, lengths in self.lengths.items():
            its, counts = self._standing(name, term)
            if len(its):
                seen = view.mask[its]
                its, counts = its[seen], counts[seen]
                numbers.append(its)
                weights.append(scoring.occurrences(name, counts, lengths[its], view.means[name]))
        found, total = summed(np.concatenate(numbers), np.concatenate(weights), self.size)
        return Evidence(found, scoring.rarity(view.count, len(found)) * scoring.saturated(total))

    def _standing(self, name: str, term: str) -> Postings:
        """Where a term stands in a field, over all segments."""
        held = [(base, postings) for base, postings in self.postings(name, term) if len(postings[0])]
        if not held:
            return NOWHERE
        documents = [numbers + np.int32(base) for base, (numbers, _) in held]
        return np.concatenate(documents), np.concatenate([counts for _, (_, counts) in held])

    def sounding(self, sound: str, whole: bool) -> Mask:
        """Documents with a reading that begins with `sound`, or is exactly it when `whole`."""
        mask = np.zeros(self.size, bool)
        for part in self.parts:
            mask[self._heard(part.columns.segment, sound, whole) + part.base] = True
        return mask

    @staticmethod
    def _heard(segment: Segment, sound: str, whole: bool) -> Documents:
        return segment.postings(SOUNDS, sound)[0] if whole else segment.beginning_with(SOUNDS, sound)


def summed(numbers: Documents, weights: Values, size: int) -> tuple[Documents, Values]:
    """Each document of `numbers` (below `size`) once, in order, with the sum of its weights, which are above 0.

    Most terms are rare: an array of all documents for each would take longer than everything else about it.
    """
    if len(numbers) * SPARSE < size:
        found, places = np.unique(numbers, return_inverse=True)
        return found, np.bincount(places, weights, len(found)).astype(np.float64)
    total = np.bincount(numbers, weights, size).astype(np.float64)
    every = np.flatnonzero(total > 0)  # of truth values, because it takes six times as long over numbers
    return every.astype(np.int32), total[every]


def _mean(lengths: Values) -> float:
    filled = lengths[lengths > 0]
    return float(filled.sum() / len(filled)) if len(filled) else 0.0
