"""Why a draft cannot be read as a content yet: pydantic's errors, said in Japanese and with a path to the field."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kb.common_format.checks_finding import Finding, Level
from kb.common_format.content import ManualContent
from kb.common_format.fields import Value, spec_of
from kb.common_format.walk import BETWEEN, Path

_WHOLE = "手順書"

_MESSAGES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "書いてください。",
    "string_too_short": lambda _: "書いてください。",
    "too_short": lambda _: "書いてください。",
    "string_too_long": lambda about: f"{about['max_length']:,}文字以内で書いてください。",
    "string_pattern_mismatch": lambda _: "使えない文字があるか、形が違います。例にならって書いてください。",
    "string_type": lambda _: "文字で書いてください。",
    "value_error": lambda about: str(about["error"]),
    "enum": lambda about: f"次のどれかを選んでください: {about['expected'].replace(' or ', ', ')}",
    "greater_than_equal": lambda about: f"{about['ge']:g}以上の数を書いてください。",
    "less_than_equal": lambda about: f"{about['le']:,g}以下の数を書いてください。",
    "int_from_float": lambda _: "小数のない数字を書いてください。",
    "extra_forbidden": lambda _: "共通書式にない項目です。名前を確かめてください。",
    "bool_parsing": lambda _: "「はい」か「いいえ」を選んでください。",
    "tuple_type": lambda _: "一覧の形で書いてください。",
}
_NUMBER = "数字を書いてください。"
_OTHER = "この形では読み取れません。例にならって書き直してください。"


def draft_findings(raw: Mapping[str, Any]) -> list[Finding]:
    """What keeps `raw` (the fields of a content as plain data) from being a `ManualContent`; empty when nothing does."""
    try:
        ManualContent.model_validate(dict(raw))
    except ValidationError as error:
        return [_finding(raw, details) for details in error.errors(include_url=False)]
    return []


def _finding(raw: Mapping[str, Any], details: ErrorDetails) -> Finding:
    path, label = _place(raw, details["loc"])
    return Finding(Level.DRAFT, details["type"], path, label, _message(details))


def _message(details: ErrorDetails) -> str:
    kind = details["type"]
    if kind in _MESSAGES:
        return _MESSAGES[kind](details.get("ctx", {}))
    return _NUMBER if kind.startswith(("int_", "float_", "finite_")) else _OTHER


def _place(raw: Any, loc: tuple[int | str, ...]) -> tuple[Path, str]:
    """The path and label of pydantic's `loc`: an index becomes the item's uid or key where the draft has one."""
    path: list[str] = []
    label = ""
    model: type[Value] | None = ManualContent
    for part in loc:
        raw = _entry(raw, part)
        if isinstance(part, int):
            path.append(_name(raw, part))
            label += str(part + 1)
            continue
        info = model.model_fields.get(part) if model else None
        spec = spec_of(info) if info else None
        path.append(part)
        label += (BETWEEN if label else "") + (spec.label if spec else part)
        model = _model_in(info.annotation) if info else None
    return tuple(path), label or _WHOLE


def _entry(raw: Any, part: int | str) -> Any:
    try:
        return raw[part]
    except (KeyError, IndexError, TypeError):
        return None


def _name(item: Any, index: int) -> str:
    names = [item.get(name) for name in ("uid", "key")] if isinstance(item, Mapping) else []
    return next((name for name in names if isinstance(name, str) and name), str(index))


def _model_in(annotation: Any) -> type[Value] | None:
    """The `Value` inside an annotation such as `tuple[Step, ...]` or `Actor | None`."""
    for found in (annotation, *get_args(annotation)):
        if isinstance(found, type) and issubclass(found, Value):
            return found
    return None
