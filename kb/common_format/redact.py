"""What people outside the town may read: the content without its 庁内限り parts.

Generic over the declarations: a field declared `internal` goes back to its default, an item whose `internal` is set
goes away, at any depth. Every surface for outsiders reads only what `redact` gives.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kb.common_format.content import ManualContent
from kb.common_format.fields import Value, specs
from kb.common_format.parameters import used_keys
from kb.common_format.step import END, Step
from kb.common_format.walk import places, same_or_new, with_changes

REDACTION_VERSION = 1
"""Which rules `redact` follows. Who keeps a result notes it: a raised number says that today's result may differ."""


def redact(content: ManualContent) -> ManualContent:
    """A valid content without its 庁内限り parts; `content` unchanged when it has none.

    A branch into a removed step leads to the next step that remains after it, or to the end. A parameter that only
    removed parts referred to goes too: its word and value would tell of them.
    """
    if not has_internal(content):
        return content
    goal = goals(content.steps, lambda step: not step.internal)
    kept: ManualContent = _without_internal(content)
    kept = kept.model_copy(update={"steps": tuple(retargeted(step, goal) for step in kept.steps)})
    gone = used_keys(content) - used_keys(kept)
    parameters = tuple(parameter for parameter in kept.parameters if parameter.key not in gone)
    return ManualContent(
        **{**{name: getattr(kept, name) for name in ManualContent.model_fields}, "parameters": parameters}
    )


def has_internal(content: ManualContent) -> bool:
    """Whether `content` holds anything that is 庁内限り."""
    return any(
        place.value is True if place.path[-1] == "internal" else place.spec.internal and bool(place.value)
        for place in places(content)
    )


def _without_internal(value: Any) -> Any:
    if isinstance(value, tuple):
        items = tuple(_without_internal(item) for item in value if not getattr(item, "internal", False))
        return same_or_new(value, items)
    if not isinstance(value, Value):
        return value
    hidden = {name for name, spec in specs(type(value)) if spec.internal}
    seen = {
        name: info.get_default() if name in hidden else _without_internal(getattr(value, name))
        for name, info in type(value).model_fields.items()
    }
    return with_changes(value, seen)


def goals(steps: tuple[Step, ...], stays: Callable[[Step], bool]) -> dict[str, str]:
    """For each step's uid the step that stands in for it: itself, or the next one after it that stays, or the end."""
    found, following = {END: END}, END
    for step in reversed(steps):
        following = step.uid if stays(step) else following
        found[step.uid] = following
    return found


def retargeted(step: Step, goal: Mapping[str, str]) -> Step:
    """`step` with each branch leading to what stands in for its goal."""
    branches = tuple(branch.model_copy(update={"goto": goal[branch.goto]}) for branch in step.branches)
    return step.model_copy(update={"branches": branches})
