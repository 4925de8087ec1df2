"""Tables of the yardstick. Master data: written by loading `content/`, looked up by everybody."""

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class WorkArea(SQLModel, table=True):
    """業務分類: a node of the two-level tree A総務 … Z全庁共通."""

    __tablename__ = "work_area"

    code: str = Field(primary_key=True, max_length=3)
    parent_code: str | None = Field(default=None, foreign_key="work_area.code", index=True)
    name: str = Field(max_length=80)
    std20: int | None = None
    """Number among the 20 standardised businesses, if it is one."""
    fiscal_kan: str = Field(default="", max_length=80)


class Phase(SQLModel, table=True):
    """工程: a canonical stage of a kind of work, so that towns compare."""

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40, index=True)
    position: int
    name: str = Field(max_length=20)
    meaning: str = Field(default="", max_length=200)


class Procedure(SQLModel, table=True):
    """標準業務: what manuals of different towns are about, e.g. 転入届."""

    key: str = Field(primary_key=True, max_length=80)
    name: str = Field(max_length=80)
    work_area_code: str = Field(foreign_key="work_area.code", index=True)
    kind: str = Field(max_length=40)
    readings: list[str] = Field(default_factory=list, sa_type=JSON)
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    legal_basis: str = Field(default="", max_length=200)
    summary: str = Field(default="", max_length=400)


class Term(SQLModel, table=True):
    """共通用語: the preferred word, its readings and variants, and what it must not be confused with."""

    key: str = Field(primary_key=True, max_length=80)
    preferred: str = Field(max_length=80, unique=True)
    readings: list[str] = Field(default_factory=list, sa_type=JSON)
    variants: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    """Each: word, kind (略称・旧称・表記ゆれ・通称) and maybe reading."""
    definition: str = Field(default="", max_length=1000)
    source: str = Field(default="", max_length=200)
    not_to_confuse: list[str] = Field(default_factory=list, sa_type=JSON)
    work_area_code: str | None = Field(default=None, foreign_key="work_area.code")
