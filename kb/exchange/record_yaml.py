"""A record as YAML and back, with the line of everything that is wrong. The YAML is that of the text form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from kb.common_format.fields import Value
from kb.common_format.text import Problem, TextFormError
from kb.common_format.text_problems import Path, problems_in
from kb.common_format.text_yaml import Plain, YamlError, read_node, write_yaml
from kb.japanese.notation import JST

Lines = Mapping[Path, int]
Record = TypeVar("Record", bound=Value)


def write_record(record: Value) -> str:
    """`record` as YAML: moments in the time of Japan, what is at its default left out."""
    return write_yaml(_plain(record))


def read_record(model: type[Record], text: str, name: str) -> tuple[Record, Lines]:
    """The record in `text` and the line of each path in it. Raises TextFormError with every problem in the file `name`."""
    try:
        node = read_node(text, 1)
    except YamlError as error:
        raise TextFormError([error.problem], name) from error
    plain = Plain(1)
    raw = plain.value(node) if node is not None else None
    if not isinstance(raw, dict):
        raise TextFormError([*plain.problems, Problem("「名前: 値」の組で書いてください。", 1)], name)
    try:
        record = model.model_validate(raw)
    except ValidationError as error:
        raise TextFormError([*plain.problems, *problems_in(error, plain.lines)], name) from error
    if plain.problems:
        raise TextFormError(plain.problems, name)
    return record, plain.lines


def line_of(lines: Lines, path: Path) -> int | None:
    """The line of a path, or of the nearest thing that it stands in."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        fields = type(value).model_fields
        return {
            name: _plain(held)
            for name, held in value
            if fields[name].is_required() or held != fields[name].get_default(call_default_factory=True)
        }
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.astimezone(JST).isoformat() if isinstance(value, datetime) else value
