"""Reads of reports. Of a reporter nobody else learns more than town and post; of a manual nobody more than they may read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from kb.accounts.models import Assignment, Department, Municipality, Post, User
from kb.accounts.rules import Viewer
from kb.manuals.models import Manual, Revision
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_by_manual
from kb.reports.models import Report, ReportKind
from kb.reports.rules import may_see, may_settle, settles_for_all


@dataclass(frozen=True)
class Filed:
    """A report as one viewer may see it."""

    number: int
    kind: ReportKind
    reason: str
    step_uid: str
    edition: int
    reported_at: datetime
    reporter_town: str
    reporter_post: str
    is_own: bool
    """The viewer made it."""
    town_code: str
    town_name: str
    manual_id: int
    publication_id: int
    slug: str
    title: str
    """Slug and title are empty when the viewer may no longer read the manual."""
    live: Listed | None
    """The live edition for this viewer."""
    settled_at: datetime | None
    settled_by: str
    """Post of whoever answered."""
    answer: str


def report_seen(session: Session, viewer: Viewer, now: datetime, number: int) -> Filed | None:
    """A report by its number; None when there is none for this viewer."""
    found = _filed(session, viewer, now, _rows().where(col(Report.id) == number))
    return found[0] if found else None


def to_answer(session: Session, viewer: Viewer, now: datetime, limit: int = 50) -> list[Filed]:
    """Reports that wait for an answer of the viewer's departments (an administrator's whole town), oldest first.

    A report on a manual that belongs to no post waits for everybody in the town who may answer.
    """
    if may_settle(viewer, viewer.own_town or "") is None:
        return []
    open_ones = _rows().where(col(Report.settled_at).is_(None), col(Manual.municipality_code) == viewer.own_town)
    if not settles_for_all(viewer):
        open_ones = open_ones.where(_of_own_departments(viewer))
    return _filed(session, viewer, now, open_ones.order_by(col(Report.reported_at), col(Report.id)).limit(limit))


def own_reports(session: Session, viewer: Viewer, now: datetime, limit: int = 10) -> list[Filed]:
    """What the viewer has reported: the last answered first, then what still waits."""
    if not viewer.signed_in:
        return []
    mine = _rows().where(col(Report.user_id) == viewer.user_id)
    order = (col(Report.settled_at).is_(None), col(Report.settled_at).desc(), col(Report.id).desc())
    return _filed(session, viewer, now, mine.order_by(*order).limit(limit))


def open_count(session: Session, viewer: Viewer, manual_id: int) -> int:
    """How many reports of the viewer on a manual wait for an answer."""
    return session.exec(
        select(func.count(col(Report.id)))
        .join(Publication, col(Publication.id) == Report.publication_id)
        .where(Publication.manual_id == manual_id, Report.user_id == viewer.user_id, col(Report.settled_at).is_(None))
    ).one()


def departments_of(session: Session, viewer: Viewer) -> set[int]:
    """The departments in which the viewer holds a post."""
    posts = [acting.post_id for acting in viewer.acting]
    return set(session.exec(select(Post.department_id).where(col(Post.id).in_(posts)))) if posts else set()


def _of_own_departments(viewer: Viewer) -> ColumnElement[bool]:
    posts = [acting.post_id for acting in viewer.acting]
    departments = select(Post.department_id).where(col(Post.id).in_(posts))
    colleagues = select(Post.id).where(col(Post.department_id).in_(departments))
    return or_(col(Manual.post_id).is_(None), col(Manual.post_id).in_(colleagues))


def _rows() -> Select[Any]:
    filed_in, settled_in = aliased(Assignment), aliased(Assignment)
    reporters_post, settlers_post = aliased(Post), aliased(Post)
    reporters_office, settlers_office = aliased(Department), aliased(Department)
    home, reporters_home = aliased(Municipality), aliased(Municipality)
    rows: Select[Any] = (
        select(  # type: ignore[call-overload]  # SQLModel types up to four columns
            Report,
            col(Publication.edition),
            Manual,
            col(Revision.title).label("title"),
            col(home.name).label("town_name"),
            col(reporters_home.name).label("reporter_town"),
            (col(reporters_office.name) + " " + col(reporters_post.title)).label("reporter_post"),
            (col(settlers_office.name) + " " + col(settlers_post.title)).label("settled_by"),
        )
        .join(Publication, col(Publication.id) == Report.publication_id)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .join(home, home.code == Manual.municipality_code)
        .join(User, col(User.id) == Report.user_id)
        .join(reporters_home, reporters_home.code == User.municipality_code)
        .outerjoin(filed_in, filed_in.id == Report.assignment_id)
        .outerjoin(reporters_post, reporters_post.id == filed_in.post_id)
        .outerjoin(reporters_office, reporters_office.id == reporters_post.department_id)
        .outerjoin(settled_in, settled_in.id == Report.settled_by)
        .outerjoin(settlers_post, settlers_post.id == settled_in.post_id)
        .outerjoin(settlers_office, settlers_office.id == settlers_post.department_id)
    )
    return rows


def _filed(session: Session, viewer: Viewer, now: datetime, asked: Select[Any]) -> list[Filed]:
    rows = [row for row in session.execute(asked) if may_see(viewer, row.Manual.municipality_code, row.Report.user_id)]
    live = live_by_manual(session, viewer, now, [row.Manual.id for row in rows])
    return [_one(viewer, row, live.get(row.Manual.id)) for row in rows]


def _one(viewer: Viewer, row: Any, live: Listed | None) -> Filed:
    report, manual = row.Report, row.Manual
    own_town = viewer.own_town == manual.municipality_code
    known = own_town or live is not None
    title = row.title if own_town else live.title if live else ""
    return Filed(
        number=report.id,
        kind=report.kind,
        reason=report.reason,
        step_uid=report.step_uid if known else "",
        edition=row.edition,
        reported_at=report.reported_at,
        reporter_town=row.reporter_town,
        reporter_post=row.reporter_post or "",
        is_own=report.user_id == viewer.user_id,
        town_code=manual.municipality_code,
        town_name=row.town_name,
        manual_id=manual.id,
        publication_id=report.publication_id,
        slug=manual.slug if known else "",
        title=title,
        live=live,
        settled_at=report.settled_at,
        settled_by=row.settled_by or "",
        answer=report.answer,
    )
