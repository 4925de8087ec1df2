"""Many texts end to end, and values as numbers into a table: how a segment keeps what is no number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.search.flat_file import Pieces

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Texts:
    """Byte strings: `pieces` are their bytes end to end, `ends` where each ends."""

    pieces: Pieces
    ends: Numbers


def texts(found: Sequence[bytes]) -> Texts:
    """Put byte strings together."""
    data = np.frombuffer(b"".join(found), np.uint8)
    return Texts([data], np.cumsum(np.array([len(one) for one in found], np.int64), dtype=np.int64))


def joined(parts: Sequence[tuple[Bytes, Numbers]], kept: Sequence[Mask]) -> Texts:
    """Texts of several parts (bytes, ends), of what `kept` says of each; nothing is copied."""
    pieces: list[Bytes] = [np.empty(0, np.uint8)]
    sizes: list[Numbers] = []
    for (data, ends), keep in zip(parts, kept, strict=True):
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else ends
        sizes.append((ends - starts)[keep])
        for first, last in _runs(keep):
            pieces.append(data[int(starts[first]) : int(ends[last])])
    return Texts(pieces, np.cumsum(np.concatenate([np.empty(0, np.int64), *sizes]), dtype=np.int64))


def _runs(keep: Mask) -> list[tuple[int, int]]:
    """First and last of each stretch of neighbours that are kept."""
    framed = np.diff(np.concatenate([[0], keep.astype(np.int8), [0]]))
    firsts, behind = np.flatnonzero(framed == 1).tolist(), np.flatnonzero(framed == -1).tolist()
    return [(first, last - 1) for first, last in zip(firsts, behind, strict=True)]


class Table:
    """Values as the numbers 0…, given on first sight."""

    def __init__(self) -> None:
        self._codes: dict[bytes, int] = {}

    def code(self, value: bytes) -> int:
        """The number of a value."""
        return self._codes.setdefault(value, len(self._codes))

    def values(self) -> list[bytes]:
        """The values by number."""
        return list(self._codes)
