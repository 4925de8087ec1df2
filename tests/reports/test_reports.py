"""Readers say that a manual is out of date or wrong; the owning post answers; nobody learns who it was."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from kb.accounts.models import Participation, Role
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.queries import Listed, live_manual
from kb.reports.actions import make_report, settle
from kb.reports.models import Report
from kb.reports.queries import own_reports, report_seen, to_answer
from kb.reports.rules import LONGEST, MOST_OPEN, Told, may_settle, mistakes, mistakes_in_answer
from kb.reports.steps_seen import steps_seen
from tests.world import AOBA, WAKAMATSU, a_publication, a_step, person

A_DAY = timedelta(days=1)
STEPS = [
    a_step("step-1", title="受け付ける <&>"),
    a_step("step-2", title="金庫を開ける", internal=True),
    a_step("step-3", title="渡す"),
]


def told(number: int = 0, **changes: object) -> Told:
    """A report that may be made; each number has a key of its own."""
    return replace(Told(key=f"{number:032x}", kind="古い", reason="様式が変わりました。"), **changes)


def listed_for(session: Session, by: Viewer, at: datetime) -> Listed:
    """The live manual as `by` finds it."""
    found = live_manual(session, by, at, AOBA, "tennyu")
    assert found is not None
    return found


def reported(session: Session, login: str, at: datetime, number: int = 0, **changes: object) -> Report:
    """One of the cast reports on the manual."""
    by = person(session, login, at)
    return make_report(session, listed_for(session, by, at), told(number, **changes), by=by, at=at)


def revise(session: Session, manual: Manual, at: datetime, audience: Audience) -> None:
    """The next edition, for another audience."""
    revision = session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
    publish(session, manual, revision, by=person(session, "bunta", at), at=at, audience=audience)


@pytest.fixture
def manual(session: Session, now: datetime) -> Manual:
    """A public manual of 青葉市, which belongs to a post of 市民課."""
    return a_publication(session, now, steps=STEPS)[0]


@pytest.mark.usefixtures("manual")
class TestMaking:
    """`make_report`."""

    def test_it_waits_on_the_desk_of_the_owning_department(self, session: Session, now: datetime) -> None:
        reported(session, "chika", now, step_uid="step-3")
        for login in ("akari", "bunta", "daigo"):  # author and approver of the department, administrator of the town
            [filed] = to_answer(session, person(session, login, now), now)
            assert (filed.reason, filed.step_uid, filed.edition) == ("様式が変わりました。", "step-3", 1)
        for login in ("eri", "chika", "fumio"):  # a reader of the department, and another town
            assert to_answer(session, person(session, login, now), now) == []
        assert to_answer(session, ANYONE, now) == []

    def test_other_departments_of_the_town_are_left_alone(self, session: Session, now: datetime) -> None:
        reported(session, "chika", now)
        daigo = person(session, "daigo", now)
        approver = tuple(replace(acting, role=Role.APPROVER) for acting in daigo.acting)
        assert to_answer(session, replace(daigo, acting=approver), now) == []

    def test_what_belongs_to_no_post_waits_for_everybody_who_may_answer(
        self, session: Session, now: datetime, manual: Manual
    ) -> None:
        manual.post_id = None
        session.add(manual)
        reported(session, "chika", now)
        daigo = person(session, "daigo", now)
        approver = tuple(replace(acting, role=Role.APPROVER) for acting in daigo.acting)
        assert len(to_answer(session, replace(daigo, acting=approver), now)) == 1

    def test_town_and_post_are_told_and_never_the_name(self, session: Session, now: datetime) -> None:
        for number, login in enumerate(("chika", "eri")):
            report = reported(session, login, now, number)
            filed = report_seen(session, person(session, "bunta", now), now, report.id)
            assert filed is not None
            assert (filed.reporter_town, filed.reporter_post) in (
                ("若松町", "町民課 町民係"),
                ("青葉市", "市民課 窓口係"),
            )
            assert person(session, login, now).name not in repr(filed)

    def test_the_record_of_the_town_names_no_person(self, session: Session, now: datetime) -> None:
        report = reported(session, "chika", now)
        [happened] = session.exec(select(Activity).where(Activity.kind == "report.made"))
        assert (happened.user_id, happened.assignment_id) == (None, None)
        assert (happened.municipality_code, happened.object_id) == (AOBA, report.id)
        assert happened.detail == "「古い」(若松町・町民課 町民係)"

    def test_a_form_that_comes_twice_makes_one(self, session: Session, now: datetime) -> None:
        assert reported(session, "chika", now).id == reported(session, "chika", now + A_DAY).id
        assert len(session.exec(select(Report)).all()) == 1

    def test_a_form_of_somebody_else_is_not_taken_over(self, session: Session, now: datetime) -> None:
        reported(session, "chika", now)
        with pytest.raises(Conflict):
            reported(session, "eri", now)

    def test_too_many_that_wait_are_refused_until_one_is_answered(self, session: Session, now: datetime) -> None:
        made = [reported(session, "chika", now, number) for number in range(MOST_OPEN)]
        with pytest.raises(Conflict, match="回答を待っています"):
            reported(session, "chika", now, MOST_OPEN)
        reported(session, "eri", now, MOST_OPEN)
        settle(session, made[0].id, "直しました。", sure=False, by=person(session, "bunta", now), at=now)
        reported(session, "chika", now, MOST_OPEN + 1)

    def test_an_outsider_cannot_name_an_internal_step(self, session: Session, now: datetime) -> None:
        """It is refused in the words in which a step that is nowhere is refused."""
        refusals = []
        for uid in ("step-2", "step-nowhere"):
            with pytest.raises(Invalid) as refused:
                reported(session, "chika", now, step_uid=uid)
            refusals.append(refused.value.message)
        assert refusals[0] == refusals[1]
        assert reported(session, "eri", now, step_uid="step-2").step_uid == "step-2"

    def test_nobody_and_who_may_not_read_find_nothing(self, session: Session, now: datetime, manual: Manual) -> None:
        revise(session, manual, now + A_DAY, Audience.MUNICIPALITY)
        listed = listed_for(session, person(session, "eri", now), now + A_DAY)
        for stranger in (ANYONE, person(session, "chika", now)):
            with pytest.raises(NotFound):
                make_report(session, listed, told(), by=stranger, at=now + A_DAY)


def test_the_steps_offered_are_those_that_the_reader_sees(session: Session, now: datetime, manual: Manual) -> None:
    def offered(login: str) -> list[tuple[str, int, str]]:
        by = person(session, login, now)
        return [(step.uid, step.number, step.title) for step in steps_seen(session, by, listed_for(session, by, now))]

    assert offered("chika") == [("step-1", 1, "受け付ける <&>"), ("step-3", 2, "渡す")]
    assert offered("eri") == [("step-1", 1, "受け付ける <&>"), ("step-2", 2, "金庫を開ける"), ("step-3", 3, "渡す")]


def test_a_report_says_what_it_must() -> None:
    def wrong(**changes: object) -> list[str]:
        return [mistake.field for mistake in mistakes(told(**changes), ["step-1"])]

    assert wrong() == wrong(step_uid="step-1") == wrong(reason="あ" * LONGEST) == []
    assert wrong(kind="") == wrong(kind="古い ") == ["kind"]
    assert wrong(reason=" \n　") == wrong(reason="あ" * (LONGEST + 1)) == ["reason"]
    assert wrong(step_uid="step-2") == ["step"]
    assert wrong(reason="090-1234-5678 に電話した") == ["reason"]
    assert wrong(reason="090-1234-5678 に電話した", sure=True) == []


@given(st.text(max_size=LONGEST + 50), st.booleans())
def test_an_answer_is_judged_like_a_reason(text: str, sure: bool) -> None:
    in_answer = [mistake.message.replace("回答", "理由") for mistake in mistakes_in_answer(text, sure=sure)]
    assert in_answer == [mistake.message for mistake in mistakes(told(reason=text, sure=sure), [])]


@given(st.sampled_from(Role), st.sampled_from([AOBA, WAKAMATSU]))
def test_who_answers(role: Role, town: str) -> None:
    by = Viewer(user_id=1, municipality_code=town, acting=(Acting(1, 1, "係", role),))
    answers = role in (Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR) and town == AOBA
    assert (may_settle(by, AOBA) is not None) is answers


@pytest.mark.usefixtures("manual")
class TestSettling:
    """`settle`."""

    def test_the_reporter_reads_the_answer_and_nobody_waits_any_more(self, session: Session, now: datetime) -> None:
        number = reported(session, "chika", now).id
        bunta = person(session, "bunta", now)
        settle(session, number, "第2版で直しました。", sure=False, by=bunta, at=now + A_DAY)
        [mine] = own_reports(session, person(session, "chika", now), now + A_DAY)
        assert (mine.answer, mine.settled_by, mine.settled_at) == (
            "第2版で直しました。",
            "市民課 住民記録係長",
            now + A_DAY,
        )
        assert to_answer(session, bunta, now + A_DAY) == []
        [happened] = session.exec(select(Activity).where(Activity.kind == "report.settled"))
        assert (happened.user_id, happened.municipality_code) == (bunta.user_id, AOBA)

    def test_only_who_answers_for_the_town_may(self, session: Session, now: datetime) -> None:
        number = reported(session, "chika", now).id
        for login, refusal in (("eri", NotAllowed), ("chika", NotAllowed), ("fumio", NotFound), ("haruko", NotFound)):
            with pytest.raises(refusal):
                settle(session, number, "直しました。", sure=False, by=person(session, login, now), at=now)
        with pytest.raises(NotFound):
            settle(session, number + 1, "直しました。", sure=False, by=person(session, "bunta", now), at=now)

    def test_an_answer_is_given_once(self, session: Session, now: datetime) -> None:
        number, bunta = reported(session, "chika", now).id, person(session, "bunta", now)
        for _ in range(2):
            settle(session, number, "直しました。", sure=False, by=bunta, at=now)
        assert len(session.exec(select(Activity).where(Activity.kind == "report.settled")).all()) == 1
        for by, answer in ((bunta, "やはり直しません。"), (person(session, "akari", now), "直しました。")):
            with pytest.raises(Conflict):
                settle(session, number, answer, sure=False, by=by, at=now)

    def test_an_answer_without_words_is_refused(self, session: Session, now: datetime) -> None:
        with pytest.raises(Invalid):
            settle(
                session, reported(session, "chika", now).id, " ", sure=True, by=person(session, "bunta", now), at=now
            )


class TestSeeing:
    """Who sees a report, and how much of the manual."""

    def test_others_than_reporter_and_town_see_nothing(self, session: Session, now: datetime, manual: Manual) -> None:
        number = reported(session, "chika", now).id
        seeing = [
            login
            for login in ("akari", "bunta", "daigo", "eri", "chika", "fumio", "genta", "haruko")
            if report_seen(session, person(session, login, now), now, number)
        ]
        assert seeing == ["akari", "bunta", "daigo", "eri", "chika"]
        assert report_seen(session, ANYONE, now, number) is None

    @pytest.mark.parametrize("end", ["narrowed", "withdrawn", "left"])
    def test_a_manual_that_the_reporter_may_no_longer_read_is_not_shown(
        self, session: Session, now: datetime, manual: Manual, end: str
    ) -> None:
        later = now + A_DAY
        number = reported(session, "chika", now, step_uid="step-3").id
        if end == "narrowed":
            revise(session, manual, later, Audience.MUNICIPALITY)
        elif end == "withdrawn":
            withdraw(session, manual, by=person(session, "bunta", later), at=later, reason="作り直すため")
        else:
            revise(session, manual, later, Audience.MEMBERS)
            for record in session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)):
                record.until = later
                session.add(record)
        chika = person(session, "chika", later)
        for filed in (report_seen(session, chika, later, number), *own_reports(session, chika, later)):
            assert filed is not None
            assert (filed.title, filed.slug, filed.step_uid, filed.live) == ("", "", "", None)
            assert filed.reason == "様式が変わりました。"
        [of_the_town] = to_answer(session, person(session, "bunta", later), later)
        assert (of_the_town.title, of_the_town.step_uid) == ("転入届の受付", "step-3")
