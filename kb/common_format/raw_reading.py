"""From a raw form to a content: what was typed, taken at its word."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from kb.common_format.checks_draft import draft_findings
from kb.common_format.checks_finding import Finding
from kb.common_format.content import ManualContent
from kb.common_format.fields import Value, new_uid
from kb.common_format.raw_numbers import number_of
from kb.common_format.raw_plan import FormField, Widget, fields_of
from kb.common_format.raw_repair import without_unreadable
from kb.common_format.raw_values import completed, is_blank
from kb.common_format.step import Step

MOST_LINES = 200
"""The most entries in a list of plain values."""
_BETWEEN_NUMBERS = re.compile(r"[\s、,，]+")


def content_of_raw(raw: Mapping[str, Any]) -> ManualContent | list[Finding]:
    """The content that `raw` says, or why it says none (findings of the level draft, each with path and message).

    A number may be typed in full-width digits, with thousands separated and with its unit (「３」「1,200件」「5分」).
    An empty text is an empty text; an empty number or choice is the default of its field. Blank lines in a list of
    plain values, and items in which nothing at all is written, are left out; steps stay. So a content comes back equal
    from its raw form, but for items and list entries without a single character. A path in a finding is that of
    `walk`; `field_name` leads from it to the field on the form.
    """
    plain = _plain(ManualContent, raw)
    try:
        return ManualContent.model_validate(plain)
    except ValidationError:
        return [_on_form(finding, raw) for finding in draft_findings(plain)]


def lenient_content(raw: Mapping[str, Any]) -> ManualContent:
    """A content to show figures, lanes and the fill rate of, whatever `raw` is: values that cannot be read are left out.

    Equal to `content_of_raw(raw)` when that is a content. Never raises. Not to be saved.
    """
    return without_unreadable(_plain(ManualContent, raw))


def _plain(model: type[Value], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `raw` as plain data for `model`, without those in which nothing is written and that have a default.

    What has not the shape of its field (a draft of an older program) says nothing.
    """
    plain: dict[str, Any] = {"uid": raw.get("uid") or new_uid()} if "uid" in model.model_fields else {}
    for field in fields_of(model):
        held = raw.get(field.name)
        said = _scalar(field, held) if field.inner is None else _object(field, field.inner, held)
        if said is not None:
            plain[field.name] = said
    return plain


def _object(field: FormField, model: type[Value], held: Any) -> Any:
    if field.widget is Widget.GROUP:
        absent = not isinstance(held, Mapping) or (field.optional and is_blank(held))
        return None if absent else _plain(model, held)
    return [_plain(model, item) for item in _written(field, held)] if isinstance(held, list) else None


def _written(field: FormField, items: list[Any]) -> list[Mapping[str, Any]]:
    """The items that somebody wrote in. A step stays also while it is empty: its place says something."""
    found = [item for item in items if isinstance(item, Mapping)]
    return found if field.inner is Step else [item for item in found if not is_blank(item)]


def _scalar(field: FormField, held: Any) -> Any:
    if not held or not isinstance(held, str):
        return held if isinstance(held, bool) and field.widget is Widget.CHECKBOX else _empty(field, held)
    if field.widget is Widget.LINES:
        return _entries(field, held)
    if field.widget is Widget.PROSE:
        return held
    text = held.strip()
    if not text:
        return _empty(field, text)
    return _number(field, text) if field.numeric else text


def _empty(field: FormField, held: Any) -> str | None:
    """An empty text is a text, if it can be one; everything else that is empty is not there."""
    may_be_empty = field.widget in (Widget.LINE, Widget.PROSE) and not field.empty_is_default
    return "" if may_be_empty and held == "" else None


def _entries(field: FormField, text: str) -> list[Any] | str:
    """The entries of a list of plain values; the text itself when they are too many (see `_on_form`)."""
    found = _BETWEEN_NUMBERS.split(text) if field.numeric else text.split("\n")
    entries = [entry.strip() for entry in found if entry.strip()]
    if len(entries) > MOST_LINES:
        return text
    return [_number(field, entry) for entry in entries] if field.numeric else entries


def _number(field: FormField, text: str) -> int | float | str:
    """The number, or the text as it is: the type refuses it then, in its own words."""
    number = number_of(text, field.label)
    return text if number is None else number


def _on_form(finding: Finding, raw: Mapping[str, Any]) -> Finding:
    """`finding` in the words of the form: how long a list may be, and the uid of a parameter that has no key yet."""
    if finding.code == "tuple_type":
        return replace(finding, code="too_many_lines", message=f"{MOST_LINES}行以内で書いてください。")
    match finding.path:
        case ("parameters", name, *rest):
            written = [item for item in completed(raw)["parameters"] if not is_blank(item)]
            if all(item["key"].strip() != name for item in written):
                return replace(finding, path=("parameters", written[int(name)]["uid"], *rest))
    return finding
