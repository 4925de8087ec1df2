"""Times for which somebody holds something: whether two of them overlap, and from when on nobody holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Tenure:
    """From `since` until just before `until`; open when None. One that ends where it begins never held."""

    since: datetime
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether it holds at no moment."""
        return self.until is not None and self.until <= self.since

    def holds_at(self, moment: datetime) -> bool:
        """Whether it holds at one moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def overlaps(self, other: "Tenure") -> bool:
        """Whether there is a moment at which both hold."""
        if self.empty or other.empty:
            return False
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)


def first_gap(tenures: Iterable[Tenure], start: datetime) -> datetime | None:
    """The first moment from `start` on at which none of `tenures` holds; None when there is no such moment."""
    covered = start
    for tenure in sorted((one for one in tenures if not one.empty), key=lambda one: one.since):
        if tenure.since > covered:
            break
        if tenure.until is None:
            return None
        covered = max(covered, tenure.until)
    return covered
