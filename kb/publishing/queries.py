"""Reads of what is live. Every function takes the viewer and the moment, and gives only what that viewer may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false
from sqlmodel import Session, col, func, or_, select

from kb.accounts.models import Assignment, Municipality, Post
from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience
from kb.common_format.figures import Figures
from kb.manuals.models import Manual, Revision
from kb.publishing.fragments import figures_in, make_fragment, renderer
from kb.publishing.models import Fragment, Publication
from kb.publishing.rules import may_read, readable, reads_redacted


@dataclass(frozen=True)
class Listed:
    """A live manual as lists show it."""

    manual_id: int
    publication_id: int
    revision_id: int
    town_code: str
    town_name: str
    town_population: int | None
    slug: str
    title: str
    procedure_key: str | None
    work_area_code: str | None
    edition: int
    audience: Audience
    published_on: datetime
    confirmed_by: str
    change_note: str
    figures: Figures
    volume: int | None


@dataclass(frozen=True)
class Edition:
    """One publication in a manual's history."""

    edition: int
    revision_id: int
    audience: Audience
    live_from: datetime
    live_until: datetime | None
    major: bool
    change_note: str
    confirmed_by: str
    withdrawn: bool


def is_live(now: datetime) -> ColumnElement[bool]:
    """The condition that a publication is live at `now`."""
    return and_(
        col(Publication.live_from) <= now,
        or_(col(Publication.live_until).is_(None), col(Publication.live_until) > now),
    )


def _live(viewer: Viewer, now: datetime) -> Select[Any]:
    own = case((col(Manual.municipality_code) == viewer.municipality_code, false()), else_=True)
    redacted = own if viewer.municipality_code else True
    return (
        select(  # type: ignore[call-overload]  # more columns than SQLModel's overloads know
            Publication.manual_id,
            Publication.id,
            Publication.revision_id,
            Manual.municipality_code,
            Municipality.name,
            Municipality.population,
            Manual.slug,
            Revision.title,
            Revision.procedure_key,
            Revision.work_area_code,
            Publication.edition,
            Publication.audience,
            Publication.live_from,
            Post.title,
            Publication.change_note,
            Fragment.facts,
        )
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .join(Municipality, col(Municipality.code) == Manual.municipality_code)
        .outerjoin(Assignment, col(Assignment.id) == Publication.assignment_id)
        .outerjoin(Post, col(Post.id) == Assignment.post_id)
        .outerjoin(
            Fragment,
            and_(
                col(Fragment.revision_id) == Publication.revision_id,
                col(Fragment.renderer) == renderer(),
                col(Fragment.redacted) == redacted,
            ),
        )
        .where(is_live(now), readable(viewer))
    )


def _listed(session: Session, viewer: Viewer, row: Row[Any]) -> Listed:
    *columns, post, note, facts = row
    if facts is None:
        facts = _rendered_now(session, viewer, row.revision_id, row.municipality_code).facts
    return Listed(*columns, post or "", note, figures_in(facts), facts["volume"])


def _rendered_now(session: Session, viewer: Viewer, revision_id: int, municipality_code: str) -> Fragment:
    """For the time between an update of the program and the end of its rendering: right, only slower."""
    return make_fragment(session.get_one(Revision, revision_id), redacted=reads_redacted(viewer, municipality_code))


def live_manuals(
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    town: str | None = None,
    procedure: str | None = None,
    work_area: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[Listed]:
    """Live manuals, newest first, narrowed by town code, procedure key, work area (a large one holds its medium ones)."""
    query = _live(viewer, now)
    if town is not None:
        query = query.where(col(Manual.municipality_code) == town)
    if procedure is not None:
        query = query.where(col(Revision.procedure_key) == procedure)
    if work_area is not None:
        query = query.where(col(Revision.work_area_code).startswith(work_area, autoescape=True))
    ordered = query.order_by(col(Publication.live_from).desc(), col(Publication.id).desc())
    return [_listed(session, viewer, row) for row in session.execute(ordered.limit(limit).offset(offset))]


def live_manual(session: Session, viewer: Viewer, now: datetime, town: str, slug: str) -> Listed | None:
    """The live manual at an address, None when there is none for this viewer."""
    query = _live(viewer, now).where(col(Manual.municipality_code) == town, col(Manual.slug) == slug)
    row = session.execute(query).first()
    return None if row is None else _listed(session, viewer, row)


def article_of(session: Session, viewer: Viewer, listed: Listed) -> str:
    """The rendered article of a live manual, as this viewer may read it."""
    redacted = reads_redacted(viewer, listed.town_code)
    kept = session.exec(
        select(Fragment.article).where(
            Fragment.revision_id == listed.revision_id, Fragment.renderer == renderer(), Fragment.redacted == redacted
        )
    ).first()
    return kept if kept is not None else _rendered_now(session, viewer, listed.revision_id, listed.town_code).article


def editions(session: Session, viewer: Viewer, now: datetime, manual_id: int, town: str) -> Sequence[Edition]:
    """The editions of a manual that have begun, newest first, that this viewer may read."""
    rows = session.exec(
        select(Publication, Post.title)
        .outerjoin(Assignment, col(Assignment.id) == Publication.assignment_id)
        .outerjoin(Post, col(Post.id) == Assignment.post_id)
        .where(Publication.manual_id == manual_id, col(Publication.live_from) <= now)
        .order_by(col(Publication.edition).desc())
    )
    return [_edition(found, post) for found, post in rows if _may_see(viewer, town, found)]


def _may_see(viewer: Viewer, town: str, publication: Publication) -> bool:
    own = viewer.municipality_code == town
    return own or (publication.withdrawn_at is None and may_read(viewer, town, publication.audience))


def _edition(found: Publication, post: str | None) -> Edition:
    return Edition(
        edition=found.edition,
        revision_id=found.revision_id,
        audience=found.audience,
        live_from=found.live_from,
        live_until=found.live_until,
        major=found.major,
        change_note=found.change_note,
        confirmed_by=post or "",
        withdrawn=found.withdrawn_at is not None,
    )


def counts_by_work_area(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """Number of live manuals for each medium work area (primary one) that has any."""
    return _counts(session, viewer, now, col(Revision.work_area_code))


def counts_by_town(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """Number of live manuals for each town that has any."""
    return _counts(session, viewer, now, col(Manual.municipality_code))


def counts_by_procedure(session: Session, viewer: Viewer, now: datetime) -> dict[str, int]:
    """Number of live manuals for each procedure that has any."""
    return _counts(session, viewer, now, col(Revision.procedure_key))


def _counts(session: Session, viewer: Viewer, now: datetime, key: Any) -> dict[str, int]:
    rows = session.execute(
        select(key, func.count())
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .where(is_live(now), readable(viewer), key.is_not(None))
        .group_by(key)
    )
    return {found: count for found, count in rows}
