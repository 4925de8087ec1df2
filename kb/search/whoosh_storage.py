"""Whoosh used for what it is good at: a durable, incremental store of postings, columns and stored values.

Nothing of Whoosh's analysis, query parser, scoring or collectors is used. It never calls fsync, so the storage here does, before a new table of contents
becomes visible. Posting blocks are pickles: the folder is private, and an index from outside is never opened.
"""

import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage, OverlayStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, FileIndex
from whoosh.matching import ListMatcher

from kb.search.index import IndexUnusable
from kb.search.record import Figures, Record, Shown, pack_figures, pack_shown, unpack_figures, unpack_shown
from kb.search.scoring import FIELD_WEIGHTS

LAYOUT = "1"
"""Changes with the schema or with what its values mean; an index of another layout is rebuilt."""

NAME = "MAIN"
SOUNDS = "sounds"
SEGMENT, CHECKSUM = ".seg", ".crc"
WRITE_MEMORY_MB = 256

Postings = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Document numbers in a segment, and how often the term stands in each."""


class Terms(fields.FieldType):  # type: ignore[misc]  # Whoosh ships no types
    """A field whose value is already analysed: index term to number of occurrences."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: dict[str, int], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's form of the value: (term, frequency, weight, nothing) each."""
        for term, count in value.items():
            yield term.encode(), count, float(count), b""


def schema() -> fields.Schema:
    """Scored fields, the sounds a document is found by, its figures as a column, and what a hit shows."""
    terms = {name: Terms() for name in (*FIELD_WEIGHTS, SOUNDS)}
    return fields.Schema(figures=fields.COLUMN(columns.VarBytesColumn()), shown=fields.STORED(), **terms)


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh ships no types
    """Files whose content is on the disk before the table of contents that names them appears."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._unsynced: set[str] = set()

    def create_file(self, name: str, **kwargs: Any) -> Any:
        """Remember the file until the next commit."""
        self._unsynced.add(name)
        return super().create_file(name, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh commits by this rename: first the files, then the name, then the folder reach the disk."""
        folder = Path(self.folder)
        _seal(folder / oldname)
        for name in sorted(self._unsynced):
            if self.file_exists(name):
                if name.endswith(SEGMENT):
                    _write_checksum(folder / name)
                sync(folder / name)
        self._unsynced.clear()
        super().rename_file(oldname, newname, safe=safe)
        sync(folder)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_checksum(path: Path) -> None:
    """Whoosh has no checksums; Whoosh's own cleaning removes this file with its segment, as it is named after it."""
    beside = path.with_name(path.name + CHECKSUM)
    beside.write_bytes(_crc(path.read_bytes()))
    sync(beside)


def _seal(path: Path) -> None:
    """Put a checksum at the end of a table of contents, where Whoosh does not look."""
    with path.open("r+b") as file:
        file.write(_crc(file.read()))


def _crc(data: bytes) -> bytes:
    return f"{zlib.crc32(data):08x}".encode()


def _check(path: Path) -> None:
    """IndexUnusable when a segment's bytes are not those that were written."""
    if _crc(path.read_bytes()) != path.with_name(path.name + CHECKSUM).read_bytes():
        raise IndexUnusable(f"The search index is damaged: {path.name} does not have its checksum.")


def create(folder: Path) -> None:
    """Make an empty index in an existing, empty folder."""
    FileIndex.create(DurableStorage(folder), schema(), NAME)


def latest_commit(folder: Path) -> int:
    """Number of the last commit, -1 when there is none. Cheap: one listing of a small folder."""
    return int(TOC._latest_generation(DurableStorage(folder), NAME))


class _SealedStorage(FileStorage):  # type: ignore[misc]  # Whoosh ships no types
    """Opens a table of contents only when its checksum is right."""

    def open_file(self, name: str, **_: Any) -> BufferFile:
        """The file's bytes in memory."""
        sealed = (Path(self.folder) / name).read_bytes()
        data, seal = sealed[:-8], sealed[-8:]
        if seal != _crc(data):
            raise IndexUnusable(f"The search index is damaged: {name} does not have its checksum.")
        return BufferFile(data, name=name)


def segments_at(folder: Path, commit: int) -> list[Any]:
    """The segments of a commit, with their deletions. IndexUnusable when damaged, FileNotFoundError when gone."""
    if commit < 0:
        raise IndexUnusable("The search index has no table of contents.")
    with _reading():
        return list(TOC.read(_SealedStorage(str(folder)), NAME, gen=commit).segments)


@contextmanager
def writing(folder: Path) -> Iterator[Any]:
    """A Whoosh writer that commits at the end, durably, and leaves nothing behind when the block raises."""
    writer = FileIndex(DurableStorage(folder), indexname=NAME).writer(limitmb=WRITE_MEMORY_MB)
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
        figures=pack_figures(made.figures), shown=pack_shown(made.shown), **made.terms, **{SOUNDS: sounds}
    )


class Segment:
    """One immutable segment, open for reading. Whoosh's readers keep a position, so one thread reads at a time."""

    def __init__(self, folder: Path, segment: Any) -> None:
        self._lock = threading.Lock()
        self.name = str(segment.segment_id())
        self.size = int(segment.doc_count_all())
        with _reading():
            storage = DurableStorage(folder)
            _check(folder / segment.make_filename(SEGMENT))
            files = OverlayStorage(segment.open_compound_file(storage), storage)
            codec = segment.codec()
            self._terms = codec.terms_reader(files, segment)
            self._documents = codec.per_document_reader(files, segment)

    def figures(self) -> list[Figures]:
        """The figures of every document, deleted ones too, in order."""
        with self._lock, _reading():
            column = self._documents.column_reader("figures", columns.VarBytesColumn())
            return [unpack_figures(data) for data in column]

    def shown(self, number: int) -> Shown:
        """What a hit on a document shows."""
        with self._lock, _reading():
            return unpack_shown(self._documents.stored_fields(number)["shown"])

    def postings(self, field: str, term: str) -> Postings | None:
        """Where a term stands, deleted documents too; None when nowhere."""
        with self._lock, _reading():
            return self._postings(field, term.encode())

    def beginning_with(self, field: str, prefix: str) -> npt.NDArray[np.int64]:
        """Documents with a term that begins with `prefix`, deleted ones too; some may be named twice."""
        wanted, found = prefix.encode(), [np.empty(0, np.int64)]
        with self._lock, _reading():
            if field in self._terms.indexed_field_names():
                names: list[bytes] = []
                for name, term in self._terms.terms_from(field, wanted):
                    if name != field or not term.startswith(wanted):
                        break
                    names.append(term)
                held = (self._postings(field, term) for term in names)
                found += [postings[0] for postings in held if postings]
        return np.concatenate(found)

    def _postings(self, field: str, term: bytes) -> Postings | None:
        if (field, term) not in self._terms:
            return None
        matcher = self._terms.matcher(field, term, formats.Existence())
        ids: list[int] = []
        weights: list[float] = []
        if isinstance(matcher, ListMatcher):
            while matcher.is_active():
                ids.append(matcher.id())
                weights.append(matcher.weight())
                matcher.next()
        else:
            _read_blocks(matcher, ids, weights)
        return np.array(ids, np.int64), np.array(weights, np.float64)


def _read_blocks(matcher: Any, ids: list[int], weights: list[float]) -> None:
    """Whole blocks at a time: the public interface costs several Python calls per posting. Whoosh is pinned exactly."""
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_weights()
        ids.extend(matcher._ids)
        weights.extend(matcher._weights)
        matcher._next_block()


@contextmanager
def _reading() -> Iterator[None]:
    """Damaged files make Whoosh raise nearly anything; whatever it is, the index must be rebuilt."""
    try:
        yield
    except (FileNotFoundError, IndexUnusable):
        raise
    except Exception as error:
        raise IndexUnusable(f"The search index cannot be read: {error!r}") from error
