"""How a field of the common format is declared: once, with everything that pages, files and checks need.

A field is a pydantic field whose metadata (`FieldSpec`) carries its Japanese label, its example, whether
publishing needs it, whether it counts toward the fill rate and whether it is 庁内限り. The editor, the page, the
text file, the checks and the JSON Schema read the declaration; none keeps a list of fields of its own.
"""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

_UID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: people read uids aloud
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Value(BaseModel):
    """A frozen value of the common format; unknown keys are an error, not silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(StrEnum):
    """Where a field stands in the text form and on the page."""

    HEADER = "header"
    """Front matter of the text form; the summary of the page."""
    ITEMS = "items"
    """A heading per item, then its data, then its body as Markdown."""
    DATA = "data"
    """A heading with a block of data."""
    PROSE = "prose"
    """A heading with Markdown."""


@dataclass(frozen=True)
class FieldSpec:
    """What a declaration says beside the type. `example` is shown under the empty input."""

    label: str
    hint: str = ""
    example: str = ""
    required: bool = False
    fill: bool = False
    internal: bool = False
    section: Section = Section.HEADER
    role: str = ""
    """In an item: "heading" (the item's title line in the text form) or "body" (its Markdown)."""
    numbered: bool = False
    """In a section of items: their headings carry their place, 1, 2, 3."""

    def __call__(self, schema: dict[str, Any]) -> None:
        """Add to a field's JSON Schema what pydantic cannot know (its `json_schema_extra` hook)."""
        if self.internal:
            schema["x-internal"] = True
        if self.required:
            schema["x-required-to-publish"] = True


def declared(label: str, default: Any = None, **spec: Any) -> Any:
    """Declare a field: label first, then default, then the parts of `FieldSpec`. Returns a pydantic `Field`."""
    made = FieldSpec(label=label, **spec)
    examples = [made.example] if made.example else None
    return Field(default, title=label, description=made.hint or None, examples=examples, json_schema_extra=made)


def spec_of(info: FieldInfo) -> FieldSpec | None:
    """The declaration of a pydantic field, or None for technical fields such as `uid`."""
    return info.json_schema_extra if isinstance(info.json_schema_extra, FieldSpec) else None


@cache
def specs(model: type[Value]) -> tuple[tuple[str, FieldSpec], ...]:
    """Name and declaration of each declared field of `model`, in order of declaration."""
    found = ((name, spec_of(info)) for name, info in model.model_fields.items())
    return tuple((name, spec) for name, spec in found if spec is not None)


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text or "\t" in text:
        raise ValueError("改行やタブを入れずに1行で書いてください。")
    return _visible(text).strip()


def _visible(text: str) -> str:
    if _FORBIDDEN.search(text):
        raise ValueError("使えない制御文字が含まれています。")
    return text


def _lines(text: str) -> str:
    """Markdown as it is stored: LF only, no blank first or last lines, no trailing spaces at the very end."""
    return _visible(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n").rstrip()


def _known_scheme(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s<>\"']+", url):
        raise ValueError("「https://」で始まるアドレスを書いてください。")
    return url


Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_one_line)]
"""One line of text, at most 300 characters."""
Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_lines)]
"""Markdown, at most 20,000 characters."""
Url = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_visible), AfterValidator(_known_scheme)]
"""Empty, or an http(s) address."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
"""Lower-case words joined by hyphens; the name of a procedure or a manual in an address."""
Uid = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", min_length=3, max_length=40)]
"""Permanent name of a repeated thing; survives edits, moves, forks and merges."""
WorkAreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Z](?:[0-9]{2})?$")]
"""Code of a work area, e.g. B01."""
ParameterKey = Annotated[str, StringConstraints(pattern=r"^[^\s{}|\\<>#&\"']{1,40}$"), AfterValidator(_visible)]
"""Name of a town-specific word, written `{{key}}` in text."""
Count = Annotated[int, Field(ge=0, le=100_000_000)]
"""A number of cases, at most 100 million."""


def new_uid() -> str:
    """A fresh uid: a letter and eleven characters (59 bits) from a readable alphabet."""
    return secrets.choice(_UID_ALPHABET[:23]) + "".join(secrets.choice(_UID_ALPHABET) for _ in range(11))
