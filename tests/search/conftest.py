"""A folder for an index. In memory where the system offers it: these tests commit hundreds of times."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A path that does not exist yet, inside a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as made:
        yield Path(made) / "search_index"
