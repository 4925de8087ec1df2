"""The table of what happened. Append-only: a row is never changed; feeds of it are filtered by who may read its object."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class Activity(SQLModel, table=True):
    """できごと: one verb, carried out or refused. Names stand as they were at that moment."""

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: str = Field(max_length=40, index=True)
    """Noun and verb, such as "publication.begun"."""
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code", index=True)
    """The town whose thing was acted on: its administrators read this row."""
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    acting: str = Field(default="", max_length=200)
    """Department and post of whoever acted, as they were called then."""
    object_id: int | None = None
    object_name: str = Field(default="", max_length=300)
    detail: str = Field(default="", max_length=300)
    refused: bool = False
