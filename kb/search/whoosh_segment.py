"""What a segment holds, as named arrays: made of analysed documents, or of other segments; and opened for reading.

A segment never changes. Documents are numbered from 0; fields, facets and columns speak of these numbers.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.search.flat_file import Array, Damaged, FlatFile, Pieces
from kb.search.flat_terms import Counts, Documents, Inverted, Lookup, inverted, merged
from kb.search.flat_texts import Mask, Table, Texts, joined, texts
from kb.search.index import Face, IndexUnusable
from kb.search.kept import Kept
from kb.search.record import Record, encoded
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.sheet import Sheet

SOUNDS, TYPED = "sounds", "typed"
FIELDS = (*FIELD_WEIGHTS, SOUNDS, TYPED)
"""What is searched by term: the scored fields, what a document is heard as, and what is typed for that."""
OWN, MEMBERS_ONLY = 1, 2
"""Bits of the column of flags."""
NUMBERS = ("version", "published", "flags", "id", *(f"length {name}" for name in FIELD_WEIGHTS))
"""Columns with one item for each document."""
TEXTS = ("title", "folded", "rest")
"""Columns with one text for each document: title, the two halves of its sheet."""

WINDOW = 500
"""About how many bytes a term takes whose place was looked up; what stands there is not copied."""
WINDOWS_BUDGET = 4 * 1024 * 1024
"""Bytes of looked-up terms that a segment keeps, as long as it is open."""

Arrays = dict[str, Array | Pieces]
Postings = tuple[Documents, Counts]
"""Document numbers in a segment, and how often the term stands in each."""

NOWHERE: Postings = (np.empty(0, np.int32), np.empty(0, np.uint16))


def of_records(records: Sequence[Record]) -> Arrays:
    """The arrays of analysed documents, in their order. ValueError for an id with a NUL."""
    figures = [one.figures for one in records]
    if any("\0" in one.id for one in figures):
        raise ValueError("A document's id holds a NUL.")
    ids = [one.id.encode() for one in figures]
    values = Table()
    arrays: Arrays = {
        "version": np.array([one.version for one in figures], np.int64),
        "published": np.array([one.published_at for one in figures], np.float64),
        "flags": np.array(
            [OWN * (one.face is Face.OWN) + MEMBERS_ONLY * one.members_only for one in figures], np.uint8
        ),
        "id": np.array(ids, f"S{max(map(len, ids), default=1)}"),
        "town": np.array([values.code(one.town.encode()) for one in figures], np.int32),
    }
    for name in FIELD_WEIGHTS:
        arrays[f"length {name}"] = np.array([one.lengths[name] for one in figures], np.int32)
    for name in sorted({name for one in figures for name in one.facets}):
        pairs = [
            (number, values.code(value.encode()))
            for number, one in enumerate(figures)
            for value in one.facets.get(name, ())
        ]
        _put_facet(arrays, name, *np.array(pairs, np.int32).reshape(-1, 2).T)
    _put_texts(arrays, "value", texts(values.values()))
    _put_texts(arrays, "title", texts([encoded(one.title) for one in figures]))
    _put_texts(arrays, "folded", texts([one.sheet.folded for one in records]))
    _put_texts(arrays, "rest", texts([one.sheet.rest for one in records]))
    for name in FIELD_WEIGHTS:
        terms = [one.terms[name] for one in records]
        _put_field(arrays, name, inverted([one.names for one in terms], [one.counts for one in terms]))
    _put_once(arrays, SOUNDS, [one.sounds for one in figures])
    _put_once(arrays, TYPED, [one.typed for one in figures])
    return arrays


def of_segments(segments: Sequence["Segment"], kept: Sequence[Mask]) -> Arrays:
    """The arrays of the documents that `kept` says of each segment, in order. IndexUnusable when one is damaged."""
    with reading():
        files = [one.file for one in segments]
        arrays: Arrays = {
            name: np.concatenate([file.array(name)[keep] for file, keep in zip(files, kept, strict=True)])
            for name in NUMBERS
        }
        for name in TEXTS:
            parts = [(file.array(name), file.array(f"{name} ends")) for file in files]
            _put_texts(arrays, name, joined(parts, kept))
        _merge_values(arrays, segments, kept)
        for name in FIELDS:
            _put_field(arrays, name, merged([one.field(name) for one in segments], kept))
    return arrays


def _merge_values(arrays: Arrays, segments: Sequence["Segment"], kept: Sequence[Mask]) -> None:
    """Towns and facets, whose codes are those of each segment's own table."""
    values = Table()
    codes = [np.array([values.code(value) for value in one.values()], np.int32) for one in segments]
    towns = [code[one.file.array("town")[keep]] for one, code, keep in zip(segments, codes, kept, strict=True)]
    arrays["town"] = np.concatenate(towns)
    for name in sorted({name for one in segments for name in one.facets()}):
        base, documents, found = 0, [], []
        for one, code, keep in zip(segments, codes, kept, strict=True):
            if name in one.facets():
                its, its_codes = one.facet(name)
                stays = keep[its]
                documents.append((np.cumsum(keep) - 1)[its[stays]] + base)
                found.append(code[its_codes[stays]])
            base += int(np.count_nonzero(keep))
        _put_facet(arrays, name, np.concatenate(documents).astype(np.int32), np.concatenate(found))
    _put_texts(arrays, "value", texts(values.values()))


def _put_texts(arrays: Arrays, name: str, found: Texts) -> None:
    arrays[f"{name} ends"], arrays[name] = found.ends, found.pieces


def _put_facet(arrays: Arrays, name: str, documents: npt.NDArray[np.int32], codes: npt.NDArray[np.int32]) -> None:
    arrays[f"facet {name}"], arrays[f"codes {name}"] = documents, codes


def _put_once(arrays: Arrays, name: str, terms: Sequence[Sequence[str]]) -> None:
    """A field in which a term only stands or does not."""
    names = [[encoded(term) for term in several] for several in terms]
    _put_field(arrays, name, inverted(names, [[1] * len(several) for several in names]))


def _put_field(arrays: Arrays, name: str, field: Inverted) -> None:
    arrays |= {
        f"terms {name}": field.terms,
        f"term ends {name}": field.ends,
        f"starts {name}": field.starts,
        f"documents {name}": field.documents,
        f"counts {name}": field.counts,
    }


class Segment:
    """One segment, open for reading. Safe for several threads."""

    def __init__(self, path: Path, name: str) -> None:
        """`name` is unique among segments. IndexUnusable when damaged, FileNotFoundError when gone."""
        self.name = name
        with reading():
            self.file = FlatFile(path)
            self.size = self.file.length("version")
            self._windows: Kept[tuple[str, str, bool], Postings] = Kept(WINDOWS_BUDGET)
            self._lookups = {field: self._lookup(field) for field in FIELDS}

    def _lookup(self, field: str) -> Lookup:
        return Lookup(
            self.file.array(f"term ends {field}"), lambda start, end: self.file.data(f"terms {field}", start, end)
        )

    def check(self) -> None:
        """Read every byte. IndexUnusable when one is not as it was written."""
        with reading():
            self.file.check()

    def column(self, name: str) -> Array:
        """One of `NUMBERS`, or "town"."""
        with reading():
            return self.file.array(name)

    def texts(self, name: str) -> list[bytes]:
        """A column of texts."""
        with reading():
            data, ends = self.file.array(name).tobytes(), self.file.array(f"{name} ends").tolist()
        return [data[start:end] for start, end in pairwise([0, *ends])]

    def values(self) -> list[bytes]:
        """The table of towns and facet values."""
        return self.texts("value")

    def facets(self) -> list[str]:
        """Names of the facets that any document has."""
        return [name.removeprefix("facet ") for name in self.file.names() if name.startswith("facet ")]

    def facet(self, name: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Document numbers and value codes side by side."""
        with reading():
            return self.file.array(f"facet {name}"), self.file.array(f"codes {name}")

    def field(self, name: str) -> Inverted:
        """A whole field."""
        with reading():
            return Inverted(
                *(self.file.array(f"{part} {name}") for part in ("terms", "term ends", "starts", "documents", "counts"))
            )

    def folded(self, number: int) -> bytes:
        """The folded texts of a document, as its sheet holds them."""
        return self._text("folded", number)

    def sheet(self, number: int) -> Sheet:
        """What a hit on a document shows."""
        return Sheet(self._text("folded", number), self._text("rest", number))

    def _text(self, name: str, number: int) -> bytes:
        with reading():
            ends = self.file.array(f"{name} ends", max(number - 1, 0), number + 1).tolist()
            return self.file.data(name, ends[0] if number else 0, ends[-1])

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands, deleted documents too."""
        return self._windows.get((field, term, True), lambda: self._postings(field, term), lambda _: WINDOW)

    def beginning_with(self, field: str, prefix: str) -> Documents:
        """Documents with a term that begins with `prefix`, deleted ones too; some may be named twice."""
        return self._windows.get((field, prefix, False), lambda: self._beginning_with(field, prefix), lambda _: WINDOW)[
            0
        ]

    def _postings(self, field: str, term: str) -> Postings:
        with reading():
            place = self._lookups[field].place(encoded(term))
            return NOWHERE if place is None else self._between(field, place, place + 1)

    def _beginning_with(self, field: str, prefix: str) -> Postings:
        with reading():
            return self._between(field, *self._lookups[field].beginning_with(encoded(prefix)))

    def _between(self, field: str, first: int, behind: int) -> Postings:
        """Windows on the postings of neighbouring terms."""
        start, end = (int(self.file.array(f"starts {field}", place, place + 1)[0]) for place in (first, behind))
        return self.file.array(f"documents {field}", start, end), self.file.array(f"counts {field}", start, end)


@contextmanager
def reading() -> Iterator[None]:
    """Damage makes nearly anything raise; whatever it is, the index must be rebuilt."""
    try:
        yield
    except (FileNotFoundError, IndexUnusable):
        raise
    except (Damaged, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise IndexUnusable(f"The search index cannot be read: {error!r}") from error
