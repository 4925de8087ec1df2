"""What is wrong with a manual file, in words that say where it stands and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from kb.common_format.envelope import ManualFile
from kb.errors import Invalid

Path = tuple[str | int, ...]

MAX_PROBLEMS = 100
"""More problems than this are of no use to a person who mends a file."""

_MESSAGES = {
    "missing": "この項目がありません。書き足してください。",
    "extra_forbidden": "この名前の項目は共通書式にありません。名前を確かめるか、削除してください。",
    "string_too_long": "長すぎます。{max_length}文字以内で書いてください。",
    "string_too_short": "{min_length}文字以上で書いてください。",
    "string_pattern_mismatch": "使えない形です。英小文字・数字・ハイフンなど、決められた形で書いてください。",
    "string_type": "文字で書いてください。",
    "string_unicode": "文字として読めない部分があります。書き直してください。",
    "enum": "決められた言葉から選んで書いてください。",
    "greater_than_equal": "{ge}以上の数で書いてください。",
    "less_than_equal": "{le}以下の数で書いてください。",
    "finite_number": "数で書いてください。",
    "bool_": "true(はい)か false(いいえ)で書いてください。",
    "int_": "整数で書いてください。",
    "float_": "数で書いてください。",
    "date_": "日付を 2026-04-01 の形で書いてください。",
    "tuple_type": "「- 」で始まる行の並び(一覧)で書いてください。",
    "dict_type": "「名前: 値」の組で書いてください。",
    "model_": "「名前: 値」の組で書いてください。",
}
_UID_MISSING = "uidがありません。「uid: 」で変わらない名前を付けてください(取り込みでは自動で付きます)。"


@dataclass(frozen=True)
class Problem:
    """One thing to mend: `line` counts from 1 (None when the whole file is meant), `field` is a path such as
    `steps[0].minutes`, `file` the name that the caller gave."""

    message: str
    line: int | None = None
    field: str = ""
    file: str = ""

    def __str__(self) -> str:
        """One line: where, which field, what to do."""
        line = f"{self.line}行目" if self.line else ""
        where = " ".join(part for part in (self.file, line, self.field) if part)
        return f"{where}: {self.message}" if where else self.message


class TextFormError(Invalid):
    """A manual file that cannot be read; `problems` lists everything found, at most `MAX_PROBLEMS`."""

    def __init__(self, problems: Iterable[Problem], file: str = "") -> None:
        listed = [problem if problem.file else replace(problem, file=file) for problem in problems]
        listed.sort(key=lambda problem: problem.line or 0)
        self.problems = tuple(listed[:MAX_PROBLEMS])
        super().__init__("\n".join(str(problem) for problem in self.problems))


def validated(envelope: Any, content: Any, lines: Mapping[Path, int], name: str) -> ManualFile:
    """The manual file in raw `envelope` and `content` (mappings of plain values).

    `lines` knows the line of each path that begins with "envelope" or "content"; a path without one takes its
    nearest parent's. Raises `TextFormError` with every problem that the model finds.
    """
    try:
        return ManualFile.model_validate({"envelope": envelope, "content": content})
    except ValidationError as error:
        raise TextFormError(problems_in(error, lines), name) from error


def problems_in(error: ValidationError, lines: Mapping[Path, int]) -> list[Problem]:
    """What a model found, in our words, each with the line of its path or of the nearest thing that it stands in."""
    found = error.errors(include_url=False, include_input=False)
    return [Problem(_message(one), _line(tuple(one["loc"]), lines), shown(tuple(one["loc"]))) for one in found]


def _line(path: Path, lines: Mapping[Path, int]) -> int | None:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def shown(path: Path) -> str:
    """A path as people read it, without "envelope" or "content" before it: `steps[0].minutes`."""
    path = path[1:] if path[:1] in {("envelope",), ("content",)} else path
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _message(error: Mapping[str, Any]) -> str:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "missing" and error["loc"][-1] == "uid":
        return _UID_MISSING
    if kind == "value_error":
        return str(context["error"])
    for prefix, message in _MESSAGES.items():
        if kind == prefix or (prefix.endswith("_") and kind.startswith(prefix)):
            return message.format(**context)
    return "この値は使えません。書き方を確かめてください。"
