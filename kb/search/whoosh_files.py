"""Files on the disk, durable and checked. Whoosh never calls fsync and keeps no checksums, so the storage here does."""

import os
import zlib
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from kb.search.index import IndexUnusable


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh ships no types
    """Where Whoosh writes its table of contents: sealed, and on the disk before it has its name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh commits by this rename: first the content, then the name, then the folder reach the disk."""
        folder = Path(self.folder)
        _seal(folder / oldname)
        sync(folder / oldname)
        super().rename_file(oldname, newname, safe=safe)
        sync(folder)


def _seal(path: Path) -> None:
    """Put a checksum at the end of a table of contents, where Whoosh does not look."""
    with path.open("r+b") as file:
        file.write(_crc(file.read()))


def _crc(data: bytes) -> bytes:
    return f"{zlib.crc32(data):08x}".encode()


class SealedStorage(FileStorage):  # type: ignore[misc]  # Whoosh ships no types
    """Opens a table of contents only when its checksum is right."""

    def open_file(self, name: str, **_: Any) -> BufferFile:
        """The file's bytes in memory."""
        sealed = (Path(self.folder) / name).read_bytes()
        data, seal = sealed[:-8], sealed[-8:]
        if seal != _crc(data):
            raise IndexUnusable(f"The search index is damaged: {name} does not have its checksum.")
        return BufferFile(data, name=name)
