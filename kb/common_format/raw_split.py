"""Cutting one step of a raw form in two, where its action has a natural joint."""

import re

from kb.common_format.raw_values import Raw, blank_item
from kb.common_format.step import Step

_JOINTS = (
    re.compile(r"\n[ \t\u3000]*-{3,}[ \t\u3000]*\n"),
    re.compile(r"\n(?:[ \t\u3000]*\n)+"),
    re.compile(r"\n"),
)
"""A line of hyphens, else blank lines, else a line end."""
_SHARED = ("phase", "actor", "internal")
"""What the second step is born with: the same people go on, and what was 庁内限り stays so."""


def split_step(step: Raw) -> tuple[Raw, Raw] | None:
    """The two parts of `step`, None when its action has no joint with text on both sides.

    The first keeps the uid and everything that belongs to it. The second has a new uid, the rest of the action, the
    same actor, phase and audience, and the branches: they still follow the end of what is done.
    """
    action = step["action"]
    start, end = len(action) - len(action.lstrip()), len(action.rstrip())
    joint = next((found for pattern in _JOINTS if (found := pattern.search(action, start, end))), None)
    if joint is None:
        return None
    first = {**step, "branches": [], "action": action[: joint.start()]}
    shared = {name: step[name] for name in _SHARED}
    second = {**blank_item(Step), **shared, "branches": step["branches"], "action": action[joint.end() :]}
    return first, second
