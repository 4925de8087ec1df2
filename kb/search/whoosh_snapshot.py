"""The index at one commit, as columns: what filtering, counting and sorting need, in NumPy arrays over all documents.

A snapshot is immutable and shared by threads. Columns are made once per segment and joined per commit, so a commit
costs what it added. Document numbers run through the segments in order.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kb.search.index import Face
from kb.search.kept import Kept
from kb.search.record import Figures
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.sheet import Sheet
from kb.search.whoosh_storage import SOUNDS, Postings, Segment

POSTINGS_BUDGET = 64 * 1024 * 1024
"""Bytes of decoded postings that a process keeps: 8 a posting, so all of the words that people search often."""
VIEWS_BUDGET = 4 * 1024 * 1024
"""Bytes of what viewers may read that a snapshot keeps: one a document and viewer's town."""
SOUNDS_BUDGET = 4 * 1024 * 1024
"""Bytes of documents by the beginning of their readings that a process keeps: 4 a document."""
ENTRY = 200
"""About how many bytes an empty value takes in memory with its key."""

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


class Memory:
    """What is kept of segments, which never change; those that are gone are forgotten for want of use."""

    def __init__(self) -> None:
        self.postings: Kept[tuple[str, str, str], Postings] = Kept(POSTINGS_BUDGET)
        self.beginnings: Kept[tuple[str, str], npt.NDArray[np.int32]] = Kept(SOUNDS_BUDGET)


class Codes:
    """Facet values as small numbers that stay the same for the life of the process. Written under the index's own lock."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, value: str) -> int:
        """The number of a value, given on first sight."""
        if value not in self._codes:
            self.values.append(value)
            self._codes[value] = len(self.values) - 1
        return self._codes[value]

    def known(self, values: tuple[str, ...]) -> list[int]:
        """Numbers of the values that any document ever had."""
        return [self._codes[value] for value in values if value in self._codes]


@dataclass(frozen=True)
class FacetColumn:
    """Document numbers and value codes side by side; a document stands once per value."""

    documents: Numbers
    codes: Numbers


@dataclass(frozen=True)
class Columns:
    """A segment's documents, opened once."""

    segment: Segment
    ids: list[str]
    titles: list[str]
    sounds: list[tuple[str, ...]]
    versions: list[int]
    own: Mask
    members_only: Mask
    towns: Numbers
    published_at: Values
    lengths: dict[str, Values]
    facets: dict[str, FacetColumn]


def columns(segment: Segment, codes: Codes) -> Columns:
    """Read a segment's figures into columns."""
    rows = segment.figures()
    return Columns(
        segment=segment,
        ids=[row.id for row in rows],
        titles=[row.title for row in rows],
        sounds=[row.sounds for row in rows],
        versions=[row.version for row in rows],
        own=np.array([row.face is Face.OWN for row in rows], bool),
        members_only=np.array([row.members_only for row in rows], bool),
        towns=np.array([codes.code(row.town) for row in rows], np.int64),
        published_at=np.array([row.published_at for row in rows], np.float64),
        lengths={name: np.array([row.lengths[name] for row in rows], np.float64) for name in FIELD_WEIGHTS},
        facets={name: _facet(name, rows, codes) for name in {name for row in rows for name in row.facets}},
    )


def _facet(name: str, rows: list[Figures], codes: Codes) -> FacetColumn:
    pairs = [(number, codes.code(value)) for number, row in enumerate(rows) for value in row.facets.get(name, ())]
    return FacetColumn(np.array([pair[0] for pair in pairs], np.int64), np.array([pair[1] for pair in pairs], np.int64))


@dataclass(frozen=True)
class Part:
    """A segment in a snapshot: its columns, its first document number, and which of its documents are deleted."""

    columns: Columns
    base: int
    deleted: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class View:
    """What one kind of viewer may read, and the figures of it that scores are made with."""

    mask: Mask
    count: int
    means: dict[str, float]
    """Scored field to mean length in words, among documents that have it: an optional field is not long for being there."""

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return self.mask.nbytes + ENTRY


class Snapshot:
    """Everything searchable at one commit."""

    def __init__(self, parts: list[Part], codes: Codes, memory: Memory) -> None:
        self.parts = parts
        self.codes = codes
        self.size = sum(len(part.columns.ids) for part in parts)
        self._memory = memory
        self._views: Kept[tuple[int, bool], View] = Kept(VIEWS_BUDGET)

    @cached_property
    def alive(self) -> Mask:
        """Documents that are not deleted."""
        mask = np.ones(self.size, bool)
        for part in self.parts:
            mask[[part.base + number for number in part.deleted]] = False
        return mask

    @cached_property
    def ids(self) -> list[str]:
        """Document ids."""
        return [id_ for part in self.parts for id_ in part.columns.ids]

    @cached_property
    def published_at(self) -> Values:
        """POSIX seconds."""
        return np.concatenate([np.empty(0), *(part.columns.published_at for part in self.parts)])

    @cached_property
    def newest_first(self) -> Numbers:
        """The rank of each document in the order newest first, then by id; the two faces of a manual rank alike."""
        ids = np.unique(np.array(self.ids, object), return_inverse=True)[1]
        order = np.lexsort((ids, -self.published_at))
        ranks = np.empty(self.size, np.int64)
        ranks[order] = np.arange(self.size)
        return ranks

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
        return View(mask, int(np.count_nonzero(mask)), means)

    @cached_property
    def places(self) -> dict[tuple[str, Face], tuple[int, int]]:
        """(id, face) to document number and version, of what is not deleted."""
        own = self._seen_by[1]
        versions = [version for part in self.parts for version in part.columns.versions]
        return {
            (self.ids[number], Face.OWN if own[number] else Face.PUBLIC): (number, versions[number])
            for number in map(int, np.flatnonzero(self.alive))
        }

    def titles(self, mask: Mask) -> list[tuple[str, tuple[str, ...]]]:
        """Title and sound keys of the documents in `mask`."""
        titles = [title for part in self.parts for title in part.columns.titles]
        sounds = [keys for part in self.parts for keys in part.columns.sounds]
        return [(titles[number], sounds[number]) for number in map(int, np.flatnonzero(mask))]

    @cached_property
    def _bases(self) -> list[int]:
        return [part.base for part in self.parts]

    def _located(self, number: int) -> tuple[Segment, int]:
        part = self.parts[bisect_right(self._bases, number) - 1]
        return part.columns.segment, number - part.base

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
        return [(part.base, self._postings(part.columns.segment, name, term)) for part in self.parts]

    def _postings(self, segment: Segment, name: str, term: str) -> Postings:
        return self._memory.postings.get(
            (segment.name, name, term),
            lambda: segment.postings(name, term),
            lambda found: sum(array.nbytes for array in found) + ENTRY,
        )

    def sounding(self, sound: str, whole: bool) -> Mask:
        """Documents with a reading that begins with `sound`, or is exactly it when `whole`."""
        mask = np.zeros(self.size, bool)
        for part in self.parts:
            mask[self._heard(part.columns.segment, sound, whole) + part.base] = True
        return mask

    def _heard(self, segment: Segment, sound: str, whole: bool) -> npt.NDArray[np.int32]:
        if whole:
            return self._postings(segment, SOUNDS, sound)[0]
        return self._memory.beginnings.get(
            (segment.name, sound),
            lambda: segment.beginning_with(SOUNDS, sound),
            lambda found: found.nbytes + ENTRY,
        )


def _mean(lengths: Values) -> float:
    filled = lengths[lengths > 0]
    return float(filled.sum() / len(filled)) if len(filled) else 0.0
