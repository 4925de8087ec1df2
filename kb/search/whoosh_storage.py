"""Whoosh used for what it is good at: commits. A table of contents names the segments of a commit and what is deleted in them.

What is in a segment is ours (`whoosh_segment.py`): Whoosh's own writer and reader call Python for every posting. Its analysis, query
parser, scoring and collectors are not used either. A table of contents is a pickle: the folder is private, and an index
from outside is never opened.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from whoosh import fields, formats
from whoosh.codec import base
from whoosh.index import TOC, FileIndex, clean_files

from kb.search.flat_file import write_flat
from kb.search.flat_texts import Mask
from kb.search.index import IndexUnusable
from kb.search.whoosh_files import DurableStorage, SealedStorage, sync
from kb.search.whoosh_segment import FIELDS, Arrays, reading

LAYOUT = f"5/{sys.byteorder}"
"""Changes with the arrays of a segment or with what they mean; an index of another layout is rebuilt."""

NAME = "MAIN"
ENDING = ".seg"


class Terms(fields.FieldType):  # type: ignore[misc]  # Whoosh ships no types
    """A field of terms, for the schema that a table of contents carries; Whoosh itself writes none."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)


class FlatSegment(base.Segment):  # type: ignore[misc]  # Whoosh ships no types
    """A segment as a table of contents names it. Treated as a value: `without` gives another one."""

    def __init__(self, size: int) -> None:
        super().__init__(NAME)
        self.size = size
        self.deleted: frozenset[int] = frozenset()

    def path(self, folder: Path) -> Path:
        """Its file."""
        return folder / str(self.make_filename(ENDING))

    def without(self, numbers: frozenset[int]) -> "FlatSegment":
        """The same with these documents deleted too."""
        other = FlatSegment(self.size)
        other.segid = self.segid
        other.deleted = self.deleted | numbers
        return other

    def kept(self) -> Mask:
        """Which documents are not deleted."""
        kept = np.ones(self.size, bool)
        kept[list(self.deleted)] = False
        return kept

    def doc_count_all(self) -> int:
        """Documents, deleted ones too."""
        return self.size

    def deleted_count(self) -> int:
        """Deleted documents."""
        return len(self.deleted)


def create(folder: Path) -> None:
    """Make an empty index in an existing, empty folder."""
    FileIndex.create(DurableStorage(folder), _schema(), NAME)


def _schema() -> fields.Schema:
    return fields.Schema(**{name: Terms() for name in FIELDS})


def latest_commit(folder: Path) -> int:
    """Number of the last commit, -1 when there is none. Cheap: one listing of a small folder."""
    return int(TOC._latest_generation(DurableStorage(folder), NAME))


def segments_at(folder: Path, commit: int) -> list[FlatSegment]:
    """The segments of a commit, with their deletions. IndexUnusable when damaged, FileNotFoundError when gone."""
    if commit < 0:
        raise IndexUnusable("The search index has no table of contents.")
    with reading():
        return list(TOC.read(SealedStorage(str(folder)), NAME, gen=commit).segments)


def add_segment(folder: Path, size: int, arrays: Arrays) -> FlatSegment:
    """Write a segment of `size` documents durably; nobody sees it before it is committed."""
    made = FlatSegment(size)
    try:
        write_flat(made.path(folder), arrays)
        sync(made.path(folder))
    except BaseException:
        made.path(folder).unlink(missing_ok=True)  # a full disk needs the room
        raise
    return made


def commit(folder: Path, before: int, segments: Sequence[FlatSegment]) -> None:
    """Make these the segments of the index, durably, and remove the files of all others. `before`: number of the last commit."""
    storage = DurableStorage(folder)
    try:
        TOC(_schema(), list(segments), before + 1).write(storage, NAME)
    except BaseException:
        if latest_commit(folder) == before:  # a full disk needs the room, and the same is tried again
            for unfinished in folder.glob(f"_{NAME}_*.toc.*"):
                unfinished.unlink(missing_ok=True)
            clean_files(storage, NAME, before, segments_at(folder, before))
        raise
    clean_files(storage, NAME, before + 1, segments)
