"""新着 of saved searches: what began since the last look, and only what the person may read at this moment."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from kb.accounts.models import Participation, User
from kb.common_format.envelope import Audience
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.documents import documents, live_with
from kb.publishing.models import Publication
from kb.search.index import Hits, Query, Sort, Synonyms
from kb.search.memory_index import MemoryIndex
from kb.searches import news as counting
from kb.searches.actions import look_at_search, save_search
from kb.searches.models import SavedSearch
from kb.searches.news import News, news
from kb.searches.rules import question
from tests.world import WAKAMATSU, a_publication, person

A_DAY = timedelta(days=1)
NONE = News(0, more=False)
PLAIN = Synonyms()
OTHERS = ("chika", "fumio")


def follow(session: Session, login: str, at: datetime, text: str = "転入", **filters: list[str]) -> SavedSearch:
    """A search that somebody saves."""
    asked = question(text, filters, exact=False, sort=Sort.RELEVANCE)
    return save_search(session, asked, f"{text}の動き", by=person(session, login, at), at=at).search


def indexed(session: Session, index: MemoryIndex | None = None) -> MemoryIndex:
    """An index of everything that was ever published: it knows more than what is live."""
    made = index or MemoryIndex()
    for publication in session.exec(select(Publication).order_by(Publication.id)):  # type: ignore[arg-type]  # a column
        made.put(list(documents(live_with(session, publication))))
    return made


def counted(session: Session, login: str, now: datetime, *searches: SavedSearch) -> list[News]:
    """What is new in the searches."""
    viewer = person(session, login, now)
    found = news(session, indexed(session), PLAIN, viewer, now, searches)
    return [found[search.id] for search in searches]


def revise(session: Session, manual: Manual, at: datetime, **changes: object) -> None:
    """The next edition of a manual of 青葉市."""
    revision = session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
    publish(session, manual, revision, by=person(session, "bunta", at), at=at, change_note="直した", **changes)


def test_what_began_after_the_last_look_is_new(session: Session, now: datetime) -> None:
    a_publication(session, now - A_DAY, "mae", title="前からある転入届")
    search, other = follow(session, "eri", now), follow(session, "eri", now, "国民健康保険")
    assert counted(session, "eri", now, search, other) == [NONE, NONE]
    later = now + A_DAY
    a_publication(session, later, "ato", title="後から来た転入届")
    assert counted(session, "eri", later, search, other) == [News(1, more=False), NONE]
    look_at_search(session, search, by=person(session, "eri", later), at=later)
    assert counted(session, "eri", later, search) == [NONE]


def test_a_new_edition_is_new_again(session: Session, now: datetime) -> None:
    manual, _ = a_publication(session, now - A_DAY)
    search = follow(session, "chika", now)
    revise(session, manual, now + A_DAY, major=False)
    assert counted(session, "chika", now + A_DAY, search) == [News(1, more=False)]


def test_filters_count(session: Session, now: datetime) -> None:
    search = follow(session, "eri", now, "転入", town=[WAKAMATSU])
    later = now + A_DAY
    a_publication(session, later, "ours", title="転入届")
    assert counted(session, "eri", later, search) == [NONE]
    a_publication(session, later, "theirs", writers=OTHERS, title="転入届")
    assert counted(session, "eri", later, search) == [News(1, more=False)]


def test_what_is_for_others_is_not_counted(session: Session, now: datetime) -> None:
    ours, theirs = follow(session, "eri", now), follow(session, "chika", now)
    later = now + A_DAY
    a_publication(session, later, "uchi", audience=Audience.MUNICIPALITY)
    assert counted(session, "eri", later, ours) == [News(1, more=False)]
    assert counted(session, "chika", later, theirs) == [NONE]


def test_what_the_index_has_not_heard_of_yet_is_not_counted(session: Session, now: datetime) -> None:
    """Withdrawn, narrowed, not yet begun: the index still finds them, or already."""
    search = follow(session, "chika", now)
    later = now + A_DAY
    gone, _ = a_publication(session, later, "gone")
    narrowed, _ = a_publication(session, later, "narrowed")
    index = indexed(session)
    bunta = person(session, "bunta", later)
    withdraw(session, gone, by=bunta, at=later, reason="作り直すため")
    revise(session, narrowed, later, audience=Audience.MUNICIPALITY)
    revise(session, gone, later, live_from=later + A_DAY)
    chika = person(session, "chika", later)
    assert news(session, index, PLAIN, chika, later, [search]) == {search.id: NONE}


def test_a_member_who_has_left_is_told_of_nothing_for_members(session: Session, now: datetime) -> None:
    search = follow(session, "chika", now)
    later = now + A_DAY
    a_publication(session, later, audience=Audience.MEMBERS)
    assert counted(session, "chika", later, search) == [News(1, more=False)]
    for record in session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)):
        record.until = later
        session.add(record)
    assert counted(session, "chika", later, search) == [NONE]


def test_somebody_who_moves_to_another_town_leaves_its_own_matches_behind(session: Session, now: datetime) -> None:
    search = follow(session, "eri", now)
    later = now + A_DAY
    a_publication(session, later, audience=Audience.MUNICIPALITY)
    assert counted(session, "eri", later, search) == [News(1, more=False)]
    session.exec(select(User).where(User.login == "eri")).one().municipality_code = WAKAMATSU
    session.flush()
    assert counted(session, "eri", later, search) == [NONE]


def test_many_are_counted_up_to_what_is_looked_at(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "LOOK", 2)
    search = follow(session, "eri", now)
    later = now + A_DAY
    for number in range(2):
        a_publication(session, later, f"tennyu-{number}")
    assert counted(session, "eri", later, search) == [News(2, more=False)]
    a_publication(session, later, "tennyu-more")
    assert counted(session, "eri", later, search) == [News(2, more=True)]


class Watched(MemoryIndex):
    """Counts the questions that it is asked."""

    asked = 0

    def search(self, query: Query, synonyms: Synonyms = PLAIN) -> Hits:
        """As ever."""
        self.asked += 1
        return super().search(query, synonyms)


def test_only_searches_that_something_can_be_new_in_are_carried_out(session: Session, now: datetime) -> None:
    searches = [follow(session, "eri", now, f"転入{number or ''}") for number in range(3)]
    eri = person(session, "eri", now)
    later = now + A_DAY
    a_publication(session, later)
    watched = Watched()
    indexed(session, watched)
    for search in searches[1:]:
        look_at_search(session, search, by=eri, at=later)
    news(session, watched, PLAIN, eri, later, searches)
    assert watched.asked == 1
    look_at_search(session, searches[0], by=eri, at=later)
    news(session, watched, PLAIN, eri, later, searches)
    assert watched.asked == 1
    assert news(session, watched, PLAIN, eri, later, []) == {}
