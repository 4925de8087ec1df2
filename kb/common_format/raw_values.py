"""Making raw forms: from a content, from nothing, from what was stored."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from kb.common_format.content import ManualContent
from kb.common_format.fields import Value, new_uid
from kb.common_format.raw_plan import FormField, Widget, fields_of, typed
from kb.common_format.step import Step

Raw: TypeAlias = dict[str, Any]
"""A raw form, or one object inside it. Plain JSON values; never changed in place."""

UNTITLED = "無題の下書き"
LONGEST = 2_000_000
"""The most characters in a raw form."""


def raw_of(content: Value) -> Raw:
    """The raw form of `content` (or of one value inside it): what somebody would have to type to get it."""
    raw = {field.name: _held(field, getattr(content, field.name)) for field in fields_of(type(content))}
    uid = getattr(content, "uid", None)
    return raw if uid is None else {"uid": uid, **raw}


def blank_raw() -> Raw:
    """A raw form in which nothing is written yet: defaults such as the licence stand there, and one empty step."""
    raw = {field.name: _blank(field, field.default) for field in fields_of(ManualContent)}
    return {**raw, "steps": [blank_item(Step)]}


def blank_item(model: type[Value]) -> Raw:
    """A new item of a repeated field with a fresh uid; every field of it is empty, and an empty one means its default."""
    return {"uid": new_uid(), **{field.name: _blank(field, "") for field in fields_of(model)}}


def title_of(raw: Mapping[str, Any]) -> str:
    """The title for a list of drafts; `UNTITLED` while none is written."""
    title = raw.get("title")
    return (" ".join(title.split()) if isinstance(title, str) else "") or UNTITLED


def completed(stored: Any) -> Raw:
    """A whole raw form from what a draft has stored, whatever it is.

    Fields declared since then are added empty, fields that are no more and values of another shape are left out, an
    item without a uid gets one. A raw form made by this room comes back equal.
    """
    return _completed(fields_of(ManualContent), stored if isinstance(stored, Mapping) else {})


def is_blank(raw: Any) -> bool:
    """Whether nothing at all is written in a raw value: blanks, boxes not ticked; uids do not count."""
    waiting = [raw]
    while waiting:  # no recursion: what was stored may be nested as deep as it likes
        held = waiting.pop()
        if isinstance(held, Mapping):
            waiting += [inner for name, inner in held.items() if name != "uid"]
        elif isinstance(held, list):
            waiting += held
        elif held.strip() if isinstance(held, str) else held:
            return False
    return True


def copied(raw: Any) -> Any:
    """A copy of a raw value that shares nothing that could change."""
    if isinstance(raw, dict):
        return {name: copied(held) for name, held in raw.items()}
    return [copied(item) for item in raw] if isinstance(raw, list) else raw


def characters(raw: Any) -> int:
    """How many characters are written in a raw value."""
    if isinstance(raw, str):
        return len(raw)
    if isinstance(raw, dict):
        return sum(map(characters, raw.values()))
    return sum(map(characters, raw)) if isinstance(raw, list) else 0


def _held(field: FormField, value: Any) -> Any:
    if field.widget is Widget.CHECKBOX:
        return value
    if field.widget is Widget.GROUP:
        return _blank(field, "") if value is None else raw_of(value)
    if field.widget is Widget.ITEMS:
        return [{"uid": f"p-{place}", **raw_of(item)} for place, item in enumerate(value, start=1)]
    return typed(value)


def _blank(field: FormField, scalar: str) -> Any:
    if field.widget is Widget.CHECKBOX:
        return False
    if field.widget is Widget.GROUP:
        return {inner.name: _blank(inner, "") for inner in field.fields}
    return [] if field.widget is Widget.ITEMS else scalar


def _completed(fields: tuple[FormField, ...], stored: Mapping[str, Any]) -> Raw:
    return {field.name: _fitting(field, stored.get(field.name)) for field in fields}


def _fitting(field: FormField, found: Any) -> Any:
    if field.widget is Widget.GROUP:
        return _completed(field.fields, found if isinstance(found, Mapping) else {})
    if field.widget is Widget.ITEMS:
        items = found if isinstance(found, list) else []
        return [_item(field, item) for item in items if isinstance(item, Mapping)]
    kind = bool if field.widget is Widget.CHECKBOX else str
    return found if isinstance(found, kind) else _blank(field, "")


def _item(field: FormField, found: Mapping[str, Any]) -> Raw:
    uid = found.get("uid")
    return {"uid": uid if isinstance(uid, str) and uid else new_uid(), **_completed(field.fields, found)}
