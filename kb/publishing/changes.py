"""What readers will find changed: two contents of a manual side by side, as short as a change note needs it.

Steps are told one by one, by their uid; every other field by its label alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kb.common_format.content import ManualContent
from kb.common_format.fields import specs
from kb.common_format.step import Step
from kb.common_format.walk import BETWEEN


class Kind(StrEnum):
    """What happened to a part."""

    ADDED = "追加"
    REMOVED = "削除"
    CHANGED = "変更"
    MOVED = "並べ替え"


@dataclass(frozen=True)
class Change:
    """One part that differs. `fields` are the labels inside a step; `internal` parts only the own town reads."""

    kind: Kind
    label: str
    fields: tuple[str, ...] = ()
    internal: bool = False


def changes(before: ManualContent, after: ManualContent) -> list[Change]:
    """What differs between two contents of a manual, in the order of the page; empty when nothing does."""
    return [*_fields(before, after), *_steps(before.steps, after.steps)]


def _fields(before: ManualContent, after: ManualContent) -> Iterator[Change]:
    for name, spec in specs(ManualContent):
        old, new = getattr(before, name), getattr(after, name)
        if name == "steps" or old == new:
            continue
        parts = _differing(old, new)
        internal = spec.internal or (bool(parts) and all(getattr(part, "internal", False) for part in parts))
        yield Change(_kind(old, new), spec.label, internal=internal)


def _differing(old: Any, new: Any) -> list[Any]:
    """The items of two lists that the other one lacks."""
    if not isinstance(old, tuple):
        return []
    return [item for item in old if item not in new] + [item for item in new if item not in old]


def _kind(old: Any, new: Any) -> Kind:
    empty: tuple[Any, ...] = ("", None, ())
    if old in empty:
        return Kind.ADDED
    return Kind.REMOVED if new in empty else Kind.CHANGED


def _steps(before: tuple[Step, ...], after: tuple[Step, ...]) -> Iterator[Change]:
    old, new = {step.uid: step for step in before}, {step.uid: step for step in after}
    for number, step in enumerate(after, start=1):
        label = f"手順{number}{BETWEEN}{step.title}"
        was = old.get(step.uid)
        if was is None:
            yield Change(Kind.ADDED, label, internal=step.internal)
        elif was != step:
            fields = tuple(spec.label for name, spec in specs(Step) if getattr(was, name) != getattr(step, name))
            yield Change(Kind.CHANGED, label, fields, internal=step.internal)
    for number, step in enumerate(before, start=1):
        if step.uid not in new:
            yield Change(Kind.REMOVED, f"(前の版の)手順{number}{BETWEEN}{step.title}", internal=step.internal)
    if [uid for uid in old if uid in new] != [uid for uid in new if uid in old]:
        yield Change(Kind.MOVED, "手順の順番")
