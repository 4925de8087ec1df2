"""The order of what was found, with arrays: best first, and the first of each group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Key = npt.NDArray[Any]
"""Something to order by, of each of what was found: the least comes first."""


@dataclass(frozen=True)
class Groups:
    """The first of each group, in order: position among what was found, how many manuals, how many towns."""

    firsts: Numbers
    manuals: Numbers
    towns: Numbers


def best(keys: Sequence[Key], end: int) -> Numbers:
    """Where the `end` best are, best first: the least of the first key, among equals the least of the next, and so on."""
    front = _front(keys, end)
    return front[np.lexsort([key[front] for key in reversed(keys)])][: max(end, 0)]


def grouped(order: Numbers, groups: Numbers, towns: Numbers) -> Groups:
    """What is found in `order` (positions, best first) as groups, by their best; `groups` and `towns` of each position."""
    _, firsts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    wide = int(towns.max(initial=0)) + 1
    each = np.unique(np.unique(groups[order] * wide + towns[order]) // wide, return_counts=True)[1]
    by_rank = np.argsort(firsts)
    return Groups(order[firsts[by_rank]], sizes[by_rank], each[by_rank])


def _front(keys: Sequence[Key], end: int) -> Numbers:
    """Where the `end` best are, with all that equal the last of them, in no order: to sort all would take far longer."""
    first = keys[0]
    if end >= len(first) or first.dtype.kind == "S":
        return np.arange(len(first))
    if end <= 0:
        return np.empty(0, np.int64)
    last = np.partition(first, end - 1)[end - 1]
    better, equal = np.flatnonzero(first < last), np.flatnonzero(first == last)
    if len(keys) > 1:
        equal = equal[_front([key[equal] for key in keys[1:]], end - len(better))]
    return np.concatenate([better, equal])
