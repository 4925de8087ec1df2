"""What the templates say of saved searches: beside the results, on the desk, on their own pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from kb.errors import NotFound
from kb.search.index import IndexUnusable, Sort
from kb.searches.models import SavedSearch
from kb.searches.news import News, news
from kb.searches.queries import saved_as, saved_search, saved_searches
from kb.searches.rules import LONGEST_NAME, Question, question, question_of
from kb.web.asked import FACETS, Asked
from kb.web.current import now, parts, session, viewer, words
from kb.web.facets import chosen
from kb.web.reading import absolute

ON_DESK = 5
ASKED_FOR_DESK = 10
"""Saved searches whose news the desk asks for: those that were looked at last."""


@dataclass(frozen=True)
class OnResults:
    """Beside the results: how this search can be saved, or under which name it already is."""

    save_url: str
    saved: SavedSearch | None


@dataclass(frozen=True)
class SavedRow:
    """A saved search in a list; `news` is None while nothing can be counted."""

    search: SavedSearch
    conditions: Sequence[str]
    news: News | None
    url: str
    """Opens the results, and makes them seen."""

    @property
    def count(self) -> str:
        """How many are new: 「3」, 「20以上」; "" when none is."""
        if self.news is None or not self.news.count:
            return ""
        return f"{self.news.count}以上" if self.news.more else str(self.news.count)


@dataclass(frozen=True)
class OnDesk:
    """On the desk: saved searches with something new, and how many more there are of them."""

    rows: Sequence[SavedRow]
    more: int
    known: bool
    """False while the index cannot be read, so that nobody knows."""


def question_asked(asked: Asked) -> Question:
    """What an address asks for, as it is kept."""
    return question(asked.text, asked.filters, asked.exact, asked.sort)


def asked_of(kept: Question) -> Asked:
    """A kept question as an address states it; filters that are no more are left out."""
    filters = {name: values for name, values in kept.filters.items() if name in FACETS}
    return Asked(url_for("search.index"), kept.text, filters, kept.exact, kept.sort, page=1)


def conditions(kept: Question) -> list[str]:
    """What a question asks for, one phrase for each condition."""
    said = [f"「{kept.text}」"] if kept.text else []
    said += [label for label, _ in chosen(words(), asked_of(kept))]
    return said + (["この語だけ"] if kept.exact else [])


def proposed_name(kept: Question) -> str:
    """A name for somebody who does not want to think of one: the words, else the conditions."""
    filters = [label.partition(": ")[2] for label, _ in chosen(words(), asked_of(kept))]
    return "・".join([kept.text, *filters] if kept.text else filters)[:LONGEST_NAME]


def on_results(asked: Asked) -> OnResults | None:
    """Beside the results of a search; None when it has no condition."""
    kept = question_asked(asked)
    if not kept.asks:
        return None
    query = asked_of(kept).url().partition("?")[2]
    save_url = f"{url_for('saved_searches.new')}?{query}"
    return OnResults(save_url, saved_as(session(), viewer(), kept) if viewer().signed_in else None)


def saved_rows() -> list[SavedRow]:
    """All saved searches of the viewer, those with something new first."""
    return _newest_first(_rows(saved_searches(session(), viewer())))


def on_desk() -> OnDesk | None:
    """The box on the viewer's desk; None for somebody who has saved no search."""
    searches = saved_searches(session(), viewer())
    if not searches:
        return None
    rows = _rows(searches[:ASKED_FOR_DESK])
    fresh = _newest_first([row for row in rows if row.count])
    return OnDesk(fresh[:ON_DESK], max(0, len(fresh) - ON_DESK), all(row.news is not None for row in rows))


def own_search(number: int) -> SavedSearch:
    """A saved search of the viewer. Raises NotFound for somebody else's as for one that is not there."""
    found = saved_search(session(), viewer(), number)
    if found is None:
        raise NotFound
    return found


def results_url(search: SavedSearch, since: datetime) -> str:
    """The results as they were saved; newest first and marked when something began after `since`."""
    kept = question_of(search.question)
    counted = _counted([search])
    if counted is not None and not counted[search.id].count:
        return asked_of(kept).url()
    return asked_of(kept).url(sort=Sort.NEWEST, since=since)


def feed_url(search: SavedSearch) -> str | None:
    """The whole address of its feed; None when it has none."""
    token = search.feed_token
    return None if token is None else absolute(url_for("search_feeds.show", token=token))


def _rows(searches: Sequence[SavedSearch]) -> list[SavedRow]:
    counted = _counted(searches)
    return [
        SavedRow(
            one,
            conditions(question_of(one.question)),
            None if counted is None else counted[one.id],
            url_for("saved_searches.show", number=one.id),
        )
        for one in searches
    ]


def _counted(searches: Sequence[SavedSearch]) -> Mapping[int, News] | None:
    try:
        return news(session(), parts().index, words().synonyms, viewer(), now(), searches)
    except IndexUnusable as error:
        parts().caretaker.noticed(error)
        return None


def _newest_first(rows: Sequence[SavedRow]) -> list[SavedRow]:
    return sorted(rows, key=lambda row: -(row.news.count if row.news else 0))
