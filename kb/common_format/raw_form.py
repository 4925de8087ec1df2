"""From the fields of a submitted form to a raw form. The form is hostile: it names only what was there before."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kb.common_format.checks_finding import Finding, Level
from kb.common_format.content import ManualContent
from kb.common_format.fields import Value
from kb.common_format.raw_plan import FormField, Widget, by_name
from kb.common_format.raw_values import LONGEST, Raw, characters, copied
from kb.common_format.walk import BETWEEN, Path

_LONGEST_NAME = 300
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = frozenset("\x0b\x0c\x85\u2028\u2029")
"""What word processors paste for a line end."""
_ODD = "使えない文字が混じっていたため、取り除くか「\ufffd」に置き換えました。文章を確かめてください。"
_TOO_LARGE = f"全体で{LONGEST:,}文字を超えるため、いまの入力は保存していません。文章を分けるか短くしてください。"


class ForgedForm(ValueError):
    """A form, or a button, names what the page never offered. `name` is that name, cut at 200 characters."""

    def __init__(self, name: str) -> None:
        self.name = name[:200]
        super().__init__(self.name)


@dataclass(frozen=True)
class FormReading:
    """What a form said. `findings` tell what could not be taken as typed; with `too_large`, `raw` is as it was before."""

    raw: Raw
    findings: tuple[Finding, ...] = ()
    too_large: bool = False


class _Holder(NamedTuple):
    """One object inside a raw form: a group, an item or the whole. `labels` say in Japanese what it belongs to."""

    raw: Raw
    model: type[Value]
    labels: tuple[str, ...] = ()


def read_form(fields: Iterable[tuple[str, str]], before: Raw) -> FormReading:
    """`before` with the values of a form in place; what the form does not carry stays.

    `fields` are names and values in the order of the form (Werkzeug: `request.form.items(multi=True)`), without those
    that are not of the manual (token, version, buttons). The last value of a name counts; a box is ticked by any value
    but "". Line ends become LF. Characters that cannot be kept (controls, lone surrogates) are replaced or removed, with
    a finding. Raises `ForgedForm` for a name that `before` does not have: unknown fields, uids, lists and groups.
    """
    given = dict(fields)
    if sum(map(len, given.values())) > LONGEST:
        return _too_large(before)
    raw: Raw = copied(before)
    holders: dict[str, _Holder] = {}
    findings = []
    for name, value in given.items():
        outer, dot, last = name[: _LONGEST_NAME + 1].rpartition(".")
        if dot and not outer:
            raise ForgedForm(name)
        if outer not in holders:
            holders[outer] = _holder(raw, name)
        holder = holders[outer]
        field = by_name(holder.model).get(last)
        if field is None or field.inner is not None:
            raise ForgedForm(name)
        holder.raw[last], odd = _kept(field, value)
        if odd:
            label = BETWEEN.join((*holder.labels, field.label))
            findings.append(Finding(Level.DRAFT, "odd_characters", tuple(name.split(".")), label, _ODD))
    return _too_large(before) if characters(raw) > LONGEST else FormReading(raw, tuple(findings))


def field_name(raw: Mapping[str, Any], path: Path) -> str:
    """The name of the form field that a path of a finding leads to, for a link; "" for the manual as a whole.

    A plain list's index falls away (the list is one text area); a parameter's key or index becomes its uid in the form.
    For a repeated field or a group it is the name of that (draw it as an element's id).
    """
    fields, held, names = by_name(), raw, []
    waiting = list(path)
    while waiting:
        field = fields.get(waiting.pop(0))
        if field is None:
            break
        names.append(field.name)
        if field.inner is None:
            break
        fields, held = by_name(field.inner), held.get(field.name) or {}
        if field.widget is Widget.ITEMS and waiting:
            item = _item_called(list(held), waiting.pop(0))
            if item is None:
                break
            names.append(str(item["uid"]))
            held = item
    return ".".join(names)


def _too_large(before: Raw) -> FormReading:
    return FormReading(before, (Finding(Level.DRAFT, "too_large", (), "手順書", _TOO_LARGE),), too_large=True)


def _holder(raw: Raw, name: str) -> _Holder:
    """The object that the field called `name` stands in. Raises `ForgedForm` when there is none."""
    holder = _Holder(raw, ManualContent)
    waiting = name.split(".")[:-1] if len(name) <= _LONGEST_NAME else [""]
    while waiting:
        field = by_name(holder.model).get(waiting.pop(0))
        if field is None or field.inner is None:
            raise ForgedForm(name)
        if field.widget is Widget.GROUP:
            holder = _Holder(holder.raw[field.name], field.inner, (*holder.labels, field.label))
            continue
        uid = waiting.pop(0) if waiting else ""
        place = next((place for place, item in enumerate(holder.raw[field.name]) if item["uid"] == uid), None)
        if place is None:
            raise ForgedForm(name)
        holder = _Holder(holder.raw[field.name][place], field.inner, (*holder.labels, f"{field.label}{place + 1}"))
    return holder


def _kept(field: FormField, value: str) -> tuple[str | bool, bool]:
    """What the raw form keeps of a form's value, and whether characters had to go."""
    if field.widget is Widget.CHECKBOX:
        return value != "", False
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if not _UNKEEPABLE.search(text):
        return text, False
    end = "\n" if field.widget in (Widget.PROSE, Widget.LINES) else " "
    return keepable(text, end), True


def keepable(text: str, line_end: str = "\n") -> str:
    """`text` without what JSON, SQLite or a page cannot take: controls go, lone surrogates become U+FFFD."""

    def instead(found: re.Match[str]) -> str:
        if found[0] in _LINE_ENDS:
            return line_end
        return "\ufffd" if "\ud800" <= found[0] <= "\udfff" else ""

    return _UNKEEPABLE.sub(instead, text)


def _item_called(items: list[Raw], name: str) -> Raw | None:
    """The item with this uid or key, else the one at this index."""
    for item in items:
        if name in (item["uid"], str(item.get("key", item["uid"])).strip()):
            return item
    place = int(name) if name.isascii() and name.isdigit() and len(name) < 6 else len(items)
    return items[place] if place < len(items) else None
