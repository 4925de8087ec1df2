"""The next moment at which time alone changes what readers see: a publication begins or ends without a commit."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.publishing.models import Publication


def next_change(session: Session, now: datetime) -> datetime | None:
    """The first moment after `now` at which any publication begins or ends; None when none is foreseen."""
    foreseen = [
        session.exec(select(func.min(col(moment))).where(col(moment) > now)).one()
        for moment in (Publication.live_from, Publication.live_until)
    ]
    return min((moment for moment in foreseen if moment is not None), default=None)
