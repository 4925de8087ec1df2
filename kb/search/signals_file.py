"""Signals on the disk: one small file beside the generations of an index, so that a rebuild keeps it.

It is a shadow like the index: when it is missing or damaged nothing is lifted, and whoever counts (`kb.ranking.signals`) writes it
anew within minutes.
"""

import json
import logging
import os
import zlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.search.signals import Signals, factors
from kb.search.whoosh_files import sync

_NAME = "signals.json"
_log = logging.getLogger(__name__)


class SignalsFile:
    """The signals of an index folder. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._read: tuple[Hashable, Mapping[str, Signals], dict[str, float]] = (None, {}, {})
        self._aligned: tuple[dict[str, float], object, npt.NDArray[np.float64]] = ({}, None, np.empty(0))

    def stamp(self) -> Hashable:
        """A value that stays equal as long as the file stays the same; None without a file. One look at the folder."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def values(self) -> Mapping[str, Signals]:
        """What is kept; the same object as long as the file stays the same."""
        return self._held()[1]

    def lifts(self, of: object, ids: Callable[[], Sequence[str]]) -> npt.NDArray[np.float64]:
        """What the score of each document is multiplied by; made once for each `of`, whose documents `ids` gives."""
        known, aligned = self._held()[2], self._aligned
        if aligned[0] is not known or aligned[1] is not of:
            lifts = np.array([known.get(id_, 1.0) for id_ in ids()], np.float64)
            self._aligned = aligned = (known, of, lifts)
        return aligned[2]

    def write(self, values: Mapping[str, Signals]) -> None:
        """Keep these and no others, durably; nothing is written when they are the same. Takes the turn to write for granted."""
        if self.stamp() is not None and self.values() == values:
            return
        data = json.dumps({id_: [one.likes, one.adoptions, one.days] for id_, one in values.items()}).encode()
        temporary = self._path.with_name(_NAME + ".new")
        with temporary.open("wb") as file:
            file.write(f"{zlib.crc32(data):08x}\n".encode() + data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        sync(self._path.parent)

    def _held(self) -> tuple[Hashable, Mapping[str, Signals], dict[str, float]]:
        stamp = self.stamp()
        if self._read[0] != stamp:
            values = self._parsed()
            self._read = (stamp, values, factors(values))
        return self._read

    def _parsed(self) -> Mapping[str, Signals]:
        try:
            crc, _, data = self._path.read_bytes().partition(b"\n")
            if crc != f"{zlib.crc32(data):08x}".encode():
                raise ValueError("its checksum is another one")
            return {str(id_): Signals(*map(int, numbers)) for id_, numbers in json.loads(data).items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            _log.warning("signals of the search index cannot be read, nothing is lifted: %r", error)
            return {}
