"""Reads of exemplars: what is exemplary at a moment, and when that changes by itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, select

from kb.accounts.rules import Viewer
from kb.exemplars.models import Exemplar
from kb.publishing.queries import Listed, live_by_manual

MOST = 200
"""Exemplars that are looked through for those that a viewer may read; they are chosen one by one and stay few."""


@dataclass(frozen=True)
class Chosen:
    """An exemplary manual as lists show it, with the reason."""

    listed: Listed
    reason: str


def exemplary(session: Session, now: datetime) -> frozenset[int]:
    """The numbers of all manuals that are exemplary at `now`, whoever may read them."""
    return frozenset(session.exec(select(Exemplar.manual_id).where(_holds(now))).all())


def exemplar_of(session: Session, manual_id: int, now: datetime) -> Exemplar | None:
    """The decision by which a manual is exemplary at `now`, if it is."""
    return session.exec(
        select(Exemplar).where(Exemplar.manual_id == manual_id, _holds(now)).order_by(col(Exemplar.id).desc())
    ).first()


def exemplars(session: Session, viewer: Viewer, now: datetime, limit: int = 5) -> list[Chosen]:
    """Exemplary manuals that are live for the viewer, latest decision first."""
    found = session.exec(
        select(Exemplar).where(_holds(now)).order_by(col(Exemplar.since).desc(), col(Exemplar.id).desc()).limit(MOST)
    ).all()
    reasons = {one.manual_id: one.reason for one in reversed(found)}
    live = live_by_manual(session, viewer, now, list(reasons))
    ordered = dict.fromkeys(one.manual_id for one in found)
    return [Chosen(live[id_], reasons[id_]) for id_ in ordered if id_ in live][:limit]


def next_change(session: Session, now: datetime) -> datetime | None:
    """The first moment after `now` at which a manual becomes or ceases to be exemplary by itself; None when none is foreseen."""
    foreseen = [
        session.exec(select(func.min(col(moment))).where(col(moment) > now, col(Exemplar.ended_at).is_(None))).one()
        for moment in (Exemplar.since, Exemplar.until)
    ]
    return min((moment for moment in foreseen if moment is not None), default=None)


def _holds(now: datetime) -> ColumnElement[bool]:
    return and_(col(Exemplar.since) <= now, col(Exemplar.until) > now, col(Exemplar.ended_at).is_(None))
