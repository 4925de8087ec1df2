"""Tables of manuals.

A `Manual` is a noun without text: whose it is and where it lives. A `Revision` (控え) is immutable saved content;
saving again makes another. Title, procedure and work area stand beside the content as columns so that lists need not
open it; they are copied from it once, when the revision is made. A `Draft` (下書き) is mutable: what a person typed,
valid or not. An `Archival` (保管) is a record: from `since` on the manual is out of use, until it is taken up again.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime


class Manual(SQLModel, table=True):
    """手順書: one town's manual; it belongs to a post, not to a person."""

    __table_args__ = (UniqueConstraint("municipality_code", "slug"),)

    id: int = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code")
    slug: str = Field(max_length=80)
    post_id: int | None = Field(default=None, foreign_key="post.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class Revision(SQLModel, table=True):
    """控え: saved content, never changed."""

    __table_args__ = (UniqueConstraint("manual_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    manual_id: int = Field(foreign_key="manual.id", index=True)
    number: int
    title: str = Field(max_length=300)
    procedure_key: str | None = Field(default=None, foreign_key="procedure.key", index=True)
    work_area_code: str | None = Field(default=None, foreign_key="work_area.code", index=True)
    format_version: int
    content: dict[str, Any] = Field(sa_type=JSON)
    parameter_values: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    provenance: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    note: str = Field(default="", max_length=300)
    saved_at: datetime = Field(sa_type=UtcDateTime)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    """Who saved it, in which post; None for shipped content that nobody here wrote."""


class Draft(SQLModel, table=True):
    """下書き: one person's raw form input for one manual, or for a manual that is not there yet."""

    __table_args__ = (UniqueConstraint("user_id", "manual_id"),)

    id: int = Field(default=None, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    """Named by the form that began it, so that sending the form twice begins one draft."""
    user_id: int = Field(foreign_key="user.id", index=True)
    municipality_code: str = Field(foreign_key="municipality.code")
    manual_id: int | None = Field(default=None, foreign_key="manual.id", index=True)
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    """The post in which it was begun: colleagues of its department see that it is there."""
    base_revision_id: int | None = Field(default=None, foreign_key="revision.id")
    """The revision that the writing started from."""
    raw: dict[str, Any] = Field(sa_type=JSON)
    provenance: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """Where a new manual is taken from; its first revision says so."""
    version: int = 1
    """Counts the writes; a page that knows an older one has been overtaken."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Archival(SQLModel, table=True):
    """保管: a manual is out of use from `since` until `until` (open when None)."""

    id: int = Field(default=None, primary_key=True)
    manual_id: int = Field(foreign_key="manual.id", index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=300)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
