"""Arrays in a file come back as they were written, and no changed byte is ever handed out."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.flat_file import BLOCK, Damaged, FlatFile, write_flat

PIECES = st.lists(st.lists(st.integers(-(2**40), 2**40), max_size=5), min_size=1, max_size=4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "arrays.seg"


@settings(max_examples=40)
@given(numbers=PIECES, letters=st.lists(st.binary(max_size=9), min_size=1, max_size=4))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, numbers, letters) -> None:
    path = tmp_path_factory.mktemp("flat") / "a"
    write_flat(
        path,
        {
            "odd": np.array([1, 2, 3], np.uint8),
            "numbers": [np.array(piece, np.int64) for piece in numbers],
            "letters": [np.frombuffer(piece, np.uint8) for piece in letters],
            "names": np.array([b"m1", b"m22"], "S3"),
        },
    )
    file = FlatFile(path)
    file.check()
    whole, text = [number for piece in numbers for number in piece], b"".join(letters)
    assert file.array("numbers").tolist() == whole
    assert file.array("numbers", 1, max(len(whole) - 1, 1)).tolist() == whole[1:-1]
    assert file.data("letters", 0, file.length("letters")) == text
    assert file.array("names").tolist() == [b"m1", b"m22"]
    assert file.names() == ["odd", "numbers", "letters", "names"]


def test_nobody_writes_to_what_was_read(path: Path) -> None:
    write_flat(path, {"a": np.arange(3)})
    with pytest.raises(ValueError, match="read-only"):
        FlatFile(path).array("a")[0] = 5


def test_an_array_that_is_not_there_is_no_array(path: Path) -> None:
    write_flat(path, {"a": np.arange(3)})
    with pytest.raises(KeyError):
        FlatFile(path).array("b")


def test_a_damaged_byte_is_noticed_near_itself_and_nowhere_else(path: Path) -> None:
    write_flat(path, {"a": np.arange(3 * BLOCK, dtype=np.uint8)})
    data = bytearray(path.read_bytes())
    data[BLOCK + 7] ^= 1
    path.write_bytes(data)
    file = FlatFile(path)
    assert file.data("a", 0, BLOCK) == data[:BLOCK]
    for read in (lambda: file.data("a", BLOCK - 1, BLOCK + 1), lambda: file.array("a"), file.check):
        with pytest.raises(Damaged, match="not as it was written"):
            read()


@pytest.mark.parametrize("length", [0, 5, 40, -1])
def test_a_file_that_was_cut_off_is_not_opened(path: Path, length: int) -> None:
    write_flat(path, {"a": np.arange(100)})
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Damaged):
        FlatFile(path)


def test_it_stays_readable_after_its_name_is_gone(path: Path) -> None:
    write_flat(path, {"a": np.arange(100_000)})
    file = FlatFile(path)
    path.unlink()
    assert file.array("a", 99_999).tolist() == [99_999]
