"""What a term says of each document is the same however it is added up, and whether or not it is kept."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.index import Query
from kb.search.whoosh_index import WhooshIndex
from kb.search.whoosh_snapshot import SPARSE, summed
from tests.search.corpus import a_document

PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=30)


@given(PAIRS, st.sampled_from([41, 41 * SPARSE * 30]))
def test_rare_and_common_terms_are_added_up_alike(pairs: list[tuple[int, int]], size: int) -> None:
    expected: Counter[int] = Counter()
    for number, weight in pairs:
        expected[number] += weight
    numbers, weights = (
        (np.array(column) for column in zip(*pairs, strict=True)) if pairs else (np.empty(0), np.empty(0))
    )
    found, total = summed(numbers.astype(np.int32), weights.astype(np.float64), size)
    assert found.tolist() == sorted(expected)
    assert total.tolist() == [expected[number] for number in sorted(expected)]


@pytest.mark.parametrize("memory", [0, 1_000])
def test_an_index_without_room_for_what_terms_say_answers_alike(folder: Path, memory: int) -> None:
    roomy, tight = WhooshIndex(folder), WhooshIndex(folder, memory)
    roomy.rebuild([a_document(f"m{number}", title=f"転入届{number}") for number in range(5)])
    for _ in range(2):
        assert tight.search(Query("転入届")) == roomy.search(Query("転入届"))
