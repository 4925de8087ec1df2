"""What people made of manuals, as numbers beside the index: other towns' likes and adoptions, and the last confirmation.

They lift a score by at most 15 %, so they decide only among documents that fit nearly equally well. Numbers are those that
every reader of a manual is shown on its page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

ADOPTIONS = 0.06
LIKES = 0.05
FRESHNESS = 0.04
"""Most that each signal adds to a score, as a share of it. Using a manual says more than liking it."""
MOST_TOWNS = 50
"""Towns after which more say nothing more; the first few say most."""
HALF_LIFE = 365.0
"""Days after which a confirmation says half."""
UNKNOWN = -1
"""Instead of days, when nobody confirmed anything."""


@dataclass(frozen=True)
class Signals:
    """What people made of one manual, on the day it was counted."""

    likes: int = 0
    """Other towns whose people like it."""
    adoptions: int = 0
    """Towns that use it."""
    days: int = UNKNOWN
    """Whole days since it was last confirmed, or published."""


NONE = Signals()


@dataclass(frozen=True)
class Boost:
    """What signals add to a score, as shares of it. Numbers, or arrays with one element for each document."""

    adoptions: Any
    likes: Any
    freshness: Any

    @property
    def factor(self) -> Any:
        """What a score is multiplied by: 1…1.15."""
        return 1.0 + self.adoptions + self.likes + self.freshness


def boost(adoptions: Any, likes: Any, days: Any) -> Boost:
    """The formula: the logarithm of the number of towns, and a share of freshness that halves every year."""
    known = np.maximum(days, 0)
    fresh = np.where(np.less(days, 0), 0.0, 0.5 ** (known / HALF_LIFE))
    return Boost(ADOPTIONS * _saturated(adoptions), LIKES * _saturated(likes), FRESHNESS * fresh)


def boost_of(one: Signals) -> Boost:
    """The boost of one manual."""
    return boost(one.adoptions, one.likes, one.days)


def factors(values: Mapping[str, Signals]) -> dict[str, float]:
    """Document id to what its score is multiplied by."""
    rows = np.array([(one.adoptions, one.likes, one.days) for one in values.values()], np.float64).reshape(-1, 3)
    return dict(zip(values, boost(*rows.T).factor.tolist(), strict=True))


def _saturated(towns: Any) -> Any:
    return np.log1p(np.clip(towns, 0, MOST_TOWNS)) / np.log1p(MOST_TOWNS)
