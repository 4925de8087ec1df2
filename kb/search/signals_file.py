"""Signals on the disk: one small file beside the generations of an index, so that a rebuild keeps it.

It is a shadow like the index: when it is missing or damaged nothing is lifted, and whoever counts (`kb.ranking.signals`) writes it
anew within minutes.
"""

import json
import logging
import os
import zlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.search.signals import Signals, factors
from kb.search.whoosh_columns import Part, Values
from kb.search.whoosh_files import sync

_NAME = "signals.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Aligned:
    """What signals make of the documents of a snapshot, and of each of its segments, which stay when it goes."""

    known: dict[str, float]
    of: object
    by_segment: dict[str, Values]
    lifts: Values


def _lifts(known: Mapping[str, float], part: Part) -> Values:
    return np.array([known.get(id_.decode(), 1.0) for id_ in part.columns.ids.tolist()], np.float64)


class SignalsFile:
    """The signals of an index folder. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._read: tuple[Hashable, Mapping[str, Signals], dict[str, float]] = (None, {}, {})
        self._aligned = _Aligned({}, None, {}, np.empty(0))

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

    def lifts(self, of: object, parts: Sequence[Part]) -> Values:
        """What the score of each document is multiplied by; made once for each `of`, whose documents `parts` hold."""
        known, aligned = self._held()[2], self._aligned
        if aligned.known is not known or aligned.of is not of:
            before = aligned.by_segment if aligned.known is known else {}
            names = [part.columns.segment.name for part in parts]
            found = {
                name: before[name] if name in before else _lifts(known, part)
                for name, part in zip(names, parts, strict=True)
            }
            lifts = np.concatenate([np.empty(0), *found.values()])
            self._aligned = aligned = _Aligned(known, of, found, lifts)
        return aligned.lifts

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
