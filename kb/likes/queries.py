"""Reads of likes. A count is always counted over the rows; who liked is known to that person alone."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, case, col, exists, func, or_, select

from kb.accounts.rules import Viewer
from kb.likes.models import Like, LikeReason
from kb.manuals.models import Manual
from kb.publishing.models import Publication


@dataclass(frozen=True)
class Count:
    """Likes of a manual: 「14人・9団体」 for its newest edition, and 旧版への評価 apart.

    The manual's own town is never one of the towns; its people are people.
    """

    people: int = 0
    towns: int = 0
    earlier_people: int = 0
    earlier_towns: int = 0


@dataclass(frozen=True)
class OwnLike:
    """What a person has liked."""

    edition: int
    is_earlier: bool
    """A newer edition has come since."""
    reasons: tuple[LikeReason, ...]
    liked_at: datetime


def counts(session: Session, manual_ids: Collection[int], now: datetime) -> dict[int, Count]:
    """The likes of each of these manuals, as they are at `now`."""
    earlier = _is_earlier(now)
    stranger = case((col(Like.municipality_code) != col(Manual.municipality_code), col(Like.municipality_code)))
    rows = session.execute(
        select(col(Like.manual_id), earlier.label("earlier"), func.count(), func.count(stranger.distinct()))
        .join(Manual, col(Manual.id) == Like.manual_id)
        .join(Publication, col(Publication.id) == Like.publication_id)
        .where(col(Like.manual_id).in_(list(manual_ids)), col(Like.ended_at).is_(None))
        .group_by(col(Like.manual_id), earlier)
    ).all()
    counted = {(manual_id, bool(is_earlier)): (people, towns) for manual_id, is_earlier, people, towns in rows}
    none = (0, 0)
    return {id_: Count(*counted.get((id_, False), none), *counted.get((id_, True), none)) for id_ in manual_ids}


def reason_counts(session: Session, manual_ids: Collection[int]) -> dict[int, list[tuple[LikeReason, int]]]:
    """How often each reason was given, of each manual that has any, most frequent first; of earlier editions too."""
    rows = session.exec(
        select(Like.manual_id, Like.reasons).where(
            col(Like.manual_id).in_(list(manual_ids)), col(Like.ended_at).is_(None)
        )
    ).all()
    given: dict[int, Counter[LikeReason]] = {}
    for manual_id, reasons in rows:
        given.setdefault(manual_id, Counter()).update(map(LikeReason, reasons))
    return {manual_id: counter.most_common() for manual_id, counter in given.items() if counter}


def live_like(session: Session, user_id: int, manual_id: int) -> Like | None:
    """The one like of a person that lives on a manual, if any."""
    return session.exec(
        select(Like).where(Like.user_id == user_id, Like.manual_id == manual_id, col(Like.ended_at).is_(None))
    ).first()


def own_like(session: Session, viewer: Viewer, manual_id: int, now: datetime) -> OwnLike | None:
    """What the viewer's like of a manual says; None when there is none, and for nobody."""
    row = session.execute(
        select(Like, col(Publication.edition), _is_earlier(now).label("earlier"))
        .join(Publication, col(Publication.id) == Like.publication_id)
        .where(Like.user_id == viewer.user_id, Like.manual_id == manual_id, col(Like.ended_at).is_(None))
    ).first()
    if row is None:
        return None
    like, edition, earlier = row
    return OwnLike(edition, bool(earlier), in_order(like.reasons), like.liked_at)


def in_order(reasons: Sequence[str]) -> tuple[LikeReason, ...]:
    """Reasons in the order in which a form shows them, each once."""
    return tuple(reason for reason in LikeReason if reason.value in reasons)


def _is_earlier(now: datetime) -> ColumnElement[bool]:
    """The liked `Publication` has a successor that has begun; what was cancelled before it began is none."""
    newer: Any = aliased(Publication)
    return exists().where(
        newer.manual_id == col(Publication.manual_id),
        newer.edition > col(Publication.edition),
        newer.live_from <= now,
        or_(newer.live_until.is_(None), newer.live_until > newer.live_from),
    )
