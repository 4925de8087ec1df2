"""新着: what came into the results of saved searches since the person last looked at each.

The database tells first what began for this person since the longest ago of these looks. Where nothing did, which is the
ordinary day, no search is carried out; else each search is asked once for its newest matches, and the index keeps these answers
for as long as it stays as it is. Fifty saved searches cost at most fifty such questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, inspect, select
from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.db import UtcDateTime
from kb.manuals.models import Manual
from kb.publishing import listing
from kb.publishing.models import Publication
from kb.search.index import Index, Query, Synonyms
from kb.searches.models import SavedSearch
from kb.searches.rules import question_of

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
    if not searches:
        return {}
    began = began_since(session, viewer, now, min(one.seen_at for one in searches))
    latest = max(began.values(), default=None)
    return {
        one.id: _news(index, synonyms, viewer, began, one)
        if latest is not None and latest > one.seen_at
        else News(0, more=False)
        for one in searches
    }


def _news(index: Index, synonyms: Synonyms, viewer: Viewer, began: Mapping[int, datetime], search: SavedSearch) -> News:
    found = matches(index, synonyms, question_of(search.question).newest(viewer, LOOK + 1))
    count = sum(began[number] > search.seen_at for number in found if number in began)
    return News(min(count, LOOK), more=count > LOOK)


def matches(index: Index, synonyms: Synonyms, query: Query) -> list[int]:
    """Manuals that a query finds, in its order. Raises IndexUnusable."""
    return [int(hit.stored["manual"]) for hit in index.search(query, synonyms).hits]


def began_since(session: Session, viewer: Viewer, now: datetime, since: datetime) -> dict[int, datetime]:
    """Manuals whose live edition began after `since`, and when it did; only what the viewer may read."""
    values = listing.parameters(viewer, now, since=since)
    return {row.manual_id: row.live_from for row in session.connection().execute(_began(), values)}


@cache
def _began() -> Select[Any]:
    publication, manual = (inspect(table).local_table for table in (Publication, Manual))
    return (
        select(publication.c.manual_id, publication.c.live_from)
        .select_from(publication.join(manual, manual.c.id == publication.c.manual_id))
        .where(listing.CONDITIONS["live"], publication.c.live_from > bindparam("since", type_=UtcDateTime))
    )
