"""Named NumPy arrays in one file, read where they lie through a memory map; every byte that is read is checked first.

The body is cut into blocks, each with a checksum of its own, so opening costs nothing and a damaged byte is noticed by
whoever reads near it. Layout: arrays one after the other; a footer (JSON: name → dtype, offset, length in items); checksums of
the blocks; a trailer with the lengths of both and their checksum.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 1 << 16
"""Bytes that share a checksum: what has to be read to read anything."""
_TRAILER = struct.Struct("<QQQI")
"""Length of the body, of the footer, number of blocks; checksum of footer, checksums and lengths."""
_ALIGNED = 8

Array = npt.NDArray[Any]
Pieces = Sequence[Array]
"""One array in several pieces of the same dtype, so that large ones need not stand in memory at once."""


class Damaged(Exception):
    """The bytes are not those that were written."""


def write_flat(path: Path, arrays: Mapping[str, Array | Pieces]) -> None:
    """Write arrays, each whole or in pieces. The file is on the disk only once somebody calls fsync."""
    table: dict[str, tuple[str, int, int]] = {}
    with path.open("wb") as file:
        blocks = _Blocks()
        for name, value in arrays.items():
            pieces = [value] if isinstance(value, np.ndarray) else list(value)
            table[name] = (pieces[0].dtype.str, blocks.length, sum(map(len, pieces)))
            for data in _padded(pieces):
                file.write(data)
                blocks.add(data)
        footer = json.dumps(table).encode()
        sums = np.array(blocks.sums(), np.uint32).tobytes()
        lengths = (blocks.length, len(footer), len(sums) // 4)
        file.write(footer + sums + _TRAILER.pack(*lengths, zlib.crc32(footer + sums + repr(lengths).encode())))


def _padded(pieces: Pieces) -> Iterator[memoryview]:
    """The bytes of an array, and zeros up to where the next one may begin."""
    length = 0
    for piece in pieces:
        data = memoryview(np.ascontiguousarray(piece).data).cast("B") if len(piece) else memoryview(b"")
        length += len(data)
        yield data
    yield memoryview(bytes(-length % _ALIGNED))


class _Blocks:
    """The checksums of what is written, block by block."""

    def __init__(self) -> None:
        self.length = 0
        self._sums: list[int] = []
        self._open = 0

    def add(self, data: memoryview) -> None:
        at = 0
        while at < len(data):
            room = BLOCK - self.length % BLOCK
            part = data[at : at + room]
            self._open = zlib.crc32(part, self._open)
            self.length += len(part)
            at += len(part)
            if self.length % BLOCK == 0:
                self._sums.append(self._open)
                self._open = 0

    def sums(self) -> list[int]:
        return self._sums + ([self._open] if self.length % BLOCK else [])


class FlatFile:
    """A written file, open for reading. Safe for several threads; it stays readable after its name is gone."""

    def __init__(self, path: Path) -> None:
        """Raises Damaged, or FileNotFoundError."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _TRAILER.size:
                raise Damaged(f"{path.name} is cut off.")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._name = path.name
        self._body, footer, blocks, crc = _TRAILER.unpack(self._map[-_TRAILER.size :])
        lengths = (self._body, footer, blocks)
        if self._body + footer + 4 * blocks + _TRAILER.size != size:
            raise Damaged(f"{path.name} has another length than was written.")
        described = self._map[self._body : -_TRAILER.size]
        if zlib.crc32(described + repr(lengths).encode()) != crc:
            raise Damaged(f"{path.name} is described by something else than was written.")
        self._table: dict[str, tuple[str, int, int]] = json.loads(described[:footer])
        self._sums = np.frombuffer(described, np.uint32, offset=footer) if blocks else np.empty(0, np.uint32)
        self._checked = bytearray(blocks)

    def names(self) -> list[str]:
        """Names of the arrays, in the order in which they were written."""
        return list(self._table)

    def length(self, name: str) -> int:
        """Items of an array."""
        return self._table[name][2]

    def array(self, name: str, start: int = 0, end: int | None = None) -> Array:
        """Items `start:end` of an array, which nobody may write to. KeyError for another name, Damaged."""
        kind, offset, length = self._table[name]
        dtype = np.dtype(kind)
        end = length if end is None else end
        first, last = offset + start * dtype.itemsize, offset + end * dtype.itemsize
        self._check(first, last)
        return np.frombuffer(self._map, dtype, end - start, first) if end > start else np.empty(0, dtype)

    def data(self, name: str, start: int, end: int) -> bytes:
        """A copy of items `start:end` of an array of bytes. KeyError for another name, Damaged."""
        offset = self._table[name][1]
        self._check(offset + start, offset + end)
        return self._map[offset + start : offset + end]

    def check(self) -> None:
        """Read everything. Damaged when anything is not as it was written."""
        self._check(0, self._body)

    def _check(self, first: int, last: int) -> None:
        if last <= first:
            return
        for block in range(first // BLOCK, (last - 1) // BLOCK + 1):
            if not self._checked[block]:
                start = block * BLOCK
                if zlib.crc32(memoryview(self._map)[start : min(start + BLOCK, self._body)]) != self._sums[block]:
                    raise Damaged(f"{self._name} is not as it was written, near byte {start:,}.")
                self._checked[block] = 1
