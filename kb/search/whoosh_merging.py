"""When small segments become a large one, so that there are never many: a write costs about what it adds.

Segments are of one tier when their numbers of documents have the same logarithm; a full tier is merged with those below it.
"""

import math
from collections.abc import Sequence

FANOUT = 8
"""Segments that fill a tier, and how much larger those of the next one are."""
LARGEST = 20_000
"""Documents beyond which a segment is never merged into a larger one: to copy it would take longer than people wait."""
WASTED = 0.5
"""Share of deleted documents from which a segment is written anew by itself."""


def to_merge(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Places of the segments that become one now, in order; none when all is well. `sizes`: (live, all) documents of each."""
    for place, (live, every) in enumerate(sizes):
        if every >= FANOUT and live <= every * WASTED:
            return [place]
    for tier in sorted({_tier(live) for live, _ in sizes}):
        full = sum(_tier(live) == tier for live, _ in sizes) >= FANOUT
        places = [place for place, (live, _) in enumerate(sizes) if _tier(live) <= tier]
        if full and sum(sizes[place][0] for place in places) <= LARGEST:
            return places
    return []


def _tier(live: int) -> int:
    return int(math.log(max(live, 1), FANOUT) + 1e-9)
