"""The table of reports. A `Report` is written once by a reader and settled once by the town that owns the manual."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime, one_of


class ReportKind(StrEnum):
    """What a reader found."""

    OUTDATED = "古い"
    WRONG = "違う"
    UNCLEAR = "わかりにくい"


class Report(SQLModel, table=True):
    """指摘: 「この手順は古い・違う」 with a reason, on one edition of a manual."""

    id: int = Field(default=None, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    """Named by the form, so that sending it twice makes one report."""
    publication_id: int = Field(foreign_key="publication.id", index=True)
    step_uid: str = Field(default="", max_length=40)
    """The step that is meant, "" for the whole manual."""
    kind: ReportKind = Field(sa_type=one_of(ReportKind))
    reason: str = Field(max_length=1000)
    user_id: int = Field(foreign_key="user.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    reported_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: int | None = Field(default=None, foreign_key="assignment.id")
    answer: str = Field(default="", max_length=1000)
