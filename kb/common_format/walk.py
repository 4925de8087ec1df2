"""Walking over a value of the common format by its declarations: every field, every text, with path and label.

A path is a tuple of names that leads to a field and can be made into a link: field names, and for a repeated thing its
uid (a parameter's key; a plain list's index), e.g. `("steps", "te-kakunin", "cautions", "0")`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from operator import is_
from types import MappingProxyType
from typing import Any, TypeVar, get_args

from kb.common_format.fields import FieldSpec, Line, Prose, Url, Value, specs

V = TypeVar("V", bound=Value)
Path = tuple[str, ...]
BETWEEN = " › "
"""Stands between the labels of a field and of what it belongs to."""


class TextKind(Enum):
    """How a text is read: one plain line, Markdown, or an address."""

    LINE = get_args(Line)[-1]
    PROSE = get_args(Prose)[-1]
    URL = get_args(Url)[-1]


@dataclass(frozen=True)
class Place:
    """One declared field of one value inside a content. `label` is in Japanese, from the outside in."""

    path: Path
    label: str
    spec: FieldSpec
    value: Any
    kind: TextKind | None


@dataclass(frozen=True)
class Text:
    """One text inside a content."""

    path: Path
    label: str
    kind: TextKind
    text: str


@cache
def text_kinds(model: type[Value]) -> Mapping[str, TextKind]:
    """The fields of `model` that hold a text or a list of texts. Technical names such as uid and slug are none."""
    found: dict[str, TextKind] = {}
    for name, info in model.model_fields.items():
        marks = [
            *info.metadata,
            *(mark for arg in get_args(info.annotation) for mark in getattr(arg, "__metadata__", ())),
        ]
        for kind in TextKind:
            if kind.value in marks:
                found[name] = kind
    return MappingProxyType(found)


def name_of(item: Value, index: int) -> str:
    """The name of an item in a path: its uid, a parameter's key, or its place counted from 0."""
    return str(getattr(item, "uid", None) or getattr(item, "key", None) or index)


def places(value: Value, path: Path = (), label: str = "") -> Iterator[Place]:
    """Every declared field in `value`, an outer field before what it holds, in order of declaration."""
    kinds = text_kinds(type(value))
    for name, spec in specs(type(value)):
        here, words, held = (*path, name), label + spec.label, getattr(value, name)
        yield Place(here, words, spec, held, kinds.get(name))
        yield from _inside(held, here, words)


def _inside(held: Any, path: Path, label: str) -> Iterator[Place]:
    if isinstance(held, Value):
        yield from places(held, path, label + BETWEEN)
    elif isinstance(held, tuple):
        for index, item in enumerate(held):
            if isinstance(item, Value):
                yield from places(item, (*path, name_of(item, index)), f"{label}{index + 1}{BETWEEN}")


def texts(value: Value) -> Iterator[Text]:
    """Every text in `value` that is not empty, in order of declaration."""
    found: list[Text] = []
    _gather(value, (), "", found)  # one list: a check walks thousands of fields, most of them empty
    return iter(found)


def _gather(value: Value, path: Path, label: str, found: list[Text]) -> None:
    kinds = text_kinds(type(value))
    for name, spec in specs(type(value)):
        held = getattr(value, name)
        if not held:
            continue
        here, words, kind = (*path, name), label + spec.label, kinds.get(name)
        if isinstance(held, Value):
            _gather(held, here, words + BETWEEN, found)
        elif isinstance(held, tuple):
            _gather_list(held, kind, here, words, found)
        elif kind is not None:
            found.append(Text(here, words, kind, held))


def _gather_list(held: tuple[Any, ...], kind: TextKind | None, path: Path, label: str, found: list[Text]) -> None:
    for index, item in enumerate(held):
        if isinstance(item, Value):
            _gather(item, (*path, name_of(item, index)), f"{label}{index + 1}{BETWEEN}", found)
        elif kind is not None:
            found.append(Text((*path, str(index)), f"{label}{index + 1}", kind, item))


def map_texts(value: V, change: Callable[[TextKind, str], str]) -> V:
    """`value` with `change(kind, text)` in place of each text. What `change` gives must fit the field.

    Parts in which no text changes are the same objects: most texts of a manual refer to no parameter.
    """
    kinds = text_kinds(type(value))

    def changed(name: str, held: Any) -> Any:
        if isinstance(held, Value):
            return map_texts(held, change)
        if isinstance(held, tuple):
            return same_or_new(held, tuple(changed(name, item) for item in held))
        return change(kinds[name], held) if name in kinds and held else held

    before = {name: getattr(value, name) for name in type(value).model_fields}
    return with_changes(value, {name: changed(name, held) for name, held in before.items() if held})


def with_changes(value: V, after: Mapping[str, Any]) -> V:
    """`value` with these fields; itself when each of them holds that very object."""
    update = {name: held for name, held in after.items() if held is not getattr(value, name)}
    return value.model_copy(update=update) if update else value


def same_or_new(held: tuple[Any, ...], items: tuple[Any, ...]) -> tuple[Any, ...]:
    """`items`; `held` itself when it has the very same ones."""
    return held if len(items) == len(held) and all(map(is_, items, held)) else items
