"""Saved and recent searches: one form for one question, one person's alone, and never too many."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from kb.accounts.models import Participation, User
from kb.accounts.rules import ANYONE, Viewer
from kb.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from kb.search.index import Sort
from kb.searches.actions import (
    delete_search,
    forget_recent,
    keep_recent,
    look_at_search,
    rename_search,
    save_search,
    start_feed,
    stop_feed,
)
from kb.searches.models import SavedSearch
from kb.searches.queries import recent_searches, saved_as, saved_search, saved_searches, search_fed_by
from kb.searches.rules import LONGEST_NAME, MOST_RECENT, MOST_SAVED, PAUSE, Question, question, question_of
from tests.world import AOBA, WAKAMATSU, person

A_DAY = timedelta(days=1)
FACETS = st.sampled_from(["town", "area", "size", "phase"])
VALUES = st.lists(st.sampled_from(["A", "B01", AOBA, "受付", ""]), max_size=4)
QUESTIONS = st.builds(
    question, st.text(max_size=12), st.dictionaries(FACETS, VALUES), st.booleans(), st.sampled_from(list(Sort))
)


def asked(text: str = "児童手当", sort: Sort = Sort.RELEVANCE, **filters: list[str]) -> Question:
    """A question."""
    return question(text, filters, exact=False, sort=sort)


def saved(
    session: Session, by: Viewer, at: datetime, text: str = "児童手当", name: str = "児童手当の動き"
) -> SavedSearch:
    """A search that `by` saved."""
    return save_search(session, asked(text), name, by=by, at=at).search


def texts(session: Session, viewer: Viewer) -> list[str]:
    """What the viewer searched for last."""
    return [one.text for one in recent_searches(session, viewer)]


@settings(max_examples=60)
@given(QUESTIONS)
def test_what_is_kept_is_the_question(asked: Question) -> None:
    assert question_of(asked.data) == asked
    assert question_of(asked.data).digest == asked.digest


@settings(max_examples=60)
@given(QUESTIONS, st.sampled_from(list(Sort)))
def test_spaces_order_and_doubles_make_no_other_question(one: Question, sort: Sort) -> None:
    turned = {name: [*reversed(values), *values] for name, values in reversed(one.filters.items())}
    other = question(f"  {one.text}\u3000", turned, one.exact, sort)
    assert other.digest == one.digest
    assert question(f"{one.text} 証明", one.filters, one.exact, sort).digest != one.digest
    assert question(one.text, {**one.filters, "town": ["999999"]}, one.exact, sort).digest != one.digest


def test_width_and_case_make_no_other_question() -> None:
    assert asked("ＬＧＷＡＮ").digest == asked("lgwan").digest
    assert question("国保", {}, exact=True, sort=Sort.NEWEST).digest != asked("国保").digest


def test_the_same_search_is_saved_once_and_takes_the_newer_name(session: Session, now: datetime) -> None:
    eri = person(session, "eri", now)
    first = save_search(session, asked(), "児童手当", by=eri, at=now)
    again = save_search(session, asked(sort=Sort.NEWEST), "児童手当の動き", by=eri, at=now + A_DAY)
    assert first.former_name is None
    assert again.former_name == "児童手当"
    [kept] = saved_searches(session, eri)
    assert (kept.name, kept.seen_at) == ("児童手当の動き", now)
    assert question_of(kept.question).sort is Sort.NEWEST


def test_two_people_may_save_the_same_and_each_sees_the_own(session: Session, now: datetime) -> None:
    eri, daigo = person(session, "eri", now), person(session, "daigo", now)
    mine, theirs = saved(session, eri, now), saved(session, daigo, now)
    assert mine.id != theirs.id
    assert [one.id for one in saved_searches(session, eri)] == [mine.id]
    assert saved_search(session, eri, theirs.id) is None
    assert saved_search(session, daigo, mine.id) is None  # an administrator is somebody else too
    assert saved_searches(session, ANYONE) == []
    found = saved_as(session, eri, asked())
    assert found is not None
    assert found.id == mine.id


def test_nobody_touches_what_is_somebody_elses(session: Session, now: datetime) -> None:
    mine = saved(session, person(session, "eri", now), now)
    for login in ("daigo", "akari", "chika"):
        other = person(session, login, now)
        for verb in (
            lambda by: rename_search(session, mine, "x", by=by),
            lambda by: look_at_search(session, mine, by=by, at=now + A_DAY),
            lambda by: delete_search(session, mine, by=by),
            lambda by: start_feed(session, mine, by=by),
            lambda by: stop_feed(session, mine, by=by),
        ):
            with pytest.raises(NotFound):
                verb(other)
    with pytest.raises(NotFound):
        save_search(session, asked(), "x", by=ANYONE, at=now)
    with pytest.raises(NotFound):
        keep_recent(session, "x", by=ANYONE, at=now)
    with pytest.raises(NotFound):
        forget_recent(session, by=ANYONE)
    assert (mine.name, mine.seen_at, mine.feed_token) == ("児童手当の動き", now, None)


@pytest.mark.parametrize("name", ["", "あ" * (LONGEST_NAME + 1)])
def test_a_name_that_does_not_do_is_refused(session: Session, now: datetime, name: str) -> None:
    eri = person(session, "eri", now)
    kept = saved(session, eri, now)
    with pytest.raises(Invalid, match="名前"):
        save_search(session, asked("転入"), name, by=eri, at=now)
    with pytest.raises(Invalid, match="名前"):
        rename_search(session, kept, name, by=eri)
    rename_search(session, kept, "あ" * LONGEST_NAME, by=eri)
    assert kept.name == "あ" * LONGEST_NAME


def test_a_search_for_everything_is_not_saved(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid, match="条件"):
        save_search(session, asked(" \u3000", town=[""]), "すべて", by=person(session, "eri", now), at=now)


def test_fifty_are_enough_but_an_old_one_still_takes_a_name(session: Session, now: datetime) -> None:
    eri = person(session, "eri", now)
    for number in range(MOST_SAVED):
        saved(session, eri, now, f"語{number}")
    with pytest.raises(Conflict, match="50件"):
        saved(session, eri, now, "もう一つ")
    assert save_search(session, asked("語0"), "別名", by=eri, at=now).former_name == "児童手当の動き"
    delete_search(session, saved(session, eri, now, "語0"), by=eri)
    saved(session, eri, now, "もう一つ")
    assert len(saved_searches(session, eri)) == MOST_SAVED


def test_a_look_never_goes_back(session: Session, now: datetime) -> None:
    eri = person(session, "eri", now)
    kept = saved(session, eri, now)
    look_at_search(session, kept, by=eri, at=now + A_DAY)
    look_at_search(session, kept, by=eri, at=now)
    assert kept.seen_at == now + A_DAY


class TestFeed:
    """The secret address of a feed."""

    def test_it_begins_moves_and_stops(self, session: Session, now: datetime) -> None:
        eri = person(session, "eri", now)
        kept = saved(session, eri, now)
        first = start_feed(session, kept, by=eri)
        assert len(first) >= 40
        second = start_feed(session, kept, by=eri)
        assert search_fed_by(session, first, now) is None
        found = search_fed_by(session, second, now)
        assert found is not None
        assert found.id == kept.id
        stop_feed(session, kept, by=eri)
        assert search_fed_by(session, second, now) is None

    def test_it_ends_with_the_search_the_account_and_the_participation(self, session: Session, now: datetime) -> None:
        tokens = {}
        for login in ("eri", "akari", "chika"):
            owner = person(session, login, now)
            tokens[login] = start_feed(session, saved(session, owner, now), by=owner)
        eri = person(session, "eri", now)
        delete_search(session, saved_searches(session, eri)[0], by=eri)
        session.exec(select(User).where(User.login == "akari")).one().disabled_at = now
        for record in session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)):
            record.until = now
        session.flush()
        assert [search_fed_by(session, token, now) for token in tokens.values()] == [None, None, None]

    def test_people_of_a_town_that_has_left_begin_none(self, session: Session, now: datetime) -> None:
        chika = person(session, "chika", now)
        kept = saved(session, chika, now)
        left = Viewer(user_id=chika.user_id, municipality_code=WAKAMATSU, member=False)
        with pytest.raises(NotAllowed, match="参加している団体"):
            start_feed(session, kept, by=left)


class TestRecent:
    """最近さがした語."""

    def test_the_last_ten_different_ones_stand_latest_first(self, session: Session, now: datetime) -> None:
        eri = person(session, "eri", now)
        for number in range(MOST_RECENT + 2):
            keep_recent(session, f" 語{number}\u3000", by=eri, at=now + number * PAUSE)
        keep_recent(session, "語5", by=eri, at=now + A_DAY)
        assert texts(session, eri) == ["語5", *(f"語{n}" for n in range(11, 1, -1) if n != 5)]
        assert texts(session, person(session, "daigo", now)) == texts(session, ANYONE) == []

    def test_the_same_within_a_minute_is_the_same_search(self, session: Session, now: datetime) -> None:
        eri = person(session, "eri", now)
        keep_recent(session, "税  証明", by=eri, at=now)
        keep_recent(session, "国保", by=eri, at=now + PAUSE / 2)
        keep_recent(session, "税 証明", by=eri, at=now + PAUSE - timedelta(seconds=1))
        assert texts(session, eri) == ["国保", "税 証明"]
        keep_recent(session, "税 証明", by=eri, at=now + PAUSE)
        assert texts(session, eri) == ["税 証明", "国保"]

    def test_one_or_all_are_forgotten_and_only_the_own(self, session: Session, now: datetime) -> None:
        eri, akari = person(session, "eri", now), person(session, "akari", now)
        for by in (eri, akari):
            for text in ("国保", "税", "転入"):
                keep_recent(session, text, by=by, at=now)
        forget_recent(session, "税", by=eri)
        forget_recent(session, "ないもの", by=eri)
        assert set(texts(session, eri)) == {"国保", "転入"}
        forget_recent(session, by=eri)
        assert texts(session, eri) == []
        assert len(texts(session, akari)) == 3

    def test_nothing_is_no_search(self, session: Session, now: datetime) -> None:
        with pytest.raises(DomainError):
            keep_recent(session, " \u3000", by=person(session, "eri", now), at=now)
