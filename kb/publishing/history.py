"""The editions of a manual, as far as a viewer may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.accounts.models import Assignment, Post
from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience
from kb.manuals.queries import manual_at
from kb.publishing import listing
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, listed_from, live_manual
from kb.publishing.rules import may_read


@dataclass(frozen=True)
class Edition:
    """One publication in a manual's history."""

    publication_id: int
    edition: int
    audience: Audience
    live_from: datetime
    live_until: datetime | None
    major: bool
    change_note: str
    confirmed_by: str
    withdrawn: bool


@dataclass(frozen=True)
class History:
    """A manual's editions, newest first, and the live one (None when it is withdrawn)."""

    editions: Sequence[Edition]
    live: Listed | None


def history(session: Session, viewer: Viewer, now: datetime, town: str, slug: str) -> History | None:
    """The history of the manual at an address; None when there is none that this viewer may know of.

    Outsiders see old editions only while the manual is live for them: what was withdrawn or narrowed is gone.
    """
    manual = manual_at(session, town, slug)
    live = live_manual(session, viewer, now, town, slug)
    if manual is None or (live is None and viewer.own_town != town):
        return None
    found = editions(session, viewer, now, manual.id, town)
    return History(found, live) if found else None


def listed_edition(session: Session, viewer: Viewer, edition: Edition) -> Listed:
    """An edition taken from a viewer's `history`, as a row."""
    values = listing.parameters(viewer, publication=edition.publication_id, limit=1, offset=0)
    row = session.connection().execute(listing.rows("publication"), values).one()
    return listed_from(session, viewer, row)


def editions(session: Session, viewer: Viewer, now: datetime, manual_id: int, town: str) -> Sequence[Edition]:
    """The editions of a manual that have begun, newest first, that this viewer may read. What was cancelled never began.

    For outsiders call it only when the manual is live for them: what was withdrawn or narrowed is gone.
    """
    rows = session.exec(
        select(Publication, Post.title)
        .outerjoin(Assignment, col(Assignment.id) == Publication.assignment_id)
        .outerjoin(Post, col(Post.id) == Assignment.post_id)
        .where(Publication.manual_id == manual_id, col(Publication.live_from) <= now)
        .order_by(col(Publication.edition).desc())
    )
    return [_edition(found, post) for found, post in rows if not found.cancelled and _may_see(viewer, town, found)]


def _may_see(viewer: Viewer, town: str, publication: Publication) -> bool:
    own = viewer.own_town == town
    return own or (publication.withdrawn_at is None and may_read(viewer, town, publication.audience))


def _edition(found: Publication, post: str | None) -> Edition:
    return Edition(
        publication_id=found.id,
        edition=found.edition,
        audience=found.audience,
        live_from=found.live_from,
        live_until=found.live_until,
        major=found.major,
        change_note=found.change_note,
        confirmed_by=post or "",
        withdrawn=found.withdrawn_at is not None,
    )
