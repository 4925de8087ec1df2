"""From a raw form to a content: what was typed, taken at its word."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from kb.common_format.checks_draft import draft_findings
from kb.common_format.checks_finding import Finding, Level
from kb.common_format.content import ManualContent
from kb.common_format.fields import Value
from kb.common_format.raw_numbers import number_of
from kb.common_format.raw_plan import FormField, Widget, fields_of
from kb.common_format.raw_repair import without_unreadable
from kb.common_format.raw_values import Raw, completed, is_blank
from kb.common_format.step import Step
from kb.common_format.walk import BETWEEN

MOST_LINES = 200
"""The most entries in a list of plain values."""
_BETWEEN_NUMBERS = re.compile(r"[\s、,，]+")
_NOTHING = object()
"""Nothing was written where that means the default."""


def content_of_raw(raw: Mapping[str, Any]) -> ManualContent | list[Finding]:
    """The content that `raw` says, or why it says none (findings of the level draft, each with path and message).

    A number may be typed in full-width digits, with thousands separated and with its unit (「３」「1,200件」「5分」).
    An empty text is an empty text; an empty number or choice is the default of its field. Blank lines in a list of
    plain values, and items in which nothing at all is written, are left out; steps stay. So a content comes back equal
    from its raw form, but for items and list entries without a single character. A path in a finding is that of
    `walk`; `field_name` leads from it to the field on the form.
    """
    whole = completed(raw)
    plain = _plain(ManualContent, whole)
    too_long = list(_too_long(plain))
    if not too_long:
        try:
            return ManualContent.model_validate(plain)
        except ValidationError:
            pass
    return too_long + [_in_form(finding, whole) for finding in draft_findings(plain)]


def lenient_content(raw: Mapping[str, Any]) -> ManualContent:
    """A content to show figures, lanes and the fill rate of, whatever `raw` is: values that cannot be read are left out.

    Equal to `content_of_raw(raw)` when that is a content. Never raises. Not to be saved.
    """
    return without_unreadable(_plain(ManualContent, completed(raw)))


def _plain(model: type[Value], raw: Raw) -> dict[str, Any]:
    """The fields of `raw` as plain data for `model`, without those in which nothing is written and that have a default."""
    said = ((field.name, _said(field, raw[field.name])) for field in fields_of(model))
    plain = {name: value for name, value in said if value is not _NOTHING}
    return {"uid": raw["uid"], **plain} if "uid" in model.model_fields else plain


def _said(field: FormField, held: Any) -> Any:
    if field.widget is Widget.CHECKBOX:
        return held
    if field.inner is None:
        return _scalar(field, held)
    if field.widget is Widget.GROUP:
        return _NOTHING if field.optional and is_blank(held) else _plain(field.inner, held)
    return [_plain(field.inner, item) for item in _written(field, held)]


def _written(field: FormField, items: list[Raw]) -> list[Raw]:
    """The items that somebody wrote in. A step stays also while it is empty: its place says something."""
    return items if field.inner is Step else [item for item in items if not is_blank(item)]


def _scalar(field: FormField, text: str) -> Any:
    if field.widget is Widget.LINES:
        entries: Iterable[str] = _BETWEEN_NUMBERS.split(text) if field.numeric else text.split("\n")
        return [_number(field, entry) if field.numeric else entry.strip() for entry in entries if entry.strip()]
    if field.widget is Widget.PROSE:
        return text
    text = text.strip()
    if not text and (field.empty_is_default or field.widget in (Widget.NUMBER, Widget.CHOICE, Widget.GOAL)):
        return _NOTHING
    return _number(field, text) if field.numeric else text


def _number(field: FormField, text: str) -> int | float | str:
    """The number, or the text as it is: the type refuses it then, in its own words."""
    number = number_of(text, field.label)
    return text if number is None else number


def _too_long(plain: Mapping[str, Any]) -> Iterator[Finding]:
    for path, label, entries in _lists(ManualContent, plain, (), ""):
        if len(entries) > MOST_LINES:
            message = f"{MOST_LINES}行以内で書いてください(いま{len(entries):,}行)。"
            yield Finding(Level.DRAFT, "too_many_lines", path, label, message)


def _lists(
    model: type[Value], plain: Mapping[str, Any], path: tuple[str, ...], label: str
) -> Iterator[tuple[tuple[str, ...], str, list[Any]]]:
    """The lists of plain values of a content and of its steps."""
    for field in fields_of(model):
        found = plain.get(field.name)
        if field.widget is Widget.LINES and isinstance(found, list):
            yield (*path, field.name), label + field.label, found
        elif field.inner and field.widget is Widget.ITEMS and isinstance(found, list):
            for place, item in enumerate(found, start=1):
                name = str(item.get("uid", place - 1))
                yield from _lists(field.inner, item, (*path, field.name, name), f"{label}{field.label}{place}{BETWEEN}")


def _in_form(finding: Finding, raw: Raw) -> Finding:
    """`finding` with the uid of the form in place of the index of a parameter that has no key yet."""
    written = [item for item in raw["parameters"] if not is_blank(item)]
    match finding.path:
        case ("parameters", name, *rest) if Counter(item["key"].strip() for item in written)[name] == 0:
            return replace(finding, path=("parameters", written[int(name)]["uid"], *rest))
    return finding
