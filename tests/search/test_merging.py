"""However many writes come, segments stay few, each write copies little, and nothing is lost on the way."""

import random
from pathlib import Path

import pytest

from kb.search.index import Query
from kb.search.whoosh_index import WhooshIndex
from kb.search.whoosh_merging import FANOUT, LARGEST, to_merge
from tests.search.corpus import a_document


def after_writes(count: int, each: int = 1) -> tuple[list[int], int]:
    """Sizes of the segments after writes of `each` new documents, and how many documents were copied in all."""
    sizes: list[int] = []
    copied = 0
    for _ in range(count):
        sizes.append(each)
        places = to_merge([(size, size) for size in sizes])
        if places:
            together = sum(sizes[place] for place in places)
            copied += together
            sizes = [size for place, size in enumerate(sizes) if place not in places] + [together]
    return sizes, copied


@pytest.mark.parametrize("count", [1, 50, 5_000])
def test_segments_stay_few_and_a_document_is_copied_a_few_times_at_most(count: int) -> None:
    sizes, copied = after_writes(count)
    assert sum(sizes) == count
    assert len(sizes) <= FANOUT * 6
    assert copied <= 6 * count


def test_a_rebuild_leaves_few_segments_and_none_beyond_the_largest() -> None:
    sizes, _ = after_writes(50, each=2_000)
    assert max(sizes) <= LARGEST
    assert len(sizes) <= 2 * FANOUT


def test_what_is_mostly_deleted_is_written_anew() -> None:
    assert to_merge([(4_000, 4_000), (40, 100)]) == [1]
    assert to_merge([(4_000, 4_000), (60, 100)]) == []


def test_a_few_segments_are_left_alone() -> None:
    assert to_merge([(1, 1)] * (FANOUT - 1)) == []
    assert to_merge([]) == []


def test_many_writes_leave_few_files_and_all_documents(tmp_path: Path) -> None:
    index, chance, expected = WhooshIndex(tmp_path / "index"), random.Random(3), dict[str, int]()
    index.rebuild([])
    for version in range(1, 80):
        id_ = f"m{chance.randrange(30)}"
        index.put([a_document(id_, version=version)])
        expected[id_] = version
        if version % 20 == 0:
            index.delete([id_])
            del expected[id_]
    assert {id_: version for (id_, _), version in index.versions().items()} == expected
    assert index.search(Query("転入", limit=50)).total == len(expected)
    assert len(list((tmp_path / "index").glob("gen-*/*.seg"))) <= 2 * FANOUT
    index.check()
