"""The table of forks. A `Fork` is written once; it learns its manual when the draft that it was taken into is first saved."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from kb.common_format.fields import new_uid
from kb.db import UtcDateTime


class Fork(SQLModel, table=True):
    """派生: an edition of one town, taken into a draft of another; the base that later merges start from."""

    id: int = Field(default=None, primary_key=True)
    key: str = Field(default_factory=lambda: new_uid() + new_uid(), max_length=40, unique=True)
    """Named by the form that asked for it, so that sending the form twice takes over once."""
    draft_key: str = Field(max_length=40, index=True)
    """`Draft.key`; not a reference, for a draft may be thrown away."""
    manual_id: int | None = Field(default=None, foreign_key="manual.id", index=True)
    """The manual that came of it; None until the draft is saved."""
    municipality_code: str = Field(foreign_key="municipality.code", index=True)
    """The town that took it over."""
    publication_id: int = Field(foreign_key="publication.id", index=True)
    """The upstream edition (原典)."""
    redaction: int
    """Version of `redact` that made what was copied; 0 when nothing was taken out."""
    step_uids: list[str] = Field(default_factory=list, sa_type=JSON)
    """The chosen steps; empty for the whole manual."""
    forked_at: datetime = Field(sa_type=UtcDateTime)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
