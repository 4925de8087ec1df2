"""Reads of manuals and revisions. Visibility is decided in `publishing`, where it is known what is live for whom."""

from sqlmodel import Session, col, func, select

from kb.common_format.content import ManualContent
from kb.common_format.upgrades import load_content
from kb.manuals.models import Manual, Revision


def manual_at(session: Session, municipality_code: str, slug: str) -> Manual | None:
    """The manual at an address."""
    return session.exec(
        select(Manual).where(Manual.municipality_code == municipality_code, Manual.slug == slug)
    ).first()


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
