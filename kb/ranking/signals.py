"""What people made of manuals, counted for the search: the numbers that the page of a manual shows to all who may read it."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from kb.adoptions.queries import adoption_counts
from kb.db import reading
from kb.japanese.notation import local_date
from kb.publishing.documents import document_id
from kb.publishing.listing import confirmed
from kb.ranking.queries import likes_by_manual
from kb.search.index import Index
from kb.search.signals import Signals


def signals(session: Session, now: datetime, *, by_likes: bool) -> dict[str, Signals]:
    """The signals of every live manual by document id, as of the day of `now`; without likes unless `by_likes`.

    They change when somebody likes, adopts or confirms, and at midnight.
    """
    likes = likes_by_manual(session) if by_likes else {}
    adoptions, today = adoption_counts(session), local_date(now)
    return {
        document_id(manual_id): Signals(
            likes=likes.get(manual_id, 0),
            adoptions=adoptions.get(manual_id, 0),
            days=max((today - local_date(confirmed_at)).days, 0),
        )
        for manual_id, confirmed_at in session.execute(confirmed(), {"now": now})
    }


def keep_signals(engine: Engine, index: Index, now: datetime, *, by_likes: bool) -> None:
    """Count, and have the index keep it. Writes nothing when nothing has changed. Raises IndexBusy and OSError as `Index` does."""
    with reading(engine) as session:
        counted = signals(session, now, by_likes=by_likes)
    index.put_signals(counted)
