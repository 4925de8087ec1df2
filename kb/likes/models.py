"""The table of likes.

A `Like` is a record: it lives from `liked_at` until it is taken back or renewed for a newer edition. Only its reasons may
change while it lives: people like at once and say why later.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class LikeReason(StrEnum):
    """What was good."""

    CLEAR = "わかりやすい"
    READY = "すぐ使えた"
    FASTER = "時間が減った"
    FORMS = "様式が良い"


class Like(SQLModel, table=True):
    """いいね: one live like per person and manual; it remembers the edition that it was given to."""

    __table_args__ = (
        Index(
            "uq_like_live",
            "user_id",
            "manual_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    municipality_code: str = Field(foreign_key="municipality.code")
    """The town of the person, counted as one of the 団体 unless it is the manual's own."""
    manual_id: int = Field(foreign_key="manual.id", index=True)
    publication_id: int = Field(foreign_key="publication.id")
    """The edition that was liked."""
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    liked_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
