"""How a manual stands, for its own town: live, waiting for its moment, withdrawn, out of use, or never published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.manuals.models import Archival
from kb.publishing.listing import LIVE
from kb.publishing.models import Publication


@dataclass(frozen=True)
class Standing:
    """The publications of a manual that matter to whoever keeps it."""

    last_edition: int
    """0 when there has never been one."""
    live: Publication | None
    scheduled: Sequence[Publication]
    """Those whose moment has not come, first one first."""
    cancelled: Sequence[Publication]
    """Those that were called off before their moment."""
    ended: Publication | None
    """The one whose end left nothing live; None while one is live, and before the first."""
    archival: Archival | None

    @property
    def archived(self) -> bool:
        """Whether the manual is out of use."""
        return self.archival is not None

    @property
    def may_rest(self) -> bool:
        """Whether nothing is live or going to be, so that the manual may be taken out of use."""
        return self.live is None and not self.scheduled


def standing(session: Session, manual_id: int, now: datetime) -> Standing:
    """How a manual stands at `now`."""
    known = session.exec(
        select(Publication).where(Publication.manual_id == manual_id).order_by(col(Publication.live_from))
    ).all()
    begun = [one for one in known if not one.cancelled and one.live_from <= now]
    live = live_at(session, manual_id, now)
    return Standing(
        last_edition=max((one.edition for one in known), default=0),
        live=live,
        scheduled=[one for one in known if not one.cancelled and one.live_from > now],
        cancelled=[one for one in known if one.cancelled],
        ended=None if live else max(begun, key=lambda one: one.edition, default=None),
        archival=open_archival(session, manual_id),
    )


def live_at(session: Session, manual_id: int, moment: datetime) -> Publication | None:
    """The publication of a manual that is live at a moment, whoever may read it."""
    asked = select(Publication).where(Publication.manual_id == manual_id, LIVE)
    return session.exec(asked, params={"now": moment}).first()


def open_archival(session: Session, manual_id: int) -> Archival | None:
    """The record that a manual is out of use, None while it is in use."""
    return session.exec(
        select(Archival)
        .where(Archival.manual_id == manual_id, col(Archival.until).is_(None))
        .order_by(col(Archival.id).desc())
        .limit(1)
    ).first()


def last_edition(session: Session, manual_id: int) -> int:
    """Number of the newest edition of a manual, scheduled and cancelled ones too; 0 when there is none."""
    return session.exec(
        select(func.coalesce(func.max(col(Publication.edition)), 0)).where(Publication.manual_id == manual_id)
    ).one()
