"""Values that are kept in memory because they are asked for again, within a budget of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Least recently used values are forgotten first. Safe for several threads; a value may be made twice at the same time."""

    def __init__(self, budget: int) -> None:
        """`budget` is in bytes; a value that is larger than all of it is never kept."""
        self._budget = budget
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes that are kept now."""
        return self._size

    def get(self, key: K, make: Callable[[], V], size: Callable[[V], int]) -> V:
        """The value of `key`, made when it is not kept; `size` says how many bytes it takes."""
        held = self.held(key)
        if held is not None:
            return held
        value = make()
        self.keep(key, value, size(value))
        return value

    def held(self, key: K) -> V | None:
        """The value of `key`, None when it is not kept."""
        with self._lock:
            held = self._values.get(key)
            if held is None:
                return None
            self._values.move_to_end(key)
            return held[0]

    def keep(self, key: K, value: V, size: int) -> None:
        """Keep a value that takes `size` bytes."""
        with self._lock:
            before = self._values.pop(key, None)
            self._size += size - (before[1] if before else 0)
            self._values[key] = (value, size)
            while self._size > self._budget:
                _, (_, freed) = self._values.popitem(last=False)
                self._size -= freed
