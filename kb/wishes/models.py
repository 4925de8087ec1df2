"""Tables of wishes.

All three are records. A `Wish` is made once and lives until it is removed; a `WishVote` from `voted_at` until the town takes it
back; an `Undertaking` from `taken_at` until the town gives it back. Whether a wish has come true is a question about what is
live (see `fulfilment`), and is kept nowhere.
"""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class Wish(SQLModel, table=True):
    """ほしい手順書: words, or a procedure, of which staff of a town would like to read a manual."""

    __table_args__ = (
        Index(
            "uq_wish_open",
            "normal",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    words: str = Field(max_length=60)
    """As whoever asked first wrote them; of a procedure, its name."""
    normal: str = Field(max_length=80)
    """What makes two wishes one: the words folded and without spaces; of a procedure those of its name, whatever it was called."""
    procedure_key: str | None = Field(default=None, foreign_key="procedure.key", index=True)
    municipality_code: str = Field(foreign_key="municipality.code")
    """The town that asked first."""
    user_id: int = Field(foreign_key="user.id", index=True)
    wished_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_by: int | None = Field(default=None, foreign_key="assignment.id")
    removal_reason: str = Field(default="", max_length=300)


class WishVote(SQLModel, table=True):
    """票: a town wishes it too; one vote per town, given by a person who is told when the manual is there."""

    __tablename__ = "wish_vote"
    __table_args__ = (
        Index(
            "uq_wish_vote_open",
            "wish_id",
            "municipality_code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    wish_id: int = Field(foreign_key="wish.id", index=True)
    municipality_code: str = Field(foreign_key="municipality.code")
    user_id: int = Field(foreign_key="user.id", index=True)
    voted_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the person put the news away that the manual is there."""


class Undertaking(SQLModel, table=True):
    """引き受け: a town is going to write what is wished for, or has a manual that it points at."""

    __table_args__ = (
        Index(
            "uq_undertaking_open",
            "wish_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    wish_id: int = Field(foreign_key="wish.id", index=True)
    municipality_code: str = Field(foreign_key="municipality.code")
    assignment_id: int = Field(foreign_key="assignment.id")
    taken_at: datetime = Field(sa_type=UtcDateTime)
    manual_id: int | None = Field(default=None, foreign_key="manual.id")
    """The manual that the town points at; None as long as it is recognised by procedure and title alone."""
    linked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
