"""The table of exemplars. An `Exemplar` is a record: it holds from `since` until `until`, or until it is ended earlier."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class Exemplar(SQLModel, table=True):
    """模範: a curated badge, a person's decision."""

    id: int = Field(default=None, primary_key=True)
    manual_id: int = Field(foreign_key="manual.id", index=True)
    reason: str = Field(max_length=300)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    assignment_id: int = Field(foreign_key="assignment.id")
