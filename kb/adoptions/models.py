"""The table of adoptions. An `Adoption` is a record: a newer edition ends it and begins another, ending it writes its end."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime, one_of


class Degree(StrEnum):
    """How far a town goes along."""

    REFERENCE = "参考"
    PARTLY = "一部採用"
    WHOLLY = "採用"


class Adoption(SQLModel, table=True):
    """採用: a town uses an edition of another town's manual, from `since` until `until` (open when None)."""

    __table_args__ = (
        Index(
            "uq_adoption_open",
            "municipality_code",
            "manual_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code", index=True)
    manual_id: int = Field(foreign_key="manual.id", index=True)
    publication_id: int = Field(foreign_key="publication.id")
    """The edition in use."""
    considered_id: int = Field(foreign_key="publication.id")
    """The newest edition about which the town has decided; a newer one waits on its desk. The one mutable field."""
    degree: Degree = Field(sa_type=one_of(Degree))
    parameter_values: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    note: str = Field(default="", max_length=1000)
    since: datetime = Field(sa_type=UtcDateTime)
    """From when the town says that it has used the edition this way; records of a town on a manual never overlap."""
    declared_at: datetime = Field(sa_type=UtcDateTime)
    """When it said so."""
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: str = Field(default="", max_length=300)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
