"""Reads of forks: what can be taken over, into which drafts, and how many towns did."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from kb.accounts.rules import Viewer
from kb.common_format.content import ManualContent
from kb.common_format.raw import title_of
from kb.common_format.redact import REDACTION_VERSION, has_internal, redact
from kb.forks.models import Fork
from kb.forks.rules import may_fork
from kb.forks.taking import for_another_town
from kb.manuals.models import Draft, Manual, Revision
from kb.manuals.queries import content_of
from kb.publishing.models import Publication
from kb.publishing.queries import Listed


@dataclass(frozen=True)
class Source:
    """A live edition as another town takes it over: redacted, and without what is true of its own town alone."""

    listed: Listed
    content: ManualContent
    redaction: int
    """As `Fork.redaction`."""


@dataclass(frozen=True)
class OpenDraft:
    """A draft of the viewer's own to which steps can be added."""

    id: int
    title: str
    updated_at: datetime
    of_new_manual: bool


def fork_counts(session: Session, manual_ids: Collection[int]) -> dict[int, int]:
    """How many other towns have a manual that was taken from each of these, saved at least once; those without are left out.

    A town counts once, however often it took over; a draft that was never saved does not count.
    """
    taken = (
        select(Publication.manual_id, func.count(func.distinct(Fork.municipality_code)))
        .join(Fork, col(Fork.publication_id) == col(Publication.id))
        .join(Manual, col(Manual.id) == col(Publication.manual_id))
        .where(
            col(Publication.manual_id).in_(manual_ids),
            col(Fork.manual_id).is_not(None),
            col(Fork.municipality_code) != col(Manual.municipality_code),
        )
        .group_by(col(Publication.manual_id))
    )
    return {manual_id: towns for manual_id, towns in session.exec(taken)}


def source_of(session: Session, listed: Listed) -> Source:
    """What can be taken over of a live edition. The caller has found it live for whoever takes it."""
    content = content_of(session.get_one(Revision, listed.revision_id))
    return Source(
        listed=listed,
        content=for_another_town(redact(content), listed.town_code),
        redaction=REDACTION_VERSION if has_internal(content) else 0,
    )


def open_drafts(session: Session, by: Viewer, upstream: str) -> list[OpenDraft]:
    """The viewer's own drafts that may take in steps of the town `upstream`, the last written first."""
    if may_fork(by, upstream) is None:
        return []
    asked = (
        columns(
            col(Draft.id), col(Draft.raw)["content"]["title"].as_string(), col(Draft.updated_at), col(Draft.manual_id)
        )
        .where(col(Draft.user_id) == by.user_id, col(Draft.municipality_code) == by.municipality_code)
        .order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())
    )
    return [
        OpenDraft(number, title_of({"title": title}), updated_at, manual_id is None)
        for number, title, updated_at, manual_id in session.connection().execute(asked)
    ]


def fork_with_key(session: Session, key: str) -> Fork | None:
    """What the form with this key took over."""
    return session.exec(select(Fork).where(Fork.key == key)).first()
