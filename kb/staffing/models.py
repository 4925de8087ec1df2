"""Tables of staffing.

An `Invitation` is a one-time link, known by the hash of its token. It is used, cancelled or runs out; it is never
changed otherwise.
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime, one_of


class InvitationReason(StrEnum):
    """Why somebody gets a link to choose a password."""

    JOINING = "joining"
    """The person is new here."""
    RESET = "reset"
    """The person has forgotten the password."""


class Invitation(SQLModel, table=True):
    """招待: whoever holds the link may choose the password of one account, once and until `expires_at`."""

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    reason: InvitationReason = Field(sa_type=one_of(InvitationReason))
    token_hash: str = Field(max_length=64, unique=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    """Who made it, in which post; None when it was made on the command line."""
