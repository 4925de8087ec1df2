"""The order of what was found, with arrays: best first, those of the viewer's own town ahead when asked for, first of each group."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Groups:
    """The first of each group, in order: position among what was found, how many manuals, how many towns."""

    firsts: Numbers
    manuals: Numbers
    towns: Numbers


def best(first: Values | Numbers, then: Numbers, end: int) -> Numbers:
    """Where the `end` best are, best first: the least of `first`, among equals the least of `then`."""
    front = _front(first, end)
    return front[np.lexsort((then[front], first[front]))][: max(end, 0)]


def ahead(first: Values | Numbers, then: Numbers, end: int, mask: Mask) -> Numbers:
    """The same with everything in `mask` before everything else; each part keeps its order."""
    found = []
    for part in (np.flatnonzero(mask), np.flatnonzero(~mask)):
        found.append(part[best(first[part], then[part], end)])
        end -= len(found[-1])
    return np.concatenate(found)


def behind(first: Values | Numbers, mask: Mask) -> Values | Numbers:
    """Values to order by, by which everything in `mask` comes after everything else; each part keeps its order."""
    if not mask.any():
        return first
    moved: Values | Numbers = first + mask * (first.max() - first.min() + 1)
    return moved


def grouped(order: Numbers, groups: Numbers, towns: Numbers) -> Groups:
    """What is found in `order` (positions, best first) as groups, by their best; `groups` and `towns` of each position."""
    _, firsts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    wide = int(towns.max(initial=0)) + 1
    each = np.unique(np.unique(groups[order] * wide + towns[order]) // wide, return_counts=True)[1]
    by_rank = np.argsort(firsts)
    return Groups(order[firsts[by_rank]], sizes[by_rank], each[by_rank])


def _front(first: Values | Numbers, end: int) -> Numbers:
    """Where the `end` least values are, with all that equal the last of them, in no order."""
    if end >= len(first):
        return np.arange(len(first))
    if end <= 0:
        return np.empty(0, np.int64)
    return np.flatnonzero(first <= np.partition(first, end - 1)[end - 1])
