"""Where an embedded index lives: `<folder>/gen-<n>/` holds a whole index, `<folder>/current` says which one counts.

A rebuild writes a new generation beside the old one and then replaces the small pointer file, so readers see the old
index until the new one is whole, and a kill at any moment leaves one of the two. `<folder>/write.lock` says whose
turn it is to write; the operating system lets go of it when its holder dies.
"""

import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import whoosh
from filelock import FileLock, Timeout

from kb.search.analysis import ANALYSIS_VERSION
from kb.search.index import IndexBusy, IndexUnusable
from kb.search.whoosh_files import sync
from kb.search.whoosh_storage import LAYOUT, create

MADE_WITH = {
    "engine": "whoosh " + ".".join(map(str, whoosh.__version__)),
    "layout": LAYOUT,
    "analysis": ANALYSIS_VERSION,
}
"""What must be equal for an index to be readable."""

PATIENCE = 60.0
"""Seconds that a writer waits for its turn."""

_GENERATION = re.compile("gen-([0-9]+)")


class Generations:
    """The folder of an index. Safe for threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = threading.RLock()
        self._processes: FileLock | None = None

    def current(self) -> Path:
        """Folder of the generation that counts. IndexUnusable when there is none or it was made by something else."""
        try:
            pointer = json.loads((self._folder / "current").read_text(encoding="utf-8"))
            name, made_with = pointer["generation"], pointer["made_with"]
        except FileNotFoundError:
            raise IndexUnusable("There is no search index yet.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnusable(f"The search index's pointer file cannot be read: {error!r}") from error
        if made_with != MADE_WITH:
            raise IndexUnusable(f"The search index was made with {made_with}, not {MADE_WITH}.")
        if not isinstance(name, str) or not _GENERATION.fullmatch(name):
            raise IndexUnusable("The search index's pointer file names no generation.")
        return self._folder / name

    def begin(self) -> Path:
        """An empty generation of its own, on nobody's way yet. Takes the turn for granted."""
        self._make_private(self._folder)
        numbers = [
            int(found.group(1)) for path in self._folder.iterdir() if (found := _GENERATION.fullmatch(path.name))
        ]
        fresh = self._folder / f"gen-{max(numbers, default=0) + 1}"
        fresh.mkdir(mode=0o700)
        try:
            create(fresh)
        except BaseException:
            self.drop(fresh)
            raise
        return fresh

    def switch(self, fresh: Path) -> None:
        """Make `fresh` the generation that counts, durably; remove older ones but the last, which readers may still hold."""
        before = self._named()
        pointer = json.dumps({"generation": fresh.name, "made_with": MADE_WITH})
        temporary = self._folder / "current.new"
        with temporary.open("w", encoding="utf-8") as file:
            file.write(pointer)
            file.flush()
            os.fsync(file.fileno())
        sync(fresh)
        temporary.replace(self._folder / "current")
        sync(self._folder)
        for path in self._folder.iterdir():
            if _GENERATION.fullmatch(path.name) and path.name not in (fresh.name, before):
                shutil.rmtree(path, ignore_errors=True)

    def drop(self, fresh: Path) -> None:
        """Remove a generation that was not finished."""
        shutil.rmtree(fresh, ignore_errors=True)

    @contextmanager
    def turn(self, wait: bool) -> Iterator[bool]:
        """The right to write, for the block: True, or False when it is somebody else's and `wait` is off.

        Reentrant within a thread. IndexBusy when it did not come in a minute.
        """
        if not self._threads.acquire(blocking=wait, timeout=PATIENCE if wait else -1):
            if wait:
                raise IndexBusy("Another thread has been writing to the search index for a minute.")
            yield False
            return
        try:
            with self._file_lock(wait) as held:
                yield held
        finally:
            self._threads.release()

    @contextmanager
    def _file_lock(self, wait: bool) -> Iterator[bool]:
        lock = self._lock()
        try:
            lock.acquire(timeout=PATIENCE if wait else 0)
        except Timeout:
            if wait:
                raise IndexBusy("Another process has been writing to the search index for a minute.") from None
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def _lock(self) -> FileLock:
        self._make_private(self._folder)
        if self._processes is None:
            self._processes = FileLock(self._folder / "write.lock", thread_local=False)
        return self._processes

    def _named(self) -> str:
        try:
            return self.current().name
        except IndexUnusable:
            return ""

    @staticmethod
    def _make_private(folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
