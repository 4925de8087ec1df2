"""The measures give what one works out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.relevance.metrics import Figures, figures, mean, ndcg, recall, reciprocal_rank

GRADES = {"a": 3, "b": 2, "c": 1}
"""Best order a b c: 7/log2(2) + 3/log2(3) + 1/log2(4) = 7 + 1.89279 + 0.5 = 9.39279."""


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        (["a", "b", "c"], 1.0),
        (["b", "a", "c"], (3 + 7 / 1.5849625 + 0.5) / 9.3927893),
        (["x", "a"], (7 / 1.5849625) / 9.3927893),
        (["c"], 1 / 9.3927893),
        ([], 0.0),
        (["x"] * 10 + ["a"], 0.0),
    ],
)
def test_ndcg_is_the_discounted_gain_as_a_share_of_the_best_order(found, worth):
    assert ndcg(found, GRADES) == pytest.approx(worth)


@pytest.mark.parametrize(
    ("found", "worth"),
    [(["a", "b"], 1.0), (["b", "x", "c"], 0.5), (["c"], 0.0), (["x"] * 10 + ["a"], 0.0)],
)
def test_recall_is_the_share_of_good_manuals_among_the_first_ten(found, worth):
    assert recall(found, GRADES) == worth


def test_recall_of_more_than_ten_good_manuals_asks_for_ten():
    grades = {f"m{number}": 2 for number in range(12)}
    assert recall(list(grades)[:10], grades) == 1.0
    assert recall(list(grades)[:5], grades) == 0.5


@pytest.mark.parametrize(
    ("found", "worth"),
    [(["b", "a"], 1.0), (["c", "a"], 0.5), (["x", "c", "y", "b"], 0.25), (["c"], 0.0), (["x"] * 10 + ["a"], 0.0)],
)
def test_the_reciprocal_rank_is_that_of_the_first_good_manual(found, worth):
    assert reciprocal_rank(found, GRADES) == worth


def test_the_mean_is_taken_by_each_measure():
    assert mean([Figures(1.0, 0.5, 1.0), Figures(0.0, 1.0, 0.5)]) == Figures(0.5, 0.75, 0.75)


@given(st.permutations(["a", "b", "c", "x", "y"]), st.integers(0, 3))
def test_changing_places_with_a_better_one_below_never_costs(found, place):
    one, other = found[place : place + 2]
    better = sorted([one, other], key=lambda name: -GRADES.get(name, 0))
    raised = [*found[:place], *better, *found[place + 2 :]]
    before, after = figures(found, GRADES), figures(raised, GRADES)
    assert all(0 <= less <= more <= 1 for less, more in zip(before, after, strict=True))
