"""Tables of readings.

`Reading` is mutable: one row per person and manual, moved forward by each reading. `DailyReaders` is a number per manual
and day and knows nobody.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class Reading(SQLModel, table=True):
    """閲覧: a person opened a manual, at an edition. Shown to that person alone and to nobody else."""

    __table_args__ = (UniqueConstraint("user_id", "manual_id"),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    manual_id: int = Field(foreign_key="manual.id")
    edition: int
    read_at: datetime = Field(sa_type=UtcDateTime)


class DailyReaders(SQLModel, table=True):
    """閲覧数: how often a manual's page was opened on a day (in Japan), by anybody."""

    __tablename__ = "daily_readers"

    manual_id: int = Field(foreign_key="manual.id", primary_key=True)
    day: date = Field(primary_key=True)
    count: int
