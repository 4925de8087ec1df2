"""Reads of manuals, revisions and drafts. Visibility is decided in `publishing`, where it is known what is live for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, or_, select

from kb.accounts.models import Assignment, Department, Post
from kb.accounts.rules import Viewer
from kb.common_format.content import ManualContent
from kb.common_format.upgrades import load_content
from kb.manuals.models import Archival, Draft, Manual, Revision


@dataclass(frozen=True)
class Saved:
    """A line in the history of a manual: a revision without its content, and by which post it was saved."""

    id: int
    number: int
    title: str
    note: str
    saved_at: datetime
    post: str
    """「市民課 住民記録係」; empty for shipped content that nobody here wrote."""


@dataclass(frozen=True)
class Written:
    """A draft as lists show it: what it is about and by which post, never what it says."""

    id: int
    title: str
    post: str
    begun_at: datetime
    updated_at: datetime
    manual_slug: str | None
    """None for a manual that is not there yet."""


@dataclass(frozen=True)
class Named:
    """A manual of a town by the title of its newest revision."""

    id: int
    slug: str
    title: str


def manual_at(session: Session, municipality_code: str, slug: str) -> Manual | None:
    """The manual at an address."""
    return session.exec(
        select(Manual).where(Manual.municipality_code == municipality_code, Manual.slug == slug)
    ).first()


def manuals_of(session: Session, municipality_code: str, departments: Collection[int] | None = None) -> list[int]:
    """The numbers of a town's manuals; of these departments and of no post at all, when departments are named."""
    found = select(Manual.id).outerjoin(Post, col(Post.id) == Manual.post_id)
    found = found.where(Manual.municipality_code == municipality_code)
    if departments is not None:
        found = found.where(or_(col(Manual.post_id).is_(None), col(Post.department_id).in_(list(departments))))
    return list(session.exec(found).all())


def content_of(revision: Revision) -> ManualContent:
    """The content of a revision in today's format (older formats are upgraded on reading, history stays)."""
    return load_content({"format_version": revision.format_version, **revision.content})


def last_number(session: Session, manual_id: int) -> int:
    """Number of the newest revision of a manual, 0 when there is none."""
    return session.exec(
        select(func.coalesce(func.max(col(Revision.number)), 0)).where(Revision.manual_id == manual_id)
    ).one()


def is_empty(session: Session) -> bool:
    """Whether there is no manual at all."""
    return session.exec(select(Manual.id).limit(1)).first() is None


def newest_revision(session: Session, manual_id: int) -> Revision | None:
    """The revision that editing starts from; None for a manual without content."""
    return session.exec(
        select(Revision).where(Revision.manual_id == manual_id).order_by(col(Revision.number).desc()).limit(1)
    ).first()


def revision_at(session: Session, manual_id: int, number: int) -> Revision | None:
    """A manual's revision by its number."""
    return session.exec(select(Revision).where(Revision.manual_id == manual_id, Revision.number == number)).first()


def history_of(session: Session, manual_id: int, *, limit: int = 200) -> list[Saved]:
    """The revisions of a manual, newest first."""
    rows = session.connection().execute(
        columns(
            col(Revision.id),
            col(Revision.number),
            col(Revision.title),
            col(Revision.note),
            col(Revision.saved_at),
            col(Department.name),
            col(Post.title),
        )
        .outerjoin(Assignment, col(Assignment.id) == col(Revision.assignment_id))
        .outerjoin(Post, col(Post.id) == col(Assignment.post_id))
        .outerjoin(Department, col(Department.id) == col(Post.department_id))
        .where(col(Revision.manual_id) == manual_id)
        .order_by(col(Revision.number).desc())
        .limit(limit)
    )
    return [
        Saved(number_, place, title, note, saved_at, _post(department, post))
        for number_, place, title, note, saved_at, department, post in rows
    ]


def manuals_of_town(session: Session, town: str, *, procedure: str | None = None) -> list[Named]:
    """A town's manuals in use by title, those for one procedure when asked; what each is about says its newest revision."""
    resting = select(Archival.manual_id).where(col(Archival.until).is_(None))
    newest = select(func.max(col(Revision.id))).group_by(col(Revision.manual_id))
    asked = (
        select(Manual.id, Manual.slug, Revision.title)
        .join(Revision, col(Revision.manual_id) == col(Manual.id))
        .where(Manual.municipality_code == town, col(Revision.id).in_(newest), col(Manual.id).not_in(resting))
        .order_by(Revision.title, Manual.slug)
    )
    if procedure is not None:
        asked = asked.where(Revision.procedure_key == procedure)
    return [Named(*row) for row in session.exec(asked)]


def draft_with_key(session: Session, key: str) -> Draft | None:
    """The draft that the form with this key began."""
    return session.exec(select(Draft).where(Draft.key == key)).first()


def draft_on(session: Session, user_id: int, manual_id: int) -> Draft | None:
    """A person's draft on a manual."""
    return session.exec(select(Draft).where(Draft.user_id == user_id, Draft.manual_id == manual_id)).first()


def drafts_of(session: Session, viewer: Viewer) -> list[Written]:
    """The viewer's own drafts that hold something not yet saved as a revision, the last written first."""
    return _written(session, col(Draft.user_id) == viewer.user_id) if viewer.signed_in else []


def drafts_of_colleagues(session: Session, viewer: Viewer) -> list[Written]:
    """That drafts are there in the departments in which the viewer holds a post; the viewer's own left out."""
    posts = [acting.post_id for acting in viewer.acting]
    departments = select(Post.department_id).where(col(Post.id).in_(posts))
    theirs = (col(Post.department_id).in_(departments)) & (col(Draft.user_id) != viewer.user_id)
    return _written(session, theirs) if posts else []


def drafts_beside(session: Session, draft: Draft) -> list[Written]:
    """What others are writing on the same manual."""
    if draft.manual_id is None:
        return []
    return _written(session, (col(Draft.manual_id) == draft.manual_id) & (col(Draft.user_id) != draft.user_id))


def _written(session: Session, condition: ColumnElement[bool]) -> list[Written]:
    written = (col(Draft.version) > 1) & (col(Draft.updated_at) > col(Revision.saved_at))
    unsaved = or_(col(Draft.base_revision_id).is_(None), written)
    rows = session.connection().execute(
        columns(
            col(Draft.id),
            col(Draft.raw)["content"]["title"].as_string(),
            col(Department.name),
            col(Post.title),
            col(Draft.created_at),
            col(Draft.updated_at),
            col(Manual.slug),
        )
        .select_from(Draft)
        .outerjoin(Revision, col(Revision.id) == col(Draft.base_revision_id))
        .outerjoin(Manual, col(Manual.id) == col(Draft.manual_id))
        .outerjoin(Post, col(Post.id) == col(Draft.post_id))
        .outerjoin(Department, col(Department.id) == col(Post.department_id))
        .where(condition, unsaved)
        .order_by(col(Draft.updated_at).desc())
    )
    return [
        Written(number, (title or "").strip(), _post(department, post), begun_at, updated_at, slug)
        for number, title, department, post, begun_at, updated_at, slug in rows
    ]


def _post(department: str | None, title: str | None) -> str:
    return " ".join(part for part in (department, title) if part)
