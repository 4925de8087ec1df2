"""A segment's documents as columns: what filtering, counting and sorting need, in NumPy arrays. Made once per segment."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kb.search.index import Face
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.titles import Names
from kb.search.whoosh_segment import MEMBERS_ONLY, OWN, TYPED, Segment

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Ids = npt.NDArray[np.bytes_]


class Codes:
    """Facet values as small numbers that stay the same for the life of the process. Written under the index's own lock."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}
        self._names: npt.NDArray[np.str_] = np.empty(0, np.str_)

    def names(self) -> npt.NDArray[np.str_]:
        """The values by number, as an array."""
        if len(self._names) != len(self.values):
            self._names = np.array(self.values, np.str_)
        return self._names

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


class Columns:
    """A segment's documents, opened once."""

    def __init__(self, segment: Segment, codes: Codes) -> None:
        """IndexUnusable when the segment is damaged."""
        self.segment = segment
        self.ids: Ids = segment.column("id")
        self.versions: Numbers = segment.column("version")
        self.published_at: Values = segment.column("published")
        flags = segment.column("flags")
        self.own: Mask = (flags & OWN) > 0
        self.members_only: Mask = (flags & MEMBERS_ONLY) > 0
        self.lengths: dict[str, Values] = {
            name: segment.column(f"length {name}").astype(np.float64) for name in FIELD_WEIGHTS
        }
        known = np.array([codes.code(value.decode()) for value in segment.values()], np.int64)
        self.towns: Numbers = known[segment.column("town")]
        self.facets: dict[str, FacetColumn] = {}
        for name in segment.facets():
            documents, found = segment.facet(name)
            self.facets[name] = FacetColumn(documents.astype(np.int64), known[found])

    @cached_property
    def _by_id(self) -> tuple[Numbers, Ids]:
        order = np.argsort(self.ids, kind="stable")
        return order, self.ids[order]

    def places(self, wanted: Ids) -> Numbers:
        """Numbers of the documents with one of these ids, both faces, deleted ones too; in no order."""
        order, ids = self._by_id
        first, behind = np.searchsorted(ids, wanted, side="left"), np.searchsorted(ids, wanted, side="right")
        spans = zip(first.tolist(), behind.tolist(), strict=True)
        return np.concatenate([np.empty(0, np.int64), *(order[start:end] for start, end in spans)])

    def key(self, number: int) -> tuple[str, Face]:
        """Id and face of a document."""
        return self.ids[number].decode(), Face.OWN if self.own[number] else Face.PUBLIC

    @cached_property
    def names(self) -> Names:
        """Titles, prepared for suggestions; what is typed for their readings stays in the segment."""
        titles = [title.decode("utf-8", "surrogatepass") for title in self.segment.texts("title")]
        return Names(titles, lambda typed: self.segment.beginning_with(TYPED, typed))


@dataclass(frozen=True)
class Part:
    """A segment in a snapshot: its columns, its first document number, and which of its documents are not deleted."""

    columns: Columns
    base: int
    alive: Mask
