"""Which step follows which. A step goes on to the next one unless an unconditional branch replaces that way."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kb.common_format.step import END, Step

OTHERWISE = "それ以外"
"""Stands on the way that is taken when none of a step's conditions holds."""


class EdgeKind(Enum):
    """Why a way is taken."""

    NEXT = "next"
    """The next step in order, or the end after the last."""
    ALWAYS = "always"
    """An unconditional branch."""
    CONDITION = "condition"
    """A branch under a condition."""


@dataclass(frozen=True)
class Edge:
    """A way from step to step (uids), or to `END`. `label` says when it is taken; empty means always."""

    source: str
    target: str
    label: str
    kind: EdgeKind


def edges(steps: tuple[Step, ...]) -> list[Edge]:
    """Every way between `steps`, at most one from a step to another: several conditions share one way."""
    following = [*(step.uid for step in steps[1:]), END]
    return [edge for step, after in zip(steps, following, strict=False) for edge in _leaving(step, after)]


def _leaving(step: Step, after: str) -> list[Edge]:
    conditions: dict[str, list[str]] = {}
    for branch in step.branches:
        if branch.condition:
            conditions.setdefault(branch.goto, []).append(branch.condition)
    always = next((branch.goto for branch in step.branches if not branch.condition), None)
    on = after if always is None else always
    kind = EdgeKind.NEXT if always is None else EdgeKind.ALWAYS
    conditions.pop(on, None)  # a condition that leads where the work goes anyway decides nothing
    if not conditions:
        return [Edge(step.uid, on, "", kind)]
    branches = [Edge(step.uid, goal, "、または".join(when), EdgeKind.CONDITION) for goal, when in conditions.items()]
    return [Edge(step.uid, on, OTHERWISE, kind), *branches]


def reachable(found: Iterable[Edge], start: str) -> frozenset[str]:
    """The ends of all ways that lead on from `start`, and `start` itself."""
    onward: dict[str, list[str]] = {}
    for edge in found:
        onward.setdefault(edge.source, []).append(edge.target)
    seen, waiting = {start}, [start]
    while waiting:
        fresh = set(onward.get(waiting.pop(), ())) - seen
        seen |= fresh
        waiting.extend(fresh)
    return frozenset(seen)
