"""What a town holds, for its own people: every manual that was ever saved, in use or out of use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from kb.accounts.models import Assignment, Department, Post
from kb.manuals.models import Archival, Manual, Revision
from kb.publishing.listing import LIVE
from kb.publishing.models import Publication


@dataclass(frozen=True)
class Held:
    """A manual by the title of its newest revision."""

    manual_id: int
    slug: str
    title: str
    revision: int
    """Number of the newest revision."""
    saved_at: datetime
    department_id: int | None
    office: str
    """Department and post that it belongs to, "" for a manual without a post."""
    edition: int | None
    """The live edition, None when nothing is live."""
    waiting: bool
    """The newest revision has never been published."""


@dataclass(frozen=True)
class Archived:
    """A manual that is out of use, since when, why, and by which post."""

    slug: str
    title: str
    since: datetime
    reason: str
    post: str


def active_manuals(session: Session, town: str, now: datetime) -> Sequence[Held]:
    """A town's manuals that are in use, live or not, by title. For its own people alone: it names unpublished ones."""
    live = select(col(Publication.manual_id), col(Publication.edition)).where(LIVE).subquery()
    published = exists().where(col(Publication.revision_id) == col(Revision.id))
    rows = session.execute(
        select(
            col(Manual.id),
            col(Manual.slug),
            col(Revision.title),
            col(Revision.number),
            col(Revision.saved_at),
            col(Department.id),
            col(Department.name),
            col(Post.title),
            live.c.edition,
            ~published,
        )
        .join(Revision, col(Revision.manual_id) == col(Manual.id))
        .outerjoin(live, live.c.manual_id == col(Manual.id))
        .outerjoin(Post, col(Post.id) == col(Manual.post_id))
        .outerjoin(Department, col(Department.id) == col(Post.department_id))
        .where(col(Manual.municipality_code) == town, _newest(), col(Manual.id).not_in(_resting()))
        .order_by(col(Revision.title), col(Manual.slug)),
        {"now": now},
    )
    return [
        Held(id_, slug, title, number, saved_at, department_id, " ".join(filter(None, office)), edition, waiting)
        for id_, slug, title, number, saved_at, department_id, *office, edition, waiting in rows
    ]


def archived_manuals(session: Session, town: str) -> Sequence[Archived]:
    """A town's manuals that are out of use, the last archived first. For its own people alone."""
    rows = session.execute(
        select(col(Manual.slug), col(Revision.title), col(Archival.since), col(Archival.reason), col(Post.title))
        .join(Revision, col(Revision.manual_id) == col(Manual.id))
        .join(Archival, col(Archival.manual_id) == col(Manual.id))
        .outerjoin(Assignment, col(Assignment.id) == col(Archival.assignment_id))
        .outerjoin(Post, col(Post.id) == col(Assignment.post_id))
        .where(col(Manual.municipality_code) == town, _newest(), col(Archival.until).is_(None))
        .order_by(col(Archival.id).desc())
    )
    return [Archived(slug, title, since, reason, post or "") for slug, title, since, reason, post in rows]


def _newest() -> Any:
    """A revision is the newest one of its manual."""
    return col(Revision.id).in_(select(func.max(col(Revision.id))).group_by(col(Revision.manual_id)))


def _resting() -> Any:
    return select(col(Archival.manual_id)).where(col(Archival.until).is_(None))
