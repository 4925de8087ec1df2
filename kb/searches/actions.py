"""Verbs on searches: save, rename, look, feed and delete a search; keep and forget what was searched for."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.accounts.rules import Viewer
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.searches.models import RecentSearch, SavedSearch
from kb.searches.queries import recent_search, saved_as
from kb.searches.rules import (
    MOST_RECENT,
    MOST_SAVED,
    Question,
    is_new,
    may_change,
    may_feed,
    may_save,
    name_mistake,
    one_line,
)

_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Saved:
    """A search that was saved; `former_name` is what the same search was called before, None when it is a new one."""

    search: SavedSearch
    former_name: str | None


def save_search(session: Session, question: Question, name: str, *, by: Viewer, at: datetime) -> Saved:
    """Keep a search under a name; the same search is kept once and takes the newer name and order.

    Raises NotFound for nobody, Invalid for a name that does not do or a question without any condition, Conflict when
    `by` has as many as one may have.
    """
    if by.user_id is None or not may_save(by):
        raise NotFound
    _check_name(name)
    if not question.asks:
        raise Invalid("言葉か、しぼり込みの条件を入れてから保存してください。")
    kept = saved_as(session, by, question)
    if kept is not None:
        former, kept.name, kept.question = kept.name, name, question.data
        return Saved(_written(session, kept), former)
    if _count(session, by.user_id) >= MOST_SAVED:
        raise Conflict(f"保存できる条件は{MOST_SAVED}件までです。使わなくなった条件を消してから、保存してください。")
    made = SavedSearch(
        user_id=by.user_id,
        name=name,
        question=question.data,
        digest=question.digest,
        created_at=at,
        seen_at=at,
    )
    return Saved(_written(session, made), None)


def rename_search(session: Session, kept: SavedSearch, name: str, *, by: Viewer) -> None:
    """Give a saved search another name. Raises NotFound when it is not `by`'s, Invalid for a name that does not do."""
    _check_owner(by, kept)
    _check_name(name)
    kept.name = name
    _written(session, kept)


def look_at_search(session: Session, kept: SavedSearch, *, by: Viewer, at: datetime) -> None:
    """Keep that `by` looked at what a saved search finds: what began before `at` is new no longer. Raises NotFound."""
    _check_owner(by, kept)
    if kept.seen_at < at:
        kept.seen_at = at
        _written(session, kept)


def delete_search(session: Session, kept: SavedSearch, *, by: Viewer) -> None:
    """Forget a saved search; its feed ends with it. Raises NotFound when it is not `by`'s."""
    _check_owner(by, kept)
    session.delete(kept)
    session.flush()


def start_feed(session: Session, kept: SavedSearch, *, by: Viewer) -> str:
    """Give a saved search a feed at a new secret address, whose token is returned; an older address stops working.

    Raises NotFound when it is not `by`'s, NotAllowed for people whose town takes no part.
    """
    _check_owner(by, kept)
    if not may_feed(by, kept):
        raise NotAllowed("配信を使えるのは、ものさしに参加している団体の職員です。")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    kept.feed_token = token
    _written(session, kept)
    return token


def stop_feed(session: Session, kept: SavedSearch, *, by: Viewer) -> None:
    """End the feed of a saved search; nothing when there is none. Raises NotFound when it is not `by`'s."""
    _check_owner(by, kept)
    kept.feed_token = None
    _written(session, kept)


def keep_recent(session: Session, text: str, *, by: Viewer, at: datetime) -> None:
    """Keep that `by` searched for `text`; nothing when the same was kept a moment ago. Older ones than the last ten go.

    Raises NotFound for nobody, Invalid for an empty text.
    """
    if by.user_id is None or not may_save(by):
        raise NotFound
    words = one_line(text)
    if not words:
        raise Invalid("さがす言葉を入れてください。")
    kept = recent_search(session, by, words)
    if not is_new(kept, at):
        return
    kept = kept or RecentSearch(user_id=by.user_id, text=words, searched_at=at)
    kept.searched_at = at
    session.add(kept)
    session.flush()
    for old in _recent_of(session, by.user_id)[MOST_RECENT:]:
        session.delete(old)
    session.flush()


def forget_recent(session: Session, text: str | None = None, *, by: Viewer) -> None:
    """Forget that `by` searched for `text`, or all that they searched for. Raises NotFound for nobody."""
    if by.user_id is None or not may_save(by):
        raise NotFound
    for kept in _recent_of(session, by.user_id):
        if text is None or kept.text == text:
            session.delete(kept)
    session.flush()


def _check_owner(by: Viewer, kept: SavedSearch) -> None:
    if not may_change(by, kept):
        raise NotFound


def _check_name(name: str) -> None:
    mistake = name_mistake(name)
    if mistake:
        raise Invalid(mistake)


def _count(session: Session, user_id: int) -> int:
    return session.exec(select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == user_id)).one()


def _recent_of(session: Session, user_id: int) -> list[RecentSearch]:
    newest = (col(RecentSearch.searched_at).desc(), col(RecentSearch.id).desc())
    return list(session.exec(select(RecentSearch).where(RecentSearch.user_id == user_id).order_by(*newest)))


def _written(session: Session, kept: SavedSearch) -> SavedSearch:
    session.add(kept)
    session.flush()
    return kept
