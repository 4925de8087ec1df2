"""A segment's documents as columns: what filtering, counting and sorting need, in NumPy arrays. Made once per segment."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kb.search.index import Face
from kb.search.record import Figures
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.whoosh_storage import Segment

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
