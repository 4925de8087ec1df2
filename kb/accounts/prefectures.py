"""Prefectures and which of them are neighbours, so that a town finds others nearby. Read from `content/prefectures.yml`."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml
from pydantic import TypeAdapter

from kb.config import ROOT


@dataclass(frozen=True)
class Prefecture:
    """A prefecture by its number (JIS X 0401), with the numbers of those that it borders."""

    code: str
    name: str
    neighbours: tuple[str, ...]


@cache
def prefectures() -> Mapping[str, Prefecture]:
    """The 47 prefectures by number, north to south."""
    text = (ROOT / "content" / "prefectures.yml").read_text(encoding="utf-8")
    found = TypeAdapter(list[Prefecture]).validate_python(yaml.safe_load(text))
    return {one.code: one for one in found}


def prefecture_code(municipality_code: str) -> str:
    """Number of the prefecture that a municipality lies in: the first two digits of its code."""
    return municipality_code[:2]


@cache
def borders_from(code: str) -> Mapping[str, int]:
    """How many borders lie between a prefecture and every one that can be reached from it: 0 for itself, 1 for a neighbour.

    A number that no prefecture has (the 見本 towns') reaches only itself.
    """
    reached = {code: 0}
    waiting = deque([code])
    while waiting:
        here = waiting.popleft()
        for there in prefectures()[here].neighbours if here in prefectures() else ():
            if there not in reached:
                reached[there] = reached[here] + 1
                waiting.append(there)
    return reached
