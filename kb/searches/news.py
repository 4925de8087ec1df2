"""新着: what came into the results of saved searches since the person last looked at each.

The database tells first when anything began last for this person. Searches that were looked at since then are not carried out;
the others are asked for their few newest matches, and for more only when all of these are new, because what costs is to read the
hits. The index keeps these answers for as long as it stays as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, inspect, select
from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.db import UtcDateTime
from kb.manuals.models import Manual
from kb.publishing import listing
from kb.publishing.models import Publication
from kb.search.index import Index, Query, Synonyms
from kb.searches.models import SavedSearch
from kb.searches.rules import question_of

FEW = 3
"""Newest matches that are asked for first."""
LOOK = 20
"""As many are counted; beyond it is 「20件以上」."""


@dataclass(frozen=True)
class News:
    """How many matches of a saved search began after the last look, counted up to `LOOK`; `more` when there are others."""

    count: int
    more: bool


def news(
    session: Session,
    index: Index,
    synonyms: Synonyms,
    viewer: Viewer,
    now: datetime,
    searches: Sequence[SavedSearch],
) -> dict[int, News]:
    """What is new in each of the viewer's saved searches, by its number. Raises IndexUnusable."""
    counted = {one.id: News(0, more=False) for one in searches}
    latest = _latest(session, viewer, now) if searches else None
    due = [one for one in searches if latest is not None and latest > one.seen_at]
    for most in (FEW, LOOK + 1):
        found = {one.id: matches(index, synonyms, question_of(one.question).newest(viewer, most)) for one in due}
        counts = _counts(session, viewer, now, due, found)
        counted |= {number: News(min(count, LOOK), more=count > LOOK) for number, count in counts.items()}
        due = [one for one in due if counts[one.id] == most]  # behind an older match there are only older ones
    return counted


def _counts(
    session: Session,
    viewer: Viewer,
    now: datetime,
    searches: Sequence[SavedSearch],
    found: Mapping[int, Sequence[int]],
) -> dict[int, int]:
    if not searches:
        return {}
    manuals = {manual for matched in found.values() for manual in matched}
    began = began_since(session, viewer, now, min(one.seen_at for one in searches), manuals)
    return {one.id: sum(began[manual] > one.seen_at for manual in found[one.id] if manual in began) for one in searches}


def matches(index: Index, synonyms: Synonyms, query: Query) -> list[int]:
    """Manuals that a query finds, in its order. Raises IndexUnusable."""
    return [int(hit.stored["manual"]) for hit in index.search(query, synonyms).hits]


def began_since(
    session: Session, viewer: Viewer, now: datetime, since: datetime, manual_ids: Collection[int]
) -> dict[int, datetime]:
    """Those of these manuals whose live edition began after `since`, and when it did; only what the viewer may read."""
    values = listing.parameters(viewer, now, since=since, manuals=list(manual_ids))
    return {row.manual_id: row.live_from for row in session.connection().execute(_began(), values)}


def _latest(session: Session, viewer: Viewer, now: datetime) -> datetime | None:
    latest: datetime | None = session.connection().execute(_newest(), listing.parameters(viewer, now)).scalar()
    return latest


@cache
def _began() -> Select[Any]:
    publication, place = _place()
    return (
        select(publication.c.manual_id, publication.c.live_from)
        .select_from(place)
        .where(
            listing.CONDITIONS["live"],
            listing.CONDITIONS["manuals"],
            publication.c.live_from > bindparam("since", type_=UtcDateTime),
        )
    )


@cache
def _newest() -> Select[Any]:
    publication, place = _place()
    return select(func.max(publication.c.live_from)).select_from(place).where(listing.CONDITIONS["live"])


def _place() -> tuple[Any, Any]:
    """Publications, and publications with their manuals, whose town decides who may read."""
    publication, manual = (inspect(table).local_table for table in (Publication, Manual))
    return publication, publication.join(manual, manual.c.id == publication.c.manual_id)
