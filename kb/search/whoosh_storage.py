"""Whoosh used for what it is good at: a durable, incremental store of postings, columns and stored values.

Nothing of Whoosh's analysis, query parser, scoring or collectors is used. Posting blocks are pickles: the folder is
private, and an index from outside is never opened.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import OverlayStorage
from whoosh.index import TOC, FileIndex

from kb.search.index import IndexUnusable
from kb.search.record import Figures, Record, pack_figures, unpack_figures
from kb.search.scoring import FIELD_WEIGHTS
from kb.search.sheet import Sheet
from kb.search.whoosh_files import SEGMENT, DurableStorage, Mapped, SealedStorage, check

LAYOUT = f"3/{sys.byteorder}"
"""Changes with the schema or with what its values mean; an index of another layout is rebuilt."""

NAME = "MAIN"
SOUNDS = "sounds"
COLUMNS = ("figures", "folded", "rest")
WRITE_MEMORY_MB = 256
BLOCK = 2_048
"""Postings that are written, and read, at a time."""

Postings = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""Document numbers in a segment, and how often the term stands in each."""

NOWHERE: Postings = (np.empty(0, np.int32), np.empty(0, np.int32))


class Terms(fields.FieldType):  # type: ignore[misc]  # Whoosh ships no types
    """A field whose value is already analysed: index term to number of occurrences."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: dict[str, int], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's form of the value: (term, frequency, weight, nothing) each."""
        for term, count in value.items():
            yield term.encode(), count, float(count), b""


def schema() -> fields.Schema:
    """Scored fields, the sounds a document is found by, and in columns its figures and the two halves of its sheet."""
    terms = {name: Terms() for name in (*FIELD_WEIGHTS, SOUNDS)}
    return fields.Schema(**{name: fields.COLUMN(columns.VarBytesColumn()) for name in COLUMNS}, **terms)


def create(folder: Path) -> None:
    """Make an empty index in an existing, empty folder."""
    FileIndex.create(DurableStorage(folder), schema(), NAME)


def latest_commit(folder: Path) -> int:
    """Number of the last commit, -1 when there is none. Cheap: one listing of a small folder."""
    return int(TOC._latest_generation(DurableStorage(folder), NAME))


def segments_at(folder: Path, commit: int) -> list[Any]:
    """The segments of a commit, with their deletions. IndexUnusable when damaged, FileNotFoundError when gone."""
    if commit < 0:
        raise IndexUnusable("The search index has no table of contents.")
    with _reading():
        return list(TOC.read(SealedStorage(str(folder)), NAME, gen=commit).segments)


@contextmanager
def writing(folder: Path) -> Iterator[Any]:
    """A Whoosh writer that commits at the end, durably, and leaves nothing behind when the block raises."""
    codec = W3Codec(blocklimit=BLOCK, compression=0)
    codec.length_stats = False  # would look up, for every posting, a length that we keep among the figures
    writer = FileIndex(DurableStorage(folder), indexname=NAME).writer(limitmb=WRITE_MEMORY_MB, codec=codec)
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def add(writer: Any, made: Record) -> None:
    """Write a document."""
    sounds = dict.fromkeys(made.figures.sounds, 1)
    writer.add_document(
        figures=pack_figures(made.figures),
        folded=made.sheet.folded,
        rest=made.sheet.rest,
        **made.terms,
        **{SOUNDS: sounds},
    )


class Segment:
    """One immutable segment, open for reading. Whoosh's readers keep a position, so one thread reads at a time."""

    def __init__(self, folder: Path, segment: Any) -> None:
        self._lock = threading.Lock()
        self.name = str(segment.segment_id())
        self.size = int(segment.doc_count_all())
        with _reading():
            storage = DurableStorage(folder)
            path = segment.make_filename(SEGMENT)
            check(folder / path)
            files = OverlayStorage(Mapped(storage.open_file(path)), storage)
            codec = segment.codec()
            self._terms = codec.terms_reader(files, segment)
            documents = codec.per_document_reader(files, segment)
            self._columns = {name: documents.column_reader(name, columns.VarBytesColumn()) for name in COLUMNS}

    def figures(self) -> list[Figures]:
        """The figures of every document, deleted ones too, in order."""
        with self._lock, _reading():
            return [unpack_figures(data) for data in self._columns["figures"]]

    def folded(self, number: int) -> bytes:
        """The folded texts of a document, as its sheet holds them."""
        with _reading():
            return bytes(self._columns["folded"][number])

    def sheet(self, number: int) -> Sheet:
        """What a hit on a document shows."""
        with _reading():
            return Sheet(self.folded(number), bytes(self._columns["rest"][number]))

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands, deleted documents too."""
        with self._lock, _reading():
            return self._postings(field, term.encode())

    def beginning_with(self, field: str, prefix: str) -> npt.NDArray[np.int32]:
        """Documents with a term that begins with `prefix`, deleted ones too; some may be named twice."""
        wanted, found = prefix.encode(), [np.empty(0, np.int32)]
        with self._lock, _reading():
            if field in self._terms.indexed_field_names():
                names: list[bytes] = []
                for name, term in self._terms.terms_from(field, wanted):
                    if name != field or not term.startswith(wanted):
                        break
                    names.append(term)
                held = (self._postings(field, term) for term in names)
                found += [documents for documents, _ in held]
        return np.concatenate(found)

    def _postings(self, field: str, term: bytes) -> Postings:
        if (field, term) not in self._terms:
            return NOWHERE
        return _read_blocks(self._terms.matcher(field, term, formats.Existence()))


def _read_blocks(matcher: Any) -> Postings:
    """Whole blocks at a time: the public interface costs several Python calls per posting. Whoosh is pinned exactly.

    A block holds differences of document numbers, and a frequency for each or (as None, 1) for all of them.
    """
    numbers: list[npt.NDArray[np.int32]] = []
    counts: list[npt.NDArray[np.int32]] = []
    while matcher.is_active():
        matcher._read_data()
        steps, frequencies, _ = matcher._data
        numbers.append(np.cumsum(np.array(steps, np.int32), dtype=np.int32))
        each = 1 if frequencies is None else frequencies
        counts.append(np.broadcast_to(np.array(each, np.float64).astype(np.int32), len(steps)))
        matcher._next_block()
    return np.concatenate(numbers), np.concatenate(counts)


@contextmanager
def _reading() -> Iterator[None]:
    """Damaged files make Whoosh raise nearly anything; whatever it is, the index must be rebuilt."""
    try:
        yield
    except (FileNotFoundError, IndexUnusable):
        raise
    except Exception as error:
        raise IndexUnusable(f"The search index cannot be read: {error!r}") from error
