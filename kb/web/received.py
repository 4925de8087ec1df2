"""届いた反応: what other people and towns did with the manuals that the viewer's office answers for. Towns are told, not people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.adoptions.queries import adoption_counts
from kb.forks.queries import fork_counts
from kb.japanese.notation import local_date
from kb.likes.queries import Count, counts
from kb.manuals.queries import manuals_of
from kb.manuals.rules import may_write
from kb.publishing.queries import Listed, live_by_manual
from kb.ranking.queries import Use, uses_since
from kb.readings.daily import readers_since
from kb.reports.queries import departments_of
from kb.reports.rules import settles_for_all

DAYS = 30
"""For how many days readers are told, today being one of them."""
MOST = 10
"""Manuals that are listed, those with the most readers first."""
_LOOKED_AT = 50
"""Manuals that are looked at for those which are live still."""


@dataclass(frozen=True)
class Reaction:
    """What came back for one live manual."""

    listed: Listed
    readers: int
    likes: Count
    forks: int
    """Towns that took it over."""
    adoptions: int
    """Towns that adopted it."""


@dataclass(frozen=True)
class News:
    """Another town took a manual over or adopted it."""

    use: Use
    listed: Listed


@dataclass(frozen=True)
class Received:
    """Everything that came back, and what of it is new."""

    reactions: Sequence[Reaction] = ()
    news: Sequence[News] = ()


def received_by(session: Session, viewer: Viewer, now: datetime, since: datetime) -> Received:
    """What came back for the manuals of the viewer's departments and of no post (an administrator's whole town).

    New is what happened after `since`. Nothing for whoever does not write.
    """
    town = viewer.own_town
    if town is None or may_write(viewer, town) is None:
        return Received()
    ids = manuals_of(session, town, None if settles_for_all(viewer) else departments_of(session, viewer))
    uses = uses_since(session, ids, since)
    counted = _counted(session, ids, now)
    first = sorted(counted, key=lambda id_: (-counted[id_][0], id_))[:_LOOKED_AT]
    live = live_by_manual(session, viewer, now, list({*first, *(use.manual_id for use in uses)}))
    reactions = [Reaction(live[id_], *counted[id_]) for id_ in first if id_ in live]
    news = [News(use, live[use.manual_id]) for use in uses if use.manual_id in live]
    return Received(reactions[:MOST], news)


def _counted(session: Session, ids: Sequence[int], now: datetime) -> Mapping[int, tuple[int, Count, int, int]]:
    """Readers, likes, forks and adoptions of each manual that has any."""
    readers = readers_since(session, ids, local_date(now) - timedelta(days=DAYS - 1))
    likes, forks, adoptions = counts(session, ids, now), fork_counts(session, ids), adoption_counts(session, ids)
    every = {id_: (readers.get(id_, 0), likes[id_], forks.get(id_, 0), adoptions.get(id_, 0)) for id_ in ids}
    return {id_: found for id_, found in every.items() if found != (0, Count(), 0, 0)}
