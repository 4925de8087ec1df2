"""The JSON Schema of a manual file, for machines outside that read or write the JSON form."""

from typing import Any

from kb.common_format.content import FORMAT_VERSION
from kb.common_format.envelope import ManualFile

SCHEMA_ID = f"/schemas/manual-v{FORMAT_VERSION}.json"
"""Where the schema is published, relative to the site."""

_TECHNICAL_TITLES = {"uid": "変わらない名前(uid)", "envelope": "封筒(どこの、どの版か)", "content": "内容(共通書式)"}


def manual_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `ManualFile`, titles and descriptions in Japanese, made from the declarations.

    It says what a value's parts look like; that uids are unique and branches lead somewhere is checked on reading.
    """
    made = ManualFile.model_json_schema(mode="validation")
    definitions = {name: _in_japanese(part) for name, part in sorted(made["$defs"].items())}
    definitions["Envelope"]["required"] = ["format_version", *definitions["Envelope"]["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **_in_japanese({name: part for name, part in made.items() if name != "$defs"}),
        "title": f"業務手順書の共通書式 第{FORMAT_VERSION}版",
        "$defs": definitions,
    }


def _in_japanese(part: dict[str, Any]) -> dict[str, Any]:
    """`part` without the class names and docstrings that pydantic adds for programmers."""
    told = {key: value for key, value in part.items() if key not in {"title", "description"}}
    if "properties" in told:
        told["properties"] = {
            name: {**field, "title": _TECHNICAL_TITLES.get(name, field.get("title", name))}
            for name, field in told["properties"].items()
        }
    return told
