"""What is counted for the search: the numbers that everybody who may read a manual sees on its page."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from kb.accounts.rules import ANYONE
from kb.adoptions.queries import adoption_counts
from kb.db import transaction
from kb.likes.actions import like, take_back
from kb.manuals.models import Manual
from kb.publishing.actions import confirm, withdraw
from kb.publishing.documents import document_id
from kb.publishing.indexing import rebuild
from kb.publishing.queries import Listed, live_by_manual
from kb.ranking.queries import most_liked
from kb.ranking.signals import keep_signals, signals
from kb.search.index import Index, Query
from kb.search.memory_index import MemoryIndex
from kb.search.signals import Signals
from tests.adoptions.using import adopted, revise
from tests.world import a_publication, person

A_DAY = timedelta(days=1)


@pytest.fixture
def manual(session: Session, now: datetime) -> Manual:
    """A public manual of 青葉市, published ten days ago."""
    return a_publication(session, now - 10 * A_DAY, "tennyu")[0]


def seen(session: Session, manual: Manual, login: str, at: datetime) -> Listed:
    return live_by_manual(session, person(session, login, at), at, [manual.id])[manual.id]


def likes(session: Session, manual: Manual, login: str, at: datetime) -> None:
    like(session, seen(session, manual, login, at), None, by=person(session, login, at), at=at)


def signals_of(session: Session, manual: Manual, now: datetime, *, by_likes: bool = True) -> Signals | None:
    return signals(session, now, by_likes=by_likes).get(document_id(manual.id))


def test_a_manual_that_nobody_uses_has_its_day(session: Session, manual: Manual, now: datetime) -> None:
    assert signals_of(session, manual, now) == Signals(0, 0, 10)


def test_other_towns_count_once_each_and_the_own_town_never(session: Session, manual: Manual, now: datetime) -> None:
    for login in ("akari", "chika", "fumio", "genta"):
        likes(session, manual, login, now)
    adopted(session, now)
    found = signals_of(session, manual, now)
    assert found == Signals(likes=2, adoptions=1, days=10)
    assert found.likes == most_liked(session, ANYONE, now)[0].towns
    assert found.adoptions == adoption_counts(session)[manual.id]


def test_what_was_taken_back_does_not_count(session: Session, manual: Manual, now: datetime) -> None:
    likes(session, manual, "chika", now)
    take_back(session, seen(session, manual, "chika", now), by=person(session, "chika", now), at=now)
    assert signals_of(session, manual, now) == Signals(0, 0, 10)


def test_likes_of_earlier_editions_count_so_that_nobody_loses_by_improving(
    session: Session, manual: Manual, now: datetime
) -> None:
    likes(session, manual, "chika", now - A_DAY)
    revise(session, manual, now)
    assert signals_of(session, manual, now) == Signals(1, 0, 0)


def test_a_confirmation_is_a_new_day(session: Session, manual: Manual, now: datetime) -> None:
    confirm(session, manual, by=person(session, "bunta", now), at=now - 3 * A_DAY, edition=1)
    assert signals_of(session, manual, now) == Signals(0, 0, 3)


def test_without_ranking_by_likes_they_say_nothing(session: Session, manual: Manual, now: datetime) -> None:
    likes(session, manual, "chika", now)
    assert signals_of(session, manual, now, by_likes=False) == Signals(0, 0, 10)


def test_what_is_no_longer_live_has_none(session: Session, manual: Manual, now: datetime) -> None:
    withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="作り直すため")
    assert signals_of(session, manual, now + A_DAY) is None


def test_the_index_keeps_them_and_writes_nothing_when_nothing_has_changed(
    engine: Engine, now: datetime, tmp_path: Path
) -> None:
    index: Index = MemoryIndex()
    with transaction(engine) as session:
        made = [a_publication(session, now - A_DAY, slug)[0] for slug in ("tennyu", "tenshutsu")]
        newest_first = [document_id(one.id) for one in reversed(made)]
        likes(session, made[0], "chika", now)
    rebuild(engine, index, tmp_path, now)

    def order() -> list[str]:
        return [hit.id for hit in index.search(Query("転入")).hits]

    before = order()
    keep_signals(engine, index, now, by_likes=True)
    assert sorted(before) == sorted(newest_first)
    assert order()[0] == document_id(made[0].id)
    state = index.state()
    keep_signals(engine, index, now + timedelta(minutes=10), by_likes=True)
    assert index.state() == state
    keep_signals(engine, index, now + A_DAY, by_likes=True)
    assert index.state() != state
