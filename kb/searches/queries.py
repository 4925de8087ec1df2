"""Reads of a person's own searches, and of the one behind the address of a feed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from kb.accounts.models import Participation, User
from kb.accounts.queries import in_force
from kb.accounts.rules import Viewer
from kb.searches.models import RecentSearch, SavedSearch
from kb.searches.rules import MOST_RECENT, Question, one_line


def saved_searches(session: Session, viewer: Viewer) -> Sequence[SavedSearch]:
    """The viewer's saved searches, the one that was looked at last first."""
    return session.exec(
        select(SavedSearch)
        .where(SavedSearch.user_id == viewer.user_id)
        .order_by(col(SavedSearch.seen_at).desc(), col(SavedSearch.id).desc())
    ).all()


def saved_search(session: Session, viewer: Viewer, number: int) -> SavedSearch | None:
    """One of the viewer's saved searches; None for somebody else's as for one that is not there."""
    return session.exec(
        select(SavedSearch).where(SavedSearch.id == number, SavedSearch.user_id == viewer.user_id)
    ).first()


def saved_as(session: Session, viewer: Viewer, question: Question) -> SavedSearch | None:
    """The viewer's saved search with the same matches as `question`, if there is one."""
    return session.exec(
        select(SavedSearch).where(SavedSearch.user_id == viewer.user_id, SavedSearch.digest == question.digest)
    ).first()


def search_fed_by(session: Session, token: str, now: datetime) -> SavedSearch | None:
    """The saved search with this feed; None when it was stopped, its owner's account is disabled, or the town has left."""
    taking_part = select(Participation.municipality_code).where(in_force(Participation, now))
    return session.exec(
        select(SavedSearch)
        .join(User, col(User.id) == SavedSearch.user_id)
        .where(
            SavedSearch.feed_token == token,
            or_(col(User.disabled_at).is_(None), col(User.disabled_at) > now),
            col(User.municipality_code).in_(taking_part),
        )
    ).first()


def recent_search(session: Session, viewer: Viewer, text: str) -> RecentSearch | None:
    """What is kept of the viewer's searching for `text`."""
    return session.exec(
        select(RecentSearch).where(RecentSearch.user_id == viewer.user_id, RecentSearch.text == one_line(text))
    ).first()


def recent_searches(session: Session, viewer: Viewer) -> Sequence[RecentSearch]:
    """What the viewer searched for last, latest first."""
    return session.exec(
        select(RecentSearch)
        .where(RecentSearch.user_id == viewer.user_id)
        .order_by(col(RecentSearch.searched_at).desc(), col(RecentSearch.id).desc())
        .limit(MOST_RECENT)
    ).all()
