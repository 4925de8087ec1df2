"""Whoosh's files on the disk: durable, checked, and read through a memory map.

Whoosh never calls fsync and keeps no checksums, so the storage here does, before a new table of contents becomes visible.
It would also copy a segment into memory to read it; the files here are windows on a map.
"""

import os
import zlib
from pathlib import Path
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from kb.search.index import IndexUnusable

SEGMENT, CHECKSUM = ".seg", ".crc"

_PORTION = 1 << 20
"""Bytes that are read at a time for a checksum."""


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
    beside.write_bytes(_crc_of(path))
    sync(beside)


def _seal(path: Path) -> None:
    """Put a checksum at the end of a table of contents, where Whoosh does not look."""
    with path.open("r+b") as file:
        file.write(_crc(file.read()))


def _crc(data: bytes) -> bytes:
    return f"{zlib.crc32(data):08x}".encode()


def _crc_of(path: Path) -> bytes:
    so_far = 0
    with path.open("rb") as file:
        while portion := file.read(_PORTION):
            so_far = zlib.crc32(portion, so_far)
    return f"{so_far:08x}".encode()


def check(path: Path) -> None:
    """IndexUnusable when a segment's bytes are not those that were written."""
    if _crc_of(path) != path.with_name(path.name + CHECKSUM).read_bytes():
        raise IndexUnusable(f"The search index is damaged: {path.name} does not have its checksum.")


class SealedStorage(FileStorage):  # type: ignore[misc]  # Whoosh ships no types
    """Opens a table of contents only when its checksum is right."""

    def open_file(self, name: str, **_: Any) -> BufferFile:
        """The file's bytes in memory."""
        sealed = (Path(self.folder) / name).read_bytes()
        data, seal = sealed[:-8], sealed[-8:]
        if seal != _crc(data):
            raise IndexUnusable(f"The search index is damaged: {name} does not have its checksum.")
        return BufferFile(data, name=name)


class Mapped(CompoundStorage):  # type: ignore[misc]  # Whoosh ships no types
    """A segment's files, read where they lie."""

    def open_file(self, name: str, *_: Any, **__: Any) -> BufferFile:
        """A window on the map; a copy where the system gave no map."""
        if not self._source:
            return super().open_file(name)
        start, length = self.range(name)
        return _Window(memoryview(self._source)[start : start + length], name)


class _Window(BufferFile):  # type: ignore[misc]  # Whoosh ships no types
    """Whoosh's file over a buffer, without its copy of the buffer."""

    def __init__(self, buffer: memoryview, name: str) -> None:
        super().__init__(b"", name=name)
        self._buf = buffer
        self.file = _Cursor(buffer)


class _Cursor:
    """What unpickling and Whoosh's own readers ask of a file, over a buffer."""

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._buffer)}[whence]
        self._at = base + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = len(self._buffer) if size < 0 else min(len(self._buffer), self._at + size)
        found = bytes(self._buffer[self._at : end])
        self._at += len(found)
        return found

    def readline(self) -> bytes:
        rest = bytes(self._buffer[self._at :])
        return self.read(rest.find(b"\n") + 1 or len(rest))

    def close(self) -> None:
        self._buffer = memoryview(b"")
