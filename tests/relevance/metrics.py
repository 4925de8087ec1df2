"""How good a ranking is, 0…1: functions of the addresses found, best first, and the grades judged."""

from collections.abc import Mapping, Sequence
from math import log2
from typing import NamedTuple

from tests.relevance.labelled import GOOD

DEPTH = 10
"""Places of a ranking that count: what is seen without turning the page."""


class Figures(NamedTuple):
    """What a ranking is worth by each measure, or the mean of several rankings."""

    ndcg: float
    recall: float
    reciprocal_rank: float


def figures(found: Sequence[str], grades: Mapping[str, int]) -> Figures:
    """All measures of one ranking."""
    return Figures(ndcg(found, grades), recall(found, grades), reciprocal_rank(found, grades))


def mean(several: Sequence[Figures]) -> Figures:
    """The mean by each measure. `several` is not empty."""
    return Figures(*(sum(column) / len(several) for column in zip(*several, strict=True)))


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """nDCG@10: gain 2^grade - 1, discounted by log2(place + 1), as a share of the best order there is."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(one, 0) for one in found]) / best


def recall(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Recall@10: good manuals among the first ten, as a share of those that ten places could hold."""
    good = {one for one, grade in grades.items() if grade >= GOOD}
    return len(good.intersection(found[:DEPTH])) / min(len(good), DEPTH)


def reciprocal_rank(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """One by the place of the first good manual, 0 when the first ten hold none."""
    places = (place for place, one in enumerate(found[:DEPTH], 1) if grades.get(one, 0) >= GOOD)
    return 1 / next(places, float("inf"))


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:DEPTH], 1))
