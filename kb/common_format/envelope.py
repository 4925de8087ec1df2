"""The envelope of a manual file: whose it is, where it lives, which edition, where it came from."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kb.common_format.content import FORMAT_VERSION, ManualContent
from kb.common_format.fields import Line, ParameterKey, Slug, Value, declared


class Audience(StrEnum):
    """公開範囲: who may read a publication."""

    PUBLIC = "public"
    MEMBERS = "members"
    MUNICIPALITY = "municipality"

    @property
    def label(self) -> str:
        """The word on the page."""
        return {"public": "一般公開", "members": "参加団体", "municipality": "庁内"}[self.value]


class Provenance(Value):
    """Where a manual was taken from: 「青葉市『転入届の受付』(第4版)を基に作成」."""

    municipality: Annotated[str, Field(pattern=r"^[0-9]{6}$")] = declared("原典の団体コード", ...)
    municipality_name: Line = declared("原典の団体", "")
    slug: Slug = declared("原典の手順書", ...)
    title: Line = declared("原典の表題", "")
    edition: Annotated[int, Field(ge=1, le=100_000)] = declared("原典の版", ...)
    license: Line = declared("原典の利用条件", "CC BY 4.0")


class Envelope(Value):
    """What a file says about a manual beside its content."""

    format_version: Annotated[int, Field(ge=FORMAT_VERSION, le=FORMAT_VERSION)] = declared("書式の版", FORMAT_VERSION)
    """Always today's: older files are upgraded while they are read (`upgrades`)."""
    municipality: Annotated[str, Field(pattern=r"^[0-9]{6}$")] = declared("団体コード", ...)
    slug: Slug = declared("名前(アドレス)", ...)
    audience: Audience = declared("公開範囲", Audience.PUBLIC)
    edition: Annotated[int, Field(ge=1, le=100_000)] = declared("版", 1)
    published_on: date | None = declared("公開日", None)
    change_note: Line = declared("改訂の内容", "")
    provenance: Provenance | None = declared("原典", None)
    values: dict[ParameterKey, Line] = declared("自団体の言葉の値", {})


class ManualFile(Value):
    """Envelope and content: what the text form and the JSON form write and read back, exactly."""

    envelope: Envelope
    content: ManualContent
