"""A second one of an item of a raw form: everything as it was written, under new names."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from kb.common_format.fields import new_uid
from kb.common_format.raw_values import Raw

_LONGEST_KEY = 40


def duplicated(item: Raw, beside: Sequence[Raw]) -> Raw:
    """A copy of `item` with new uids everywhere inside. A branch of it that leads back to it leads to the copy.

    The key of a parameter gets a number, so that it differs from those `beside` it.
    """
    fresh = {uid: new_uid() for uid in _uids(item)}
    copy: Raw = _renamed(item, fresh)
    if str(copy.get("key", "")).strip():
        copy["key"] = _free_key(copy["key"].strip(), {str(one.get("key", "")).strip() for one in beside})
    return copy


def _uids(raw: Any) -> Iterator[str]:
    if isinstance(raw, dict):
        for name, held in raw.items():
            if name == "uid":
                yield held
            else:
                yield from _uids(held)
    elif isinstance(raw, list):
        for item in raw:
            yield from _uids(item)


def _renamed(raw: Any, fresh: dict[str, str]) -> Any:
    if isinstance(raw, list):
        return [_renamed(item, fresh) for item in raw]
    if not isinstance(raw, dict):
        return raw
    return {
        name: fresh.get(held.strip(), held) if name in ("uid", "goto") else _renamed(held, fresh)
        for name, held in raw.items()
    }


def _free_key(key: str, taken: set[str]) -> str:
    return next(made for n in count(2) if (made := f"{key[: _LONGEST_KEY - 4]}{n}") not in taken)
