"""Why a document stands where it stands, in the numbers that put it there."""

from dataclasses import dataclass

from kb.search.signals import Boost, Signals

SOUND = "sound"
"""The place of what matched by its reading; the other places are the scored fields."""


@dataclass(frozen=True)
class Reason:
    """A word or a phrase of the question, and how the document satisfies it."""

    words: tuple[str, ...]
    """As they were looked for, folded."""
    other: bool
    """Not as typed: a word that means the same was put in."""
    places: tuple[tuple[str, float], ...]
    """Where they stand (a scored field, or `SOUND`) and what that adds to the score, most first; empty when nothing is scored."""

    @property
    def score(self) -> float:
        """What it adds to the score."""
        return sum(added for _, added in self.places)


@dataclass(frozen=True)
class Explanation:
    """The way to the score of one hit: the sum of `reasons`, times the factor of `boost`."""

    score: float
    """The same number as that of the hit."""
    reasons: tuple[Reason, ...]
    signals: Signals
    boost: Boost
    rank: int
    """Its place among all that was found, from 1, when nothing is grouped."""
    total: int
    """How many documents were found."""
    loose: bool = False
    """It meets a part of the question only, and comes after all that meet the whole."""

    @property
    def words_score(self) -> float:
        """The score before the boost."""
        return sum(reason.score for reason in self.reasons)
