"""Reads of what towns value most. A town counts once, and never for a manual of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, col, func, select

from kb.accounts.models import Municipality
from kb.accounts.rules import Viewer
from kb.adoptions.models import Adoption
from kb.adoptions.queries import counts as adoption_counts_now
from kb.forks.models import Fork
from kb.likes.models import Like
from kb.manuals.models import Manual
from kb.publishing.listing import CONDITIONS, parameters
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_by_manual


@dataclass(frozen=True)
class Ranked:
    """A live manual with the number of towns that put it where it stands."""

    listed: Listed
    towns: int


@dataclass(frozen=True)
class Use:
    """Another town has taken a manual over (派生), or adopted it (採用)."""

    kind: str
    town_name: str
    manual_id: int
    at: datetime


def most_adopted(session: Session, viewer: Viewer, now: datetime, limit: int = 5) -> list[Ranked]:
    """Live manuals that towns use now, most towns first; among equals the one that was published first."""
    return _ranked(session, viewer, now, _by_towns(Adoption).where(adoption_counts_now()), limit)


def most_liked(session: Session, viewer: Viewer, now: datetime, limit: int = 5) -> list[Ranked]:
    """Live manuals that people of other towns like, most towns first; among equals the one that was published first.

    Likes of earlier editions count here, so that nobody loses by improving a manual.
    """
    return _ranked(session, viewer, now, _by_towns(Like).where(col(Like.ended_at).is_(None)), limit)


def likes_by_manual(session: Session) -> dict[int, int]:
    """How many other towns like each manual, of any edition, as `most_liked` counts; manuals that none likes are left out."""
    counted = (
        select(Like.manual_id, func.count(col(Like.municipality_code).distinct()))
        .join(Manual, col(Manual.id) == Like.manual_id)
        .where(col(Like.ended_at).is_(None), col(Like.municipality_code) != col(Manual.municipality_code))
        .group_by(col(Like.manual_id))
    )
    return dict(session.exec(counted).all())


def uses_since(session: Session, manual_ids: Collection[int], since: datetime, limit: int = 20) -> list[Use]:
    """What other towns did with these manuals after `since`, newest first: towns, not people. A draft is no use yet."""
    forked = (
        select(col(Municipality.name), col(Publication.manual_id), func.min(col(Fork.forked_at)).label("at"))
        .join(Fork, col(Fork.publication_id) == Publication.id)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Municipality, col(Municipality.code) == Fork.municipality_code)
        .where(col(Publication.manual_id).in_(list(manual_ids)), col(Fork.manual_id).is_not(None))
        .where(col(Fork.municipality_code) != Manual.municipality_code)
        .group_by(col(Municipality.code), col(Municipality.name), col(Publication.manual_id))
    )
    adopted = (
        select(col(Municipality.name), col(Adoption.manual_id), func.min(col(Adoption.declared_at)).label("at"))
        .join(Municipality, col(Municipality.code) == Adoption.municipality_code)
        .where(col(Adoption.manual_id).in_(list(manual_ids)))
        .group_by(col(Municipality.code), col(Municipality.name), col(Adoption.manual_id))
    )
    found = [Use(kind, *row) for kind, rows in (("派生", forked), ("採用", adopted)) for row in session.execute(rows)]
    newest = sorted((use for use in found if use.at > since), key=lambda use: use.at, reverse=True)
    return newest[:limit]


def _by_towns(table: type[Adoption] | type[Like]) -> Select[Any]:
    """Manuals with the number of other towns that have a row in `table`."""
    towns = func.count(col(table.municipality_code).distinct())
    return (
        select(col(table.manual_id), towns.label("towns"))  # type: ignore[return-value]  # SQLModel's select is SQLAlchemy's
        .join(Manual, col(Manual.id) == table.manual_id)
        .join(Publication, col(Publication.manual_id) == table.manual_id)
        .where(col(table.municipality_code) != Manual.municipality_code)
        .group_by(col(table.manual_id))
        .order_by(towns.desc(), func.min(col(Publication.id)))
    )


def _ranked(session: Session, viewer: Viewer, now: datetime, chosen: Select[Any], limit: int) -> list[Ranked]:
    narrowed = chosen.where(CONDITIONS["live"]).limit(limit)
    rows: Sequence[Any] = session.execute(narrowed, parameters(viewer, now)).all()
    live = live_by_manual(session, viewer, now, [row.manual_id for row in rows])
    return [Ranked(live[row.manual_id], row.towns) for row in rows if row.manual_id in live]
