"""Likes: one live like per person and manual, for staff of towns that take part; counts are the rows."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from kb.accounts.models import Participation, Role
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.common_format.envelope import Audience
from kb.errors import NotAllowed, NotFound
from kb.likes.actions import like, take_back
from kb.likes.models import Like, LikeReason
from kb.likes.queries import Count, counts, own_like, reason_counts
from kb.likes.rules import may_like
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import cancel, publish
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_by_manual
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, person


@pytest.fixture
def manual(session: Session, now: datetime) -> Manual:
    """A public manual of 青葉市."""
    return a_publication(session, now)[0]


def seen(session: Session, manual: Manual, login: str, now: datetime) -> Listed:
    """The live edition as one of the cast sees it."""
    return live_by_manual(session, person(session, login, now), now, [manual.id])[manual.id]


def likes(session: Session, manual: Manual, login: str, now: datetime, *reasons: LikeReason) -> Like:
    """One of the cast likes the live edition."""
    return like(session, seen(session, manual, login, now), reasons or None, by=person(session, login, now), at=now)


def revise(session: Session, manual: Manual, at: datetime, **how) -> Publication:
    """The next edition."""
    revision = session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
    return publish(session, manual, revision, by=person(session, "bunta", at), at=at, change_note="直した", **how)


def count(session: Session, manual: Manual, now: datetime) -> Count:
    return counts(session, [manual.id], now)[manual.id]


class TestCount:
    """「14人・9団体」."""

    def test_nobody_is_nobody(self, session, manual, now):
        assert count(session, manual, now) == Count(0, 0, 0, 0)

    def test_people_are_counted_and_their_towns_once(self, session, manual, now):
        for login in ("chika", "fumio", "genta"):
            likes(session, manual, login, now)
        assert count(session, manual, now) == Count(people=3, towns=2)

    def test_the_manuals_own_people_are_people_but_their_town_is_none(self, session, manual, now):
        likes(session, manual, "eri", now)
        assert count(session, manual, now) == Count(people=1, towns=0)
        likes(session, manual, "chika", now)
        assert count(session, manual, now) == Count(people=2, towns=1)

    def test_each_manual_has_its_own(self, session, manual, now):
        other, _ = a_publication(session, now, "tenshutsu")
        likes(session, manual, "chika", now)
        likes(session, other, "chika", now)
        likes(session, other, "genta", now)
        found = counts(session, [manual.id, other.id], now)
        assert found == {manual.id: Count(1, 1), other.id: Count(2, 2)}

    def test_a_new_edition_leaves_likes_behind_until_they_are_renewed(self, session, manual, now):
        for login in ("chika", "fumio", "genta"):
            likes(session, manual, login, now)
        later = now + timedelta(hours=1)
        revise(session, manual, later)
        assert count(session, manual, later) == Count(earlier_people=3, earlier_towns=2)
        likes(session, manual, "chika", later)
        assert count(session, manual, later) == Count(1, 1, earlier_people=2, earlier_towns=2)

    def test_an_edition_that_has_not_begun_or_was_called_off_leaves_nothing_behind(self, session, manual, now):
        likes(session, manual, "chika", now)
        begins = now + timedelta(hours=2)
        revise(session, manual, now, live_from=begins)
        assert count(session, manual, now) == Count(1, 1)
        assert count(session, manual, begins) == Count(earlier_people=1, earlier_towns=1)
        cancel(session, manual, edition=2, by=person(session, "bunta", now), at=now, reason="やめた")
        assert count(session, manual, begins) == Count(1, 1)

    def test_a_like_stays_when_its_town_leaves(self, session, manual, now):
        likes(session, manual, "genta", now)
        leave(session, MIDORIKAWA, now)
        assert count(session, manual, now) == Count(1, 1)

    def test_reasons_are_counted_most_frequent_first(self, session, manual, now):
        likes(session, manual, "chika", now, LikeReason.READY)
        likes(session, manual, "genta", now, LikeReason.CLEAR, LikeReason.READY)
        likes(session, manual, "eri", now)
        assert reason_counts(session, [manual.id]) == {manual.id: [(LikeReason.READY, 2), (LikeReason.CLEAR, 1)]}


class TestLike:
    """The verb."""

    def test_it_remembers_the_edition_the_town_and_the_reasons(self, session, manual, now):
        made = likes(session, manual, "chika", now, LikeReason.FORMS, LikeReason.CLEAR)
        assert (made.municipality_code, made.reasons) == (WAKAMATSU, ["わかりやすい", "様式が良い"])
        own = own_like(session, person(session, "chika", now), manual.id, now)
        assert own is not None
        assert (own.edition, own.is_earlier, own.reasons) == (1, False, (LikeReason.CLEAR, LikeReason.FORMS))

    def test_a_thousand_likes_of_one_person_are_one(self, session, manual, now):
        listed, chika = seen(session, manual, "chika", now), person(session, "chika", now)
        for second in range(1000):
            like(session, listed, None, by=chika, at=now + timedelta(seconds=second))
        [kept] = session.exec(select(Like)).all()
        assert kept.liked_at == now
        assert count(session, manual, now) == Count(1, 1)

    def test_liking_again_changes_reasons_only_when_some_are_named(self, session, manual, now):
        likes(session, manual, "chika", now, LikeReason.READY)
        assert likes(session, manual, "chika", now).reasons == ["すぐ使えた"]
        assert likes(session, manual, "chika", now, LikeReason.CLEAR).reasons == ["わかりやすい"]
        listed = seen(session, manual, "chika", now)
        assert like(session, listed, (), by=person(session, "chika", now), at=now).reasons == []
        assert len(session.exec(select(Like)).all()) == 1

    def test_renewing_ends_the_old_record_and_begins_another(self, session, manual, now):
        first = likes(session, manual, "chika", now, LikeReason.READY)
        later = now + timedelta(hours=1)
        revise(session, manual, later)
        own = own_like(session, person(session, "chika", later), manual.id, later)
        assert own is not None
        assert own.is_earlier
        second = likes(session, manual, "chika", later)
        assert (first.ended_at, second.liked_at, second.ended_at) == (later, later, None)
        assert second.publication_id != first.publication_id

    def test_taking_back_ends_it_and_twice_does_no_harm(self, session, manual, now):
        made = likes(session, manual, "chika", now)
        for hour in (1, 2):
            at = now + timedelta(hours=hour)
            take_back(session, seen(session, manual, "chika", at), by=person(session, "chika", at), at=at)
        assert made.ended_at == now + timedelta(hours=1)
        assert count(session, manual, now) == Count()
        assert own_like(session, person(session, "chika", now), manual.id, now) is None
        likes(session, manual, "chika", now)
        assert count(session, manual, now) == Count(1, 1)

    def test_nobody_takes_back_what_is_another_ones(self, session, manual, now):
        likes(session, manual, "chika", now)
        take_back(session, seen(session, manual, "fumio", now), by=person(session, "fumio", now), at=now)
        assert count(session, manual, now) == Count(1, 1)

    def test_the_database_itself_refuses_a_second_live_like(self, session, manual, now):
        made = likes(session, manual, "chika", now)
        twin = Like(**made.model_dump(exclude={"id"}))
        session.add(twin)
        with pytest.raises(IntegrityError):
            session.flush()


class TestWho:
    """Who may like."""

    def test_a_town_that_has_left_likes_nothing_more_but_takes_back(self, session, manual, now):
        likes(session, manual, "genta", now)
        leave(session, MIDORIKAWA, now)
        with pytest.raises(NotAllowed):
            likes(session, manual, "genta", now)
        take_back(session, seen(session, manual, "genta", now), by=person(session, "genta", now), at=now)
        assert count(session, manual, now) == Count()

    @pytest.mark.parametrize("audience", [Audience.MUNICIPALITY, Audience.MEMBERS])
    def test_what_somebody_may_not_read_is_not_there(self, session, now, audience):
        hidden, _ = a_publication(session, now, audience=audience)
        listed = seen(session, hidden, "akari", now)
        leave(session, WAKAMATSU, now)
        for by in (person(session, "chika", now), ANYONE):
            for verb in (lambda by=by: like(session, listed, None, by=by, at=now),
                         lambda by=by: take_back(session, listed, by=by, at=now)):  # fmt: skip
                with pytest.raises(NotFound):
                    verb()
        assert session.exec(select(Like)).all() == []

    def test_an_operator_works_for_all_towns_alike_and_likes_none(self, session, manual, now):
        operator = Viewer(user_id=1, municipality_code=AOBA, member=True, acting=(Acting(1, 1, "", Role.OPERATOR),))
        assert not may_like(operator, AOBA, Audience.PUBLIC)
        with pytest.raises(NotAllowed):
            like(session, seen(session, manual, "eri", now), None, by=operator, at=now)

    def test_somebody_unknown_likes_nothing(self, session, manual, now):
        with pytest.raises(NotFound):
            like(session, seen(session, manual, "eri", now), None, by=ANYONE, at=now)
        assert own_like(session, ANYONE, manual.id, now) is None


def leave(session: Session, town: str, now: datetime) -> None:
    """The town takes part no more."""
    for record in session.exec(select(Participation).where(Participation.municipality_code == town)):
        record.until = now
        session.add(record)
    session.flush()
