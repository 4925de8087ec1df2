"""What an editor draws for a model of the common format, read from the declarations: no page keeps a list of fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from kb.common_format.content import ManualContent
from kb.common_format.fields import FieldSpec, Section, Uid, Value, specs
from kb.common_format.walk import TextKind

_EITHER_OR = frozenset({"procedure", "work_areas", "legal_bases", "no_legal_basis"})
"""Fields of a content of which publishing needs one or the other, so that none is `required` alone."""


class Widget(StrEnum):
    """How a field is drawn, and what the raw form holds for it."""

    LINE = "line"
    """One line: a text."""
    PROSE = "prose"
    """A text area with Markdown: a text."""
    NUMBER = "number"
    """One line that is read as a number: a text."""
    CHOICE = "choice"
    """One of `choices`, or "" for none: a text."""
    GOAL = "goal"
    """Where a branch leads, one of the steps' uids or `end`: a text."""
    CHECKBOX = "checkbox"
    """True or false; a hidden field of the same name with an empty value stands before the box, the last one counts."""
    LINES = "lines"
    """A text area with one value per line: a text."""
    GROUP = "group"
    """The fields of `inner`: an object."""
    ITEMS = "items"
    """Repeated `inner`: a list of objects with a `uid` each."""


@dataclass(frozen=True)
class FormField:
    """One field as an editor draws it.

    `default` is what an empty number, choice or goal means ("" for nothing), and what a text of a new manual begins with.
    """

    name: str
    label: str
    widget: Widget
    hint: str
    example: str
    required: bool
    """Publishing needs it."""
    essential: bool
    """The first screen asks it: required, or one of two of which publishing needs one, or a group that holds such."""
    fill: bool
    internal: bool
    section: Section
    role: str
    choices: tuple[str, ...] = ()
    inner: type[Value] | None = None
    optional: bool = False
    """In a group: the whole may be absent."""
    whole: bool = False
    """In a number, or in lines of numbers: no decimals."""
    numeric: bool = False
    """A number, or lines of numbers."""
    longest: int | None = None
    """The most characters of a text, or of each of its lines in `LINES`."""
    default: str = ""
    empty_is_default: bool = False
    """In a text: an empty one is no text of its own, but None, or not allowed at all."""

    @property
    def fields(self) -> tuple["FormField", ...]:
        """The fields of a group or of each item; empty for others."""
        return fields_of(self.inner) if self.inner else ()


@cache
def fields_of(model: type[Value] = ManualContent) -> tuple[FormField, ...]:
    """The declared fields of `model` in order of declaration. Technical names such as `uid` are not among them."""
    return tuple(_field(model, name, spec, model.model_fields[name]) for name, spec in specs(model))


@cache
def by_name(model: type[Value] = ManualContent) -> Mapping[str, FormField]:
    """The fields of `model` by their names."""
    return {field.name: field for field in fields_of(model)}


def _field(model: type[Value], name: str, spec: FieldSpec, info: FieldInfo) -> FormField:
    repeated = get_origin(info.annotation) is tuple
    kind, marks, optional = _taken_apart(get_args(info.annotation)[0] if repeated else info.annotation)
    marks = (*marks, *info.metadata)
    inner = kind if issubclass(kind, Value) else None
    widget = _widget(kind, marks, repeated)
    either_or = model is ManualContent and name in _EITHER_OR
    holds_essential = widget is Widget.GROUP and any(field.required for field in fields_of(kind))
    return FormField(
        name=name,
        label=spec.label,
        widget=widget,
        hint=spec.hint,
        example=spec.example,
        required=spec.required,
        essential=spec.required or info.is_required() or either_or or holds_essential,
        fill=spec.fill,
        internal=spec.internal,
        section=spec.section,
        role=spec.role,
        choices=tuple(str(one.value) for one in kind) if issubclass(kind, Enum) else (),
        inner=inner,
        optional=optional,
        whole=kind is int,
        numeric=kind in (int, float),
        longest=next(_lengths(marks), None),
        empty_is_default=optional or info.is_required(),
        default=_default(info) if widget not in (Widget.GROUP, Widget.ITEMS, Widget.CHECKBOX) else "",
    )


def _taken_apart(annotation: Any) -> tuple[type, tuple[Any, ...], bool]:
    """The bare type of an annotation, what its `Annotated` says, and whether None is allowed."""
    optional = get_origin(annotation) in (Union, UnionType)
    if optional:
        (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Annotated:
        kind, *marks = get_args(annotation)
        return kind, tuple(marks), optional
    return annotation, (), optional


def _widget(kind: type, marks: tuple[Any, ...], repeated: bool) -> Widget:
    if issubclass(kind, Value):
        return Widget.ITEMS if repeated else Widget.GROUP
    if repeated:
        return Widget.LINES
    if issubclass(kind, Enum):
        return Widget.CHOICE
    if kind is bool:
        return Widget.CHECKBOX
    if kind in (int, float):
        return Widget.NUMBER
    if get_args(Uid)[1] in marks:
        return Widget.GOAL
    return Widget.PROSE if TextKind.PROSE.value in marks else Widget.LINE


def _lengths(marks: tuple[Any, ...]) -> Iterator[int]:
    for mark in marks:
        if isinstance(mark, StringConstraints) and mark.max_length is not None:
            yield mark.max_length


def _default(info: FieldInfo) -> str:
    return "" if info.is_required() else typed(info.get_default())


def typed(value: Any) -> str:
    """A scalar, or a tuple of scalars, as an author would type it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(typed(one) for one in value)
    if isinstance(value, Enum):
        return str(value.value)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
