"""Tables of searches.

`SavedSearch` is mutable: its owner names it, looks at it again and gives it a feed; deleting takes the row away. `RecentSearch` is
mutable: one row per person and text, moved forward by each search, and gone when ten newer ones came.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class SavedSearch(SQLModel, table=True):
    """保存した条件: a search that a person keeps under a name, and the moment of the last look at what it finds."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    name: str = Field(max_length=60)
    question: dict[str, Any] = Field(sa_type=JSON)
    """Text, filters, exact and sort (`rules.Question`) in one form; never an address."""
    digest: str = Field(max_length=64)
    """Of what decides about matches: all but the order. The same search is saved once."""
    feed_token: str | None = Field(default=None, max_length=43, unique=True)
    """The secret part of the feed's address, kept as it is because its owner reads it again; None when there is no feed."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class RecentSearch(SQLModel, table=True):
    """最近さがした語: a text that a person searched for. Shown to that person alone and to nobody else."""

    __tablename__ = "recent_search"
    __table_args__ = (UniqueConstraint("user_id", "text"),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    text: str = Field(max_length=200)
    searched_at: datetime = Field(sa_type=UtcDateTime)
