"""When something that went wrong may be tried again: soon at first, then ever more seldom."""

from collections.abc import Callable

SHORTEST, LONGEST = 10.0, 600.0
"""Seconds: a full disk is often freed within minutes, and trying every ten minutes burdens nobody."""


class Pauses:
    """Pauses between tries of one thing: 10, 20, 40 … seconds, at most ten minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that only grow."""
        self._clock = clock
        self._length = 0.0
        self._until = clock()

    @property
    def left(self) -> float:
        """Seconds until it may be tried again; 0 when it may be now."""
        return max(0.0, self._until - self._clock())

    def begin(self) -> None:
        """It was tried. After a calm as long as the longest pause, the pauses are short again."""
        now = self._clock()
        calm = now >= self._until + LONGEST
        self._length = SHORTEST if calm else min(LONGEST, self._length * 2 or SHORTEST)
        self._until = now + self._length

    def end(self) -> None:
        """All is well: the next time it may be tried at once."""
        self._length, self._until = 0.0, self._clock()
