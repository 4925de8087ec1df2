"""Verbs on likes: like, and take it back."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.errors import NotAllowed, NotFound
from kb.likes.models import Like, LikeReason
from kb.likes.queries import in_order, live_like
from kb.likes.rules import may_like, may_take_back
from kb.publishing.queries import Listed


def like(session: Session, listed: Listed, reasons: Collection[LikeReason] | None, *, by: Viewer, at: datetime) -> Like:
    """Like the live edition `listed`; a like of an earlier edition ends, and this one takes its place.

    Whoever likes the same edition again changes nothing but the reasons, and those only when some are named (None: not named).
    Raises NotFound when the manual is not for the eyes of `by`, NotAllowed for whoever belongs to no town that takes part.
    """
    if by.user_id is None or not may_take_back(by, listed.town_code, listed.audience):
        raise NotFound
    if by.own_town is None or not may_like(by, listed.town_code, listed.audience):
        raise NotAllowed("いいねができるのは、ものさしに参加している団体の職員です。")
    kept = live_like(session, by.user_id, listed.manual_id)
    if kept is not None and kept.publication_id == listed.publication_id:
        return _said_why(session, kept, reasons)
    if kept is not None:
        _end(session, kept, at)
    made = Like(
        user_id=by.user_id,
        municipality_code=by.own_town,
        manual_id=listed.manual_id,
        publication_id=listed.publication_id,
        reasons=_texts(reasons or ()),
        liked_at=at,
    )
    session.add(made)
    session.flush()
    return made


def take_back(session: Session, listed: Listed, *, by: Viewer, at: datetime) -> None:
    """End the like of `by`, whatever edition it was given to; nothing when there is none.

    Raises NotFound when the manual is not for the eyes of `by`.
    """
    if by.user_id is None or not may_take_back(by, listed.town_code, listed.audience):
        raise NotFound
    kept = live_like(session, by.user_id, listed.manual_id)
    if kept is not None:
        _end(session, kept, at)


def _said_why(session: Session, kept: Like, reasons: Collection[LikeReason] | None) -> Like:
    if reasons is not None and _texts(reasons) != kept.reasons:
        kept.reasons = _texts(reasons)
        session.add(kept)
        session.flush()
    return kept


def _end(session: Session, kept: Like, at: datetime) -> None:
    kept.ended_at = at
    session.add(kept)
    session.flush()


def _texts(reasons: Collection[LikeReason]) -> list[str]:
    return [reason.value for reason in in_order([reason.value for reason in reasons])]
