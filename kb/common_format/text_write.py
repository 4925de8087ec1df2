"""Writing the text form. What stands where is read from the declarations; this file names no field but the uid."""

from typing import Any

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.fields import FieldSpec, Section, Value, specs
from kb.common_format.text_layout import escape, heading
from kb.common_format.text_yaml import write_yaml


def write(file: ManualFile) -> str:
    """The text form of `file`, canonical: equal values give equal text."""
    header = {name: spec for name, spec in specs(ManualContent) if spec.section is Section.HEADER}
    content = {name: value for name, value in _told(file.content).items() if name in header}
    parts = ["---\n" + write_yaml({**_envelope(file.envelope), **content}) + "---\n"]
    for name, spec in specs(ManualContent):
        if spec.section is not Section.HEADER and _is_told(file.content, name):
            parts.append(f"## {spec.label}\n")
            parts.extend(_section(getattr(file.content, name), spec))
    return "\n".join(parts)


def _section(value: Any, spec: FieldSpec) -> list[str]:
    if spec.section is Section.PROSE:
        return [escape(value, Section.PROSE) + "\n"]
    if spec.section is Section.DATA:
        return [_block(_plain(value))]
    return [part for number, item in enumerate(value, 1) for part in _item(item, number, spec)]


def _item(item: Value, number: int, spec: FieldSpec) -> list[str]:
    roles = {own.role: name for name, own in specs(type(item)) if own.role}
    title, body = (getattr(item, roles[role]) if role in roles else "" for role in ("heading", "body"))
    data = {name: value for name, value in _told(item).items() if name != "uid" and name not in roles.values()}
    parts = [heading(title, getattr(item, "uid", ""), number, spec) + "\n"]
    if data:
        parts.append(_block(data))
    if body:
        parts.append(escape(body, Section.ITEMS) + "\n")
    return parts


def _block(data: Any) -> str:
    return f"```yaml\n{write_yaml(data)}```\n"


def _envelope(envelope: Envelope) -> dict[str, Any]:
    """The envelope says its defaults aloud (版, 公開範囲) and leaves out only what is empty."""
    told = (name for name in type(envelope).model_fields if _is_told(envelope, name) or getattr(envelope, name))
    return {name: _plain(getattr(envelope, name)) for name in told}


def _told(value: Value) -> dict[str, Any]:
    """The fields of `value` that are not at their default, as plain values."""
    return {name: _plain(getattr(value, name)) for name in type(value).model_fields if _is_told(value, name)}


def _is_told(value: Value, name: str) -> bool:
    info = type(value).model_fields[name]
    return info.is_required() or getattr(value, name) != info.get_default(call_default_factory=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        return _told(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
