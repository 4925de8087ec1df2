"""Content that was stored in an older version of the format, brought to today's. History is never rewritten.

When the format changes its shape: raise `FORMAT_VERSION`, add to `UPGRADES` one pure function from the version before,
and keep it for ever. It gets and gives the raw content (plain JSON values, without `format_version`).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kb.common_format.content import FORMAT_VERSION, ManualContent
from kb.errors import Invalid

Raw = dict[str, Any]
Upgrade = Callable[[Raw], Raw]

UPGRADES: Mapping[int, Upgrade] = MappingProxyType({})
"""From-version → function to the next version. Empty while there is only version 1."""


class VersionError(Invalid):
    """Content in a version of the format that this program cannot read."""


def upgrade(raw: Raw, registry: Mapping[int, Upgrade] = UPGRADES, current: int = FORMAT_VERSION) -> Raw:
    """`raw` content (with `format_version`) in the shape of version `current`; `raw` itself is left as it is.

    Raises `VersionError` when the version is missing, no whole number, newer than `current` or without an upgrade.
    """
    version = raw.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise VersionError(
            "書式の版(format_version)がないか、整数ではありません。「format_version: 1」のように書いてください。"
        )
    if version > current:
        raise VersionError(
            f"書式の第{version}版で書かれています。このシステムが読めるのは第{current}版までです。システムを新しくしてから読み込んでください。"
        )
    content = {name: value for name, value in raw.items() if name != "format_version"}
    for step in range(version, current):
        if step not in registry:
            raise VersionError(f"書式の第{step}版は読めません。format_versionを確かめてください。")
        content = registry[step](content)
    return {"format_version": current, **content}


def load_content(raw: Raw) -> ManualContent:
    """The content stored as `raw` by `dump_content`, of today or of an older version.

    Raises `VersionError` as `upgrade` does, and pydantic's `ValidationError` when the values are not acceptable.
    """
    content = upgrade(raw)
    del content["format_version"]
    return ManualContent.model_validate(content)


def dump_content(content: ManualContent) -> Raw:
    """`content` as plain JSON values with its `format_version`, as it is stored."""
    return {"format_version": FORMAT_VERSION, **content.model_dump(mode="json")}
