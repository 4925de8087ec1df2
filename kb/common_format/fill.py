"""Fill rate (充足率): how much of what makes a manual useful is written. Read from the declarations (`fill=True`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args, get_origin

from kb.common_format.content import ManualContent
from kb.common_format.fields import Value, specs
from kb.common_format.walk import BETWEEN, Path, name_of


class Missing(NamedTuple):
    """A field that would raise the fill rate: where it is and what it is called."""

    path: Path
    label: str


@dataclass(frozen=True)
class Fill:
    """The share that is filled, 0…1, and what is missing in order of declaration."""

    rate: float
    missing: tuple[Missing, ...]


class _Point(NamedTuple):
    missing: Missing
    weight: float
    filled: bool


def fill_rate(content: ManualContent) -> Fill:
    """The fill rate of `content`.

    A field of the content counts one; a group such as 目的 shares that one among its own counted fields; a counted
    field of a step counts one for all steps together, so that a long manual is measured like a short one.
    """
    points = list(_points(content))
    total = sum(point.weight for point in points)
    filled = sum(point.weight for point in points if point.filled)
    missing = tuple(point.missing for point in points if not point.filled)
    return Fill(rate=1.0 if not missing else min(filled / total, 1.0), missing=missing)


def is_set(value: Any) -> bool:
    """Whether somebody wrote something: zero counts, an empty text, an empty list or an empty group does not."""
    if isinstance(value, Value):
        return any(is_set(getattr(value, name)) for name, _ in specs(type(value)))
    return value is not None and value is not False and value not in ("", ())


def _points(content: ManualContent) -> Iterator[_Point]:
    for name, spec in specs(ManualContent):
        held, place = getattr(content, name), Missing((name,), spec.label)
        if item := _counted_item(name):
            yield from _items(item, held, place)
        elif spec.fill:
            yield from _field(held, place, 1.0)


def _counted_item(name: str) -> type[Value] | None:
    """The type of the items of a repeated field, when the items themselves have counted fields (today: steps)."""
    annotation = ManualContent.model_fields[name].annotation
    for arg in get_args(annotation) if get_origin(annotation) is tuple else ():
        if isinstance(arg, type) and issubclass(arg, Value) and _counted(arg):
            return arg
    return None


def _counted(model: type[Value]) -> list[tuple[str, str]]:
    return [(name, spec.label) for name, spec in specs(model) if spec.fill]


def _items(model: type[Value], held: tuple[Value, ...], place: Missing) -> Iterator[_Point]:
    if not held:
        yield _Point(place, float(len(_counted(model))), filled=False)
    for index, item in enumerate(held):
        for name, label in _counted(model):
            where = Missing((*place.path, name_of(item, index), name), f"{place.label}{index + 1}{BETWEEN}{label}")
            yield from _field(getattr(item, name), where, 1 / len(held))


def _field(held: Any, place: Missing, weight: float) -> Iterator[_Point]:
    inner = _counted(type(held)) if isinstance(held, Value) else []
    if not inner:
        yield _Point(place, weight, is_set(held))
    for name, label in inner:
        where = Missing((*place.path, name), f"{place.label}{BETWEEN}{label}")
        yield _Point(where, weight / len(inner), is_set(getattr(held, name)))
