"""The newest moment at which what everybody may read changed: a publication for everybody began or ended."""

from datetime import datetime

from sqlmodel import Session, and_, case, col, func, select

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Audience
from kb.manuals.models import Manual, Revision
from kb.publishing.listing import CONDITIONS, parameters
from kb.publishing.models import Publication
from kb.standards.models import WorkArea


def last_change(session: Session, now: datetime, **narrowed: str) -> datetime | None:
    """The newest such moment up to `now`, narrowed by town, procedure or work_area as lists are; None when there is none.

    Publications for fewer readers are not looked at: the moment would tell of them.
    """
    began, ended = col(Publication.live_from), col(Publication.live_until)
    row = session.execute(
        select(func.max(began), func.max(case((ended <= now, ended))))
        .select_from(Publication)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .outerjoin(WorkArea, col(WorkArea.code) == Revision.work_area_code)
        .where(
            and_(Publication.audience == Audience.PUBLIC, began <= now),
            (ended.is_(None)) | (ended > began),  # what was cancelled before it began was never seen
            *(CONDITIONS[name] for name in narrowed),
        ),
        parameters(ANYONE, now, **narrowed),
    ).one()
    return max((moment for moment in row if moment is not None), default=None)
