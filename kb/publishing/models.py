"""Tables of publishing.

A `Publication` (公開記録) is a record: a revision is live from–until, put there by whom and why. A `Fragment`, an `Analysis` and an
`OutboxEntry` are shadows: they can be thrown away and made again from publications. `Waiver` and `Confirmation` are
records of a person's decision, by post.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.common_format.envelope import Audience
from kb.common_format.privacy import PersonalData
from kb.db import UtcDateTime, one_of
from kb.search.index import Face


class Publication(SQLModel, table=True):
    """公開記録: a revision that readers see as 第n版 from `live_from` until `live_until` (open when None)."""

    __table_args__ = (UniqueConstraint("manual_id", "edition"),)

    id: int = Field(default=None, primary_key=True)
    manual_id: int = Field(foreign_key="manual.id", index=True)
    revision_id: int = Field(foreign_key="revision.id", index=True)
    edition: int
    audience: Audience = Field(sa_type=one_of(Audience))
    live_from: datetime = Field(sa_type=UtcDateTime, index=True)
    live_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    major: bool = True
    change_note: str = Field(default="", max_length=300)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    published_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawal_reason: str = Field(default="", max_length=300)

    @property
    def cancelled(self) -> bool:
        """Whether it was called off before it began: it ends where it would have begun, so it was live at no moment."""
        return self.withdrawn_at is not None and self.withdrawn_at < self.live_from


class Confirmation(SQLModel, table=True):
    """最終確認: somebody looked through a live publication and found nothing to change."""

    id: int = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)
    assignment_id: int = Field(foreign_key="assignment.id")


class Waiver(SQLModel, table=True):
    """個人情報ではないとの確認: what was detected in a field may stand as long as the text there stays the same."""

    id: int = Field(default=None, primary_key=True)
    manual_id: int = Field(foreign_key="manual.id", index=True)
    path: str = Field(max_length=300)
    """Path of the field, joined by "/"."""
    kind: PersonalData = Field(sa_type=one_of(PersonalData))
    text_hash: str = Field(max_length=64)
    """SHA-256 of the field's text: another text needs another decision."""
    reason: str = Field(max_length=300)
    waived_at: datetime = Field(sa_type=UtcDateTime)
    assignment_id: int = Field(foreign_key="assignment.id")


class Fragment(SQLModel, table=True):
    """A revision rendered once: safe HTML of the article and the figures of lists, for outsiders or for the own town."""

    revision_id: int = Field(foreign_key="revision.id", primary_key=True)
    renderer: str = Field(primary_key=True, max_length=16)
    redacted: bool = Field(primary_key=True)
    article: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_type=JSON)


class Analysis(SQLModel, table=True):
    """A face of a revision as the search took it apart, so that an index is made anew without doing it again.

    A shadow: it may be thrown away at any moment. Only live revisions have any.
    """

    revision_id: int = Field(foreign_key="revision.id", primary_key=True)
    face: Face = Field(sa_type=one_of(Face), primary_key=True)
    made_with: str = Field(max_length=64)
    """Digest of everything else that it depends on; another one makes it worthless."""
    facets: dict[str, list[str]] = Field(sa_type=JSON)
    """The facets that the content has."""
    data: bytes = Field(sa_type=LargeBinary)
    """See `search.record.pack`."""


class OutboxEntry(SQLModel, table=True):
    """A note to the search index that a manual's live publication changes at `due_at`; removed once the index knows."""

    __tablename__ = "outbox_entry"

    id: int = Field(default=None, primary_key=True)
    manual_id: int = Field(foreign_key="manual.id")
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
