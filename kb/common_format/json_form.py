"""The JSON form of a manual: the machine's form of the same value, described by the JSON Schema of `schema`."""

import json
from typing import Any, NoReturn

from kb.common_format.envelope import ManualFile
from kb.common_format.text_layout import MAX_BYTES
from kb.common_format.text_problems import Problem, TextFormError, validated
from kb.common_format.upgrades import VersionError, upgrade

_NO_JSON = "JSONとして読めません。かっこ、引用符、カンマを確かめてください。"
_NO_OBJECT = "「envelope」と「content」を持つオブジェクトで書いてください。"


def write_json(file: ManualFile) -> str:
    """`file` as indented JSON with every field, defaults too, and a line feed at the end."""
    return json.dumps(file.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def parse_json(text: str, name: str = "") -> ManualFile:
    """The value of a JSON form. `name` only stands in the problems.

    Raises `TextFormError` for what is no JSON, too large (over twice `MAX_BYTES`: JSON tells every default), written
    in another version that cannot be upgraded, or not acceptable to the model; nothing else, whatever `text` is.
    """
    if len(text) > 2 * MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > 2 * MAX_BYTES:
        limit = f"{2 * MAX_BYTES // 1_000_000}MB"
        raise TextFormError([Problem(f"大きすぎます。{limit}以内に分けてください。")], name)
    try:
        raw = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise TextFormError([Problem(_NO_JSON, error.lineno)], name) from error
    except (ValueError, RecursionError) as error:
        raise TextFormError([Problem(str(error) if isinstance(error, _Refused) else _NO_JSON)], name) from error
    envelope, content = _halves(raw, name)
    try:
        content = upgrade({**content, "format_version": envelope.get("format_version")})
    except VersionError as error:
        raise TextFormError([Problem(error.message, field="format_version")], name) from error
    return validated({**envelope, "format_version": content.pop("format_version")}, content, {}, name)


class _Refused(ValueError):
    """Legal for Python's reader, but not what we take."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Refused("同じ名前の項目が2つあります。1つにしてください。")
    return made


def _refuse(constant: str) -> NoReturn:
    raise _Refused(f"「{constant}」は使えません。数で書いてください。")


def _halves(raw: Any, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if not isinstance(raw, dict) or raw.keys() != {"envelope", "content"}:
        raise TextFormError([Problem(_NO_OBJECT)], name)
    envelope, content = raw["envelope"], raw["content"]
    if not isinstance(envelope, dict) or not isinstance(content, dict):
        raise TextFormError([Problem(_NO_OBJECT)], name)
    if "format_version" in content:
        message = "format_versionはenvelopeに書くものです。contentから削除してください。"
        raise TextFormError([Problem(message, field="format_version")], name)
    return envelope, content
