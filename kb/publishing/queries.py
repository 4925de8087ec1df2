"""Reads of what is live. Every function takes the viewer and the moment, and gives only what that viewer may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, or_, select

from kb.accounts.models import Assignment, Municipality, Post
from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience, Provenance
from kb.common_format.figures import Figures
from kb.manuals.models import Manual, Revision
from kb.publishing.fragments import figures_in, make_fragment, renderer
from kb.publishing.models import Fragment, Publication
from kb.publishing.rules import readable, reads_redacted
from kb.standards.models import Procedure, WorkArea


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
    procedure_name: str | None
    work_area_code: str | None
    work_area_name: str | None
    edition: int
    audience: Audience
    published_at: datetime
    confirmed_by: str
    change_note: str
    figures: Figures
    volume: int | None
    license: str
    related: tuple[tuple[str, str, str], ...]
    """Related manuals as (town code or "", slug, title)."""
    provenance: Provenance | None


def is_live(now: datetime) -> ColumnElement[bool]:
    """The condition that a publication is live at `now`."""
    return and_(
        col(Publication.live_from) <= now,
        or_(col(Publication.live_until).is_(None), col(Publication.live_until) > now),
    )


def listing(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Everything a list row needs, of all publications whatsoever: add conditions before showing any."""
    own = case((col(Manual.municipality_code) == viewer.municipality_code, false()), else_=True)
    redacted = own if viewer.municipality_code else True
    return (
        sql_select(
            col(Publication.manual_id).label("manual_id"),
            col(Publication.id).label("publication_id"),
            col(Publication.revision_id).label("revision_id"),
            col(Manual.municipality_code).label("town_code"),
            col(Municipality.name).label("town_name"),
            col(Municipality.population).label("town_population"),
            col(Manual.slug).label("slug"),
            col(Revision.title).label("title"),
            col(Revision.procedure_key).label("procedure_key"),
            col(Procedure.name).label("procedure_name"),
            col(Revision.work_area_code).label("work_area_code"),
            col(WorkArea.name).label("work_area_name"),
            col(Publication.edition).label("edition"),
            col(Publication.audience).label("audience"),
            col(Publication.live_from).label("published_at"),
            col(Post.title).label("confirmed_by"),
            col(Publication.change_note).label("change_note"),
            col(Fragment.facts).label("facts"),
        )
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .join(Municipality, col(Municipality.code) == Manual.municipality_code)
        .outerjoin(Procedure, col(Procedure.key) == Revision.procedure_key)
        .outerjoin(WorkArea, col(WorkArea.code) == Revision.work_area_code)
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
    )


def _live(viewer: Viewer, now: datetime) -> Select[*tuple[Any, ...]]:
    return listing(viewer).where(is_live(now), readable(viewer))


def listed_from(session: Session, viewer: Viewer, row: Row[Any]) -> Listed:
    """A row of `listing` as a value."""
    columns = dict(row._mapping)
    facts = columns.pop("facts")
    if facts is None:
        facts = _rendered_now(session, viewer, row.revision_id, row.town_code).facts
    columns["confirmed_by"] = columns["confirmed_by"] or ""
    return Listed(
        **columns,
        figures=figures_in(facts),
        volume=facts["volume"],
        license=facts["license"],
        related=tuple((code, slug, title) for code, slug, title in facts["related"]),
        provenance=Provenance.model_validate(facts["provenance"]) if facts["provenance"] else None,
    )


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
    return [listed_from(session, viewer, row) for row in session.execute(ordered.limit(limit).offset(offset))]


def live_by_manual(session: Session, viewer: Viewer, now: datetime, manual_ids: Sequence[int]) -> dict[int, Listed]:
    """Live manuals by id; those that are not live for this viewer are left out."""
    query = _live(viewer, now).where(col(Publication.manual_id).in_(manual_ids))
    return {row.manual_id: listed_from(session, viewer, row) for row in session.execute(query)}


def live_manual(session: Session, viewer: Viewer, now: datetime, town: str, slug: str) -> Listed | None:
    """The live manual at an address, None when there is none for this viewer."""
    query = _live(viewer, now).where(col(Manual.municipality_code) == town, col(Manual.slug) == slug)
    row = session.execute(query).first()
    return None if row is None else listed_from(session, viewer, row)


def article_of(session: Session, viewer: Viewer, listed: Listed) -> str:
    """The rendered article of a live manual, as this viewer may read it."""
    redacted = reads_redacted(viewer, listed.town_code)
    kept = session.exec(
        select(Fragment.article).where(
            Fragment.revision_id == listed.revision_id, Fragment.renderer == renderer(), Fragment.redacted == redacted
        )
    ).first()
    return kept if kept is not None else _rendered_now(session, viewer, listed.revision_id, listed.town_code).article
