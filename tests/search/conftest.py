"""Fixtures: a folder for an index, and every engine over such a folder.

The folder is in memory where the system offers it: these tests commit hundreds of times.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.search.index import Index
from kb.search.memory_index import MemoryIndex
from kb.search.whoosh_index import WhooshIndex

IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A path that does not exist yet, inside a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as made:
        yield Path(made) / "search_index"


ENGINES: dict[str, Callable[[Path], Index]] = {
    "memory": lambda _: MemoryIndex(),
    "whoosh": WhooshIndex,
}


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, folder: Path) -> Index:
    """An empty index of each engine in turn."""
    made = ENGINES[request.param](folder)
    made.rebuild([])
    return made
