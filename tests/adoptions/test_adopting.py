"""A town declares that it uses another town's manual, changes its mind, hears of newer editions, and ends the use."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.adoptions.actions import _begin, adopt, change, end, stay, switch
from kb.adoptions.declared import to_consider
from kb.adoptions.models import Adoption
from kb.adoptions.queries import adoption_counts, uses
from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from kb.manuals.models import Manual
from tests.adoptions.using import (
    STEPS,
    WORDS,
    adopted,
    declared,
    happened,
    leave,
    listed_for,
    revise,
    told,
)
from tests.world import WAKAMATSU, a_publication, person

A_DAY = timedelta(days=1)


@pytest.fixture
def manual(session: Session, now: datetime) -> Manual:
    """A public manual of 青葉市 with two words that each town says in its own way."""
    return a_publication(session, now - A_DAY, steps=STEPS, parameters=WORDS)[0]


def chika_office(session: Session, now: datetime) -> str:
    """Department and post in which Chika acts."""
    return person(session, "chika", now).acting[0].office


class TestBeginning:
    """`adopt`."""

    def test_the_town_uses_the_live_edition(self, session: Session, manual: Manual, now: datetime) -> None:
        made = adopted(session, now, since="2026-11-21", values={"窓口名": "町民窓口", "内線": ""})
        found = declared(session, made, now)
        assert (found.owner_name, found.edition, found.title) == ("青葉市", 1, "転入届の受付")
        assert (made.degree, made.note, made.until) == ("採用", "そのまま使っています。", None)
        assert made.parameter_values == {"窓口名": "町民窓口"}
        assert found.since == now - A_DAY, "the edition began later on that day than the day itself"
        assert found.office == chika_office(session, now)
        assert adoption_counts(session) == {manual.id: 1}
        assert adoption_counts(session, []) == {}
        assert happened(session) == [("adoption.begun", WAKAMATSU, "青葉市 第1版(採用)")]

    def test_the_same_said_twice_is_one(self, session: Session, manual: Manual, now: datetime) -> None:
        assert adopted(session, now).id == adopted(session, now + A_DAY).id
        assert len(happened(session)) == 1
        with pytest.raises(Conflict, match="すでに採用"):
            adopted(session, now, degree="参考")

    def test_several_towns_count_once_each(self, session: Session, manual: Manual, now: datetime) -> None:
        adopted(session, now)
        adopted(session, now, "genta", degree="参考")
        assert adoption_counts(session, [manual.id]) == {manual.id: 2}
        assert [(use.town_name, use.degree) for use in uses(session, [manual.id])[manual.id]] == [
            ("若松町", "採用"),
            ("緑川村", "参考"),
        ]

    @pytest.mark.parametrize("login", ["akari", "bunta", "daigo"])
    def test_never_ones_own(self, session: Session, manual: Manual, now: datetime, login: str) -> None:
        with pytest.raises(NotAllowed, match="自分の団体"):
            adopted(session, now, login)

    def test_a_reader_may_not(self, session: Session, now: datetime) -> None:
        a_publication(session, now, "tenkyo", writers=("chika", "fumio"))
        listed = listed_for(session, "eri", now, "tenkyo", WAKAMATSU)
        with pytest.raises(NotAllowed, match="作成者・承認者・管理者"):
            adopt(session, listed, 1, told(), by=person(session, "eri", now), at=now)

    def test_an_edition_that_is_not_for_their_eyes_is_not_there(
        self, session: Session, manual: Manual, now: datetime
    ) -> None:
        listed = replace(listed_for(session, "akari", now), audience=Audience.MUNICIPALITY)
        with pytest.raises(NotFound):
            adopt(session, listed, 1, told(), by=person(session, "chika", now), at=now)

    def test_a_town_that_has_left_may_not(self, session: Session, manual: Manual, now: datetime) -> None:
        leave(session, WAKAMATSU, now - A_DAY)
        with pytest.raises(NotAllowed):
            adopted(session, now)

    @pytest.mark.parametrize("edition", [None, 0, 2, 999_999])
    def test_a_forged_or_overtaken_edition_is_refused(
        self, session: Session, manual: Manual, now: datetime, edition: int | None
    ) -> None:
        listed = listed_for(session, "chika", now)
        with pytest.raises(Conflict, match="第1版"):
            adopt(session, listed, edition, told(), by=person(session, "chika", now), at=now)
        assert adoption_counts(session) == {}

    def test_a_form_with_mistakes_makes_nothing(self, session: Session, manual: Manual, now: datetime) -> None:
        for wrong in ({"degree": "模範"}, {"since": "2026-11-23"}, {"values": {"庁内": "x"}}, {"note": "1" * 2_000}):
            with pytest.raises(Invalid):
                adopted(session, now, **wrong)
        assert adoption_counts(session) == {}


class TestChanging:
    """`change`."""

    def test_a_record_ends_and_another_begins(self, session: Session, manual: Manual, now: datetime) -> None:
        first = adopted(session, now)
        later, chika = now + A_DAY, person(session, "chika", now)
        second = change(
            session, declared(session, first, later), told(values={"窓口名": "町民窓口"}), by=chika, at=later
        )
        assert (first.until, second.since, second.until) == (later, later, None)
        assert second.parameter_values == {"窓口名": "町民窓口"}
        assert declared(session, second, later).since == first.since, "the use has gone on without a break"
        assert adoption_counts(session) == {manual.id: 1}
        assert [kind for kind, _, _ in happened(session)] == ["adoption.begun"] * 2

    def test_the_same_again_changes_nothing(self, session: Session, manual: Manual, now: datetime) -> None:
        first, chika = adopted(session, now), person(session, "chika", now)
        assert change(session, declared(session, first, now), told(), by=chika, at=now) is first

    def test_a_form_sent_twice_changes_once(self, session: Session, manual: Manual, now: datetime) -> None:
        first, fumio = adopted(session, now), person(session, "fumio", now)
        made = [
            change(session, declared(session, first, now), told(degree="参考"), by=fumio, at=now + A_DAY).id
            for _ in range(2)
        ]
        assert made[0] == made[1]
        with pytest.raises(Conflict, match="ほかの人"):
            change(session, declared(session, first, now), told(degree="一部採用"), by=fumio, at=now + A_DAY)

    def test_words_that_are_not_there_are_refused(self, session: Session, manual: Manual, now: datetime) -> None:
        first, chika = adopted(session, now), person(session, "chika", now)
        with pytest.raises(Invalid):
            change(session, declared(session, first, now), told(values={"鍵": "x"}), by=chika, at=now)

    def test_other_towns_may_not(self, session: Session, manual: Manual, now: datetime) -> None:
        found = declared(session, adopted(session, now), now)
        for login in ("akari", "genta", "eri"):
            for verb in (
                lambda by: change(session, found, told(degree="参考"), by=by, at=now),
                lambda by: end(session, found, "やめる", by=by, at=now),
                lambda by: stay(session, found, 1, by=by),
                lambda by: switch(session, found, 1, by=by, at=now),
            ):
                with pytest.raises(NotAllowed):
                    verb(person(session, login, now))


class TestNewerEditions:
    """`switch`, `stay` and what waits on the desk."""

    def test_a_newer_edition_waits_for_whoever_decides(self, session: Session, manual: Manual, now: datetime) -> None:
        adopted(session, now)
        assert to_consider(session, person(session, "chika", now), now) == []
        revise(session, manual, now + A_DAY)
        later = now + A_DAY
        for login in ("chika", "fumio"):
            [found] = to_consider(session, person(session, login, later), later)
            assert found.newer is not None
            assert (found.newer.edition, found.newer.change_note) == (2, "様式が変わりました。")
        for login in ("akari", "genta"):
            assert to_consider(session, person(session, login, later), later) == []

    def test_a_scheduled_one_waits_from_its_moment_on(self, session: Session, manual: Manual, now: datetime) -> None:
        adopted(session, now)
        revise(session, manual, now, live_from=now + A_DAY)
        fumio = person(session, "fumio", now)
        assert to_consider(session, fumio, now + A_DAY - timedelta(seconds=1)) == []
        assert len(to_consider(session, fumio, now + A_DAY)) == 1

    def test_going_over(self, session: Session, manual: Manual, now: datetime) -> None:
        first = adopted(session, now, values={"窓口名": "町民窓口", "内線": "210"}, note="昼だけ")
        later, chika = now + A_DAY, person(session, "chika", now)
        revise(session, manual, later, parameters=WORDS[:1], steps=[{**STEPS[0], "action": "{{窓口名}}で受け付ける。"}])
        made = [switch(session, declared(session, first, later), 2, by=chika, at=later) for _ in range(2)]
        assert made[0] is made[1], "sent twice it is one"
        found = declared(session, made[0], later)
        assert (found.edition, found.newer, found.since) == (2, None, first.since)
        assert made[0].parameter_values == {"窓口名": "町民窓口"}, "what the new edition does not say is left out"
        assert (made[0].note, made[0].degree) == ("昼だけ", "採用")
        assert first.end_reason == "第2版への切り替え"

    def test_staying_until_there_is_a_newer_one_again(self, session: Session, manual: Manual, now: datetime) -> None:
        made, chika = adopted(session, now), person(session, "chika", now)
        revise(session, manual, now + A_DAY)
        for _ in range(2):
            assert stay(session, declared(session, made, now + A_DAY), 2, by=chika) is made
        assert to_consider(session, chika, now + A_DAY) == []
        assert declared(session, made, now + A_DAY).edition == 1
        revise(session, manual, now + 2 * A_DAY)
        [found] = to_consider(session, chika, now + 2 * A_DAY)
        assert found.newer is not None
        assert found.newer.edition == 3

    @pytest.mark.parametrize("edition", [None, 1, 3])
    def test_another_edition_than_the_newest_is_refused(
        self, session: Session, manual: Manual, now: datetime, edition: int | None
    ) -> None:
        made, chika, later = adopted(session, now), person(session, "chika", now), now + A_DAY
        revise(session, manual, later)
        with pytest.raises(Conflict, match="第2版"):
            switch(session, declared(session, made, later), edition, by=chika, at=later)
        with pytest.raises(Conflict, match="第2版"):
            stay(session, declared(session, made, later), edition, by=chika)

    def test_what_is_only_for_the_owner_is_no_news(self, session: Session, manual: Manual, now: datetime) -> None:
        made, chika = adopted(session, now), person(session, "chika", now)
        revise(session, manual, now + A_DAY, audience=Audience.MUNICIPALITY)
        [found] = to_consider(session, chika, now + A_DAY)
        assert (found.newer, found.readable, found.title, found.slug) == (None, False, "", "")
        with pytest.raises(Conflict, match="いま読めません"):
            switch(session, declared(session, made, now + A_DAY), 2, by=chika, at=now + A_DAY)


def test_two_adoptions_at_once_are_one(engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now, steps=STEPS, parameters=WORDS)
    together, said = Barrier(2), []

    def declare(login: str, degree: str) -> None:
        together.wait()
        try:
            with transaction(engine) as session:
                adopted(session, now, login, degree=degree)
        except DomainError as refused:
            said.append(refused.message)

    threads = [Thread(target=declare, args=who) for who in (("chika", "採用"), ("fumio", "参考"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert len(session.exec(select(Adoption)).all()) == 1
    assert said == ["あなたの団体は、この手順書をすでに採用しています。内容は、採用のページで変えられます。"]


def test_the_database_keeps_two_open_adoptions_apart(session: Session, manual: Manual, now: datetime) -> None:
    """Where writers do not wait for each other, the second one is told, too."""
    made = adopted(session, now)
    other = Adoption(**{**made.model_dump(exclude={"id"}), "note": "同時"})
    chika = person(session, "chika", now)
    with pytest.raises(Conflict, match="ほかの人"), session.begin_nested():
        _begin(session, other, "", "", chika, chika.acting[0])
