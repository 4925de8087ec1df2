"""Who sees an adoption, what its town is told when the manual is gone, and how it ends."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from kb.adoptions.actions import change, end, switch
from kb.adoptions.declared import adopted_by, to_consider
from kb.adoptions.queries import adoption_counts, users_of, uses
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed
from kb.manuals.models import Manual
from tests.adoptions.using import (
    STEPS,
    WORDS,
    adopted,
    declared,
    happened,
    leave,
    revise,
    seen,
    told,
    withdrawn,
)
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, person

A_DAY = timedelta(days=1)


@pytest.fixture
def manual(session: Session, now: datetime) -> Manual:
    """A public manual of 青葉市 with two words that each town says in its own way."""
    return a_publication(session, now - A_DAY, steps=STEPS, parameters=WORDS)[0]


class TestWhoSees:
    """`adoption_seen` and `adopted_by`."""

    def test_whoever_may_read_the_edition(self, session: Session, manual: Manual, now: datetime) -> None:
        made = adopted(session, now)
        assert all(seen(session, made, login, now) for login in ("akari", "eri", "chika", "genta"))
        assert seen(session, made, "chika", now, town=AOBA) is None, "under another town's address"

    def test_members_only(self, session: Session, now: datetime) -> None:
        a_publication(session, now, audience=Audience.MEMBERS)
        made = adopted(session, now)
        leave(session, MIDORIKAWA, now - A_DAY)
        assert seen(session, made, "akari", now)
        assert seen(session, made, "genta", now) is None
        assert adopted_by(session, person(session, "genta", now), now, WAKAMATSU) == []

    @pytest.mark.parametrize("how", ["withdrawn", "narrowed"])
    def test_what_is_gone_is_told_to_its_users_alone(
        self, session: Session, manual: Manual, now: datetime, how: str
    ) -> None:
        made, later = adopted(session, now), now + A_DAY
        if how == "withdrawn":
            withdrawn(session, manual, later)
        else:
            revise(session, manual, later, audience=Audience.MUNICIPALITY)
        assert seen(session, made, "genta", later) is None
        assert adopted_by(session, person(session, "genta", later), later, WAKAMATSU) == []
        found = declared(session, made, later)
        assert (found.readable, found.title, found.slug, found.live) == (False, "", "", None)
        assert [one.number for one in adopted_by(session, person(session, "chika", later), later, WAKAMATSU)] == [
            made.id
        ]
        chika = person(session, "chika", later)
        with pytest.raises(Conflict, match="いま読めません"):
            change(session, found, told(degree="参考"), by=chika, at=later)
        end(session, found, "公開が終わったため", by=chika, at=later)
        assert adoption_counts(session) == {}

    def test_a_withdrawn_edition_is_gone_though_a_newer_one_is_live(
        self, session: Session, manual: Manual, now: datetime
    ) -> None:
        made, later, chika = adopted(session, now), now + A_DAY, person(session, "chika", now)
        withdrawn(session, manual, later)
        revise(session, manual, later)
        found = declared(session, made, later)
        assert (found.readable, found.newer is not None) == (False, True)
        assert seen(session, made, "genta", later) is None
        assert seen(session, switch(session, found, 2, by=chika, at=later), "genta", later)

    def test_a_town_that_has_left_counts_no_more(self, session: Session, manual: Manual, now: datetime) -> None:
        made = adopted(session, now)
        leave(session, WAKAMATSU, now)
        assert adoption_counts(session) == {}
        assert uses(session, [manual.id]) == {}
        assert users_of(session, [manual.id]) == {}
        assert seen(session, made, "akari", now) is None
        assert to_consider(session, person(session, "chika", now), now) == []
        with pytest.raises(NotAllowed):
            end(session, declared(session, made, now), "退会", by=person(session, "chika", now), at=now)


class TestEnding:
    """`end`."""

    def test_it_ends_with_a_reason_for_its_own_town(self, session: Session, manual: Manual, now: datetime) -> None:
        made, chika = adopted(session, now), person(session, "chika", now)
        for _ in range(2):
            end(session, declared(session, made, now + A_DAY), "システムが変わったため", by=chika, at=now + A_DAY)
        assert made.until == now + A_DAY
        assert seen(session, made, "akari", now + A_DAY) is None
        assert seen(session, made, "fumio", now + A_DAY)
        assert adopted_by(session, chika, now + A_DAY, WAKAMATSU) == []
        assert [kind for kind, _, _ in happened(session)] == ["adoption.begun", "adoption.ended"]
        with pytest.raises(Conflict):
            end(session, declared(session, made, now + A_DAY), "ほかの理由", by=chika, at=now + A_DAY)

    @pytest.mark.parametrize("reason", ["", " ", "長" * 301])
    def test_not_without_a_reason(self, session: Session, manual: Manual, now: datetime, reason: str) -> None:
        made = adopted(session, now)
        with pytest.raises(Invalid):
            end(session, declared(session, made, now), reason, by=person(session, "chika", now), at=now)
        assert made.until is None

    def test_it_may_begin_again_after_that(self, session: Session, manual: Manual, now: datetime) -> None:
        made, chika, later = adopted(session, now), person(session, "chika", now), now + A_DAY
        end(session, declared(session, made, later), "休むため", by=chika, at=later)
        with pytest.raises(Invalid, match="前の採用"):
            adopted(session, later + A_DAY, since="2026-11-22")
        again = adopted(session, later, since="2026-11-23")
        assert again.since == later, "not before the last use ended"
        assert adoption_counts(session) == {manual.id: 1}
