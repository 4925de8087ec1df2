"""The index at one commit, as columns: what filtering, counting and sorting need, in NumPy arrays over all documents.

A snapshot is immutable and shared by threads. Columns are made once per segment and joined per commit, so a commit
costs what it added. Document numbers run through the segments in order.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kb.search.index import Face
from kb.search.record import Figures, Shown
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.whoosh_storage import SOUNDS, Postings, Segment

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


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


class Snapshot:
    """Everything searchable at one commit."""

    def __init__(self, parts: list[Part], codes: Codes) -> None:
        self.parts = parts
        self.codes = codes
        self.size = sum(len(part.columns.ids) for part in parts)

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

    def visible(self, town: str | None, member: bool) -> Mask:
        """What a viewer may read: own faces of the own town, public faces of the others."""
        towns, own, members_only = self._seen_by
        codes = self.codes.known((town,)) if town is not None else []
        mine = towns == (codes[0] if codes else -1)
        public = ~mine & ~own if member else ~mine & ~own & ~members_only
        seen: Mask = self.alive & ((mine & own) | public)
        return seen

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

    def shown(self, number: int) -> Shown:
        """What a hit on a document shows."""
        part = next(part for part in reversed(self.parts) if part.base <= number)
        return part.columns.segment.shown(number - part.base)

    def postings(self, name: str, term: str) -> Postings:
        """Where a term stands in a field, deleted documents too."""
        found = [(part.columns.segment.postings(name, term), part.base) for part in self.parts]
        held = [(postings, base) for postings, base in found if postings]
        return (
            np.concatenate([np.empty(0, np.int64), *(postings[0] + base for postings, base in held)]),
            np.concatenate([np.empty(0), *(postings[1] for postings, _ in held)]),
        )

    def sounding(self, sound: str, whole: bool) -> Mask:
        """Documents with a reading that begins with `sound`, or is exactly it when `whole`."""
        mask = np.zeros(self.size, bool)
        if whole:
            mask[self.postings(SOUNDS, sound)[0]] = True
            return mask
        for part in self.parts:
            mask[part.columns.segment.beginning_with(SOUNDS, sound) + part.base] = True
        return mask
