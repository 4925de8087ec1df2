"""What the pages of wishes show: each wish with what the viewer can do about it, words that were asked for in vain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from kb.asked.queries import Told, words_since
from kb.japanese.notation import local_date
from kb.search.index import IndexUnusable, Query
from kb.web.current import now, parts, session, viewer, words
from kb.web.rows import manual_url
from kb.wishes.queries import News, Wished, news, normals, wishes
from kb.wishes.rules import may_give_back, may_remove, may_undertake, may_wish, normal

LOOKED_BACK = timedelta(days=90)
"""For how long a word that was asked for in vain is offered, and a wish that came true is listed."""
MOST_OFFERED = 10


@dataclass(frozen=True)
class WishRow:
    """A wish as a list shows it."""

    wish: Wished
    url: str
    manual_url: str | None
    """Of the manual by which it came true."""
    may_vote: bool
    may_take_back: bool
    may_undertake: bool
    may_give_back: bool
    may_remove: bool


@dataclass(frozen=True)
class Wanted:
    """The wishes of the page: those that wait for a writer, those that have one, those that came true lately."""

    waiting: Sequence[WishRow]
    taken: Sequence[WishRow]
    came_true: Sequence[WishRow]


@dataclass(frozen=True)
class NewsRow:
    """On the desk: a wish of the person has come true."""

    words: str
    title: str
    url: str
    town_name: str
    since: datetime
    seen_url: str


def wish_url(number: int) -> str:
    """Address of a wish."""
    return url_for("wishes.show", number=number)


def wish_row(wish: Wished) -> WishRow:
    """The line of a wish, with what the viewer can do by the rules."""
    came, by = wish.came_true, viewer()
    open_, own = came is None, wish.writer_town is not None and wish.writer_town == by.own_town
    return WishRow(
        wish=wish,
        url=wish_url(wish.number),
        manual_url=manual_url(came.town_code, came.slug) if came else None,
        may_vote=may_wish(by) and open_ and not wish.own_vote,
        may_take_back=may_wish(by) and open_ and wish.own_vote,
        may_undertake=may_undertake(by) is not None and open_ and wish.writer_town is None,
        may_give_back=may_give_back(by) is not None and own,
        may_remove=may_remove(by, wish.asker_town) is not None,
    )


def wanted() -> Wanted:
    """Every wish that is listed."""
    rows = [wish_row(one) for one in wishes(session(), viewer(), now())]
    lately = [row for row in rows if row.wish.came_true and row.wish.came_true.since > now() - LOOKED_BACK]
    still = [row for row in rows if row.wish.came_true is None]
    return Wanted(
        [row for row in still if row.wish.writer_town is None],
        [row for row in still if row.wish.writer_town is not None],
        lately,
    )


def asked_in_vain() -> list[tuple[str, int]]:
    """Words that several people asked for lately, that still find nothing, and that nobody has wished for yet: (text, times).

    For staff who can make a wish of them: what strangers read has a person who answers for its words.
    """
    if not may_wish(viewer()):
        return []
    known = normals(session())
    first = local_date(now()) - LOOKED_BACK
    missed = words_since(session(), first, Told.MISSED, limit=3 * MOST_OFFERED)
    fresh = [(one.text, one.missed) for one in missed if normal(one.text) not in known]
    return [(text, times) for text, times in fresh if not _is_found(text)][:MOST_OFFERED]


def wish_news() -> list[NewsRow]:
    """What lies on the viewer's desk."""
    return [_news_row(one) for one in news(session(), viewer(), now())]


def _news_row(one: News) -> NewsRow:
    came = one.came_true
    return NewsRow(
        words=one.words,
        title=came.title,
        url=manual_url(came.town_code, came.slug),
        town_name=words().towns.get(came.town_code, ""),
        since=came.since,
        seen_url=url_for("votes.update", number=one.number),
    )


def _is_found(text: str) -> bool:
    query = Query(text=text, town=viewer().own_town, member=viewer().member, limit=1)
    try:
        found = parts().index.search(query, words().synonyms)
        return found.total > found.relaxed
    except IndexUnusable:
        return False
