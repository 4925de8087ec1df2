"""What the keepers of a manual do beside publishing: call off, confirm, let stand, take out of use and up again."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.rules import ANYONE
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed
from kb.manuals.actions import save_revision
from kb.publishing.actions import cancel, confirm, publish, withdraw
from kb.publishing.history import history
from kb.publishing.models import Confirmation, Publication
from kb.publishing.queries import due_for_review, live_manual, live_manuals
from kb.publishing.rules import review_day
from kb.publishing.standing import standing
from tests.world import AOBA, a_content, a_manual, a_publication, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def bunta(session, now):
    return person(session, "bunta", now)


@pytest.fixture
def akari(session, now):
    return person(session, "akari", now)


@pytest.fixture
def live(session, now):
    """A live manual of 青葉市 and its first publication."""
    return a_publication(session, now)


def revised(session, manual, at, **changes):
    return save_revision(session, manual, a_content(**changes), by=person(session, "akari", at), at=at)


def seen(session, moment, viewer=ANYONE):
    found = live_manual(session, viewer, moment, AOBA, "tennyu")
    return found and found.edition


def told(session):
    """The activity: kind, acting post, object and detail of each row."""
    return [(one.kind, one.acting, one.object_name, one.detail) for one in session.exec(select(Activity))]


class TestPublishingWhatWasSeen:
    def test_a_newer_revision_overtakes_the_page(self, session, now, live, bunta):
        manual, _ = live
        old, new = (revised(session, manual, now + HOUR, target=text) for text in ("古い", "新しい"))
        with pytest.raises(Conflict, match="新しい控えが保存されました"):
            publish(session, manual, old, by=bunta, at=now + HOUR, last_seen=1)
        assert publish(session, manual, new, by=bunta, at=now + HOUR, last_seen=1).edition == 2

    def test_another_edition_overtakes_the_page(self, session, now, live, bunta):
        manual, _ = live
        revision = revised(session, manual, now)
        publish(session, manual, revision, by=bunta, at=now + HOUR, change_note="先に", last_seen=1)
        with pytest.raises(Conflict, match="第2版が公開または予約されました"):
            publish(session, manual, revision, by=bunta, at=now + HOUR, change_note="後から", last_seen=1)
        assert seen(session, now + HOUR) == 2

    @pytest.mark.parametrize("begins", [None, HOUR])
    def test_the_same_wish_sent_twice_is_one_publication(self, session, now, live, bunta, begins):
        manual, _ = live
        wish = {
            "by": bunta,
            "change_note": "手順を足した",
            "live_from": begins and now + begins,
            "last_seen": 1,
        }
        revision = revised(session, manual, now)
        first = publish(session, manual, revision, at=now, **wish)
        second = publish(session, manual, revision, at=now + timedelta(seconds=2), **wish)
        assert (first.id, len(session.exec(select(Publication)).all())) == (second.id, 2)
        assert [kind for kind, *_ in told(session)].count("publication.begun") == 2

    def test_a_wish_with_another_audience_is_another_wish(self, session, now, live, bunta):
        manual, _ = live
        revision = revised(session, manual, now)
        publish(session, manual, revision, by=bunta, at=now, last_seen=1)
        with pytest.raises(Conflict):
            publish(session, manual, revision, by=bunta, at=now, last_seen=1, audience=Audience.MUNICIPALITY)

    def test_a_moment_that_is_over_is_refused(self, session, now, live, bunta):
        manual, _ = live
        with pytest.raises(Invalid, match="日時が過ぎています"):
            publish(session, manual, revised(session, manual, now), by=bunta, at=now, live_from=now - HOUR)

    @pytest.mark.parametrize("note", ["一行\n二行", "長" * 301, "\u2028", "\x85"])
    def test_a_note_that_is_no_line_is_refused(self, session, now, live, bunta, note):
        manual, _ = live
        with pytest.raises(Invalid, match="改訂の内容"):
            publish(session, manual, revised(session, manual, now), by=bunta, at=now, change_note=note)
        assert len(session.exec(select(Publication)).all()) == 1

    def test_it_is_told_who_published_what(self, session, now, live):
        assert told(session)[-1] == ("publication.begun", "市民課 住民記録係長", "転入届の受付", "第1版")


class TestCallingOff:
    def test_what_would_have_ended_goes_on(self, session, now, live, bunta):
        manual, first = live
        publish(session, manual, revised(session, manual, now), by=bunta, at=now, live_from=now + DAY)
        made = cancel(session, manual, by=bunta, at=now + HOUR, edition=2, reason="時期を見直すため")
        assert (first.live_until, made.withdrawn_at, made.withdrawal_reason) == (None, now + HOUR, "時期を見直すため")
        assert [seen(session, now + HOUR), seen(session, now + 2 * DAY)] == [1, 1]
        assert told(session)[-1][0] == "publication.withdrawn"
        assert [one.edition for one in standing(session, manual.id, now + 2 * DAY).cancelled] == [2]

    def test_nothing_is_deleted_and_the_number_is_not_used_again(self, session, now, live, bunta, akari):
        manual, _ = live
        revision = revised(session, manual, now)
        publish(session, manual, revision, by=bunta, at=now, live_from=now + DAY)
        cancel(session, manual, by=bunta, at=now, edition=2, reason="誤り")
        assert publish(session, manual, revision, by=bunta, at=now + HOUR, last_seen=2).edition == 3
        found = history(session, akari, now + 2 * DAY, AOBA, "tennyu")
        assert [one.edition for one in found.editions] == [3, 1]
        assert len(session.exec(select(Publication)).all()) == 3

    @pytest.mark.parametrize(("called_off", "lives"), [(2, [1, 1, 3]), (3, [1, 2, 2])])
    def test_one_of_two_schedules_is_called_off(self, session, now, live, bunta, called_off, lives):
        manual, _ = live
        revision = revised(session, manual, now)
        for days in (1, 2):
            publish(session, manual, revision, by=bunta, at=now, live_from=now + days * DAY)
        cancel(session, manual, by=bunta, at=now + HOUR, edition=called_off, reason="誤り")
        assert [seen(session, now + days * DAY + HOUR) for days in (0, 1, 2)] == lives

    def test_a_withdrawn_predecessor_does_not_come_back(self, session, now, live, bunta):
        manual, _ = live
        publish(session, manual, revised(session, manual, now), by=bunta, at=now, live_from=now + DAY)
        withdraw(session, manual, by=bunta, at=now, reason="誤り")
        cancel(session, manual, by=bunta, at=now + HOUR, edition=2, reason="誤り")
        assert [seen(session, now + HOUR), seen(session, now + 2 * DAY)] == [None, None]

    @pytest.mark.parametrize("edition", [1, 2, 7])
    def test_what_has_begun_or_is_not_there_cannot_be_called_off(self, session, now, live, bunta, edition):
        manual, _ = live
        publish(session, manual, revised(session, manual, now), by=bunta, at=now, live_from=now + DAY)
        with pytest.raises(Conflict, match="もう取り消されたか、公開が始まっています"):
            cancel(session, manual, by=bunta, at=now + DAY, edition=edition, reason="誤り")

    def test_only_an_approver_of_the_town_calls_off(self, session, now, live, bunta):
        manual, _ = live
        publish(session, manual, revised(session, manual, now), by=bunta, at=now, live_from=now + DAY)
        for login in ("akari", "eri", "daigo", "fumio"):
            with pytest.raises(NotAllowed, match="承認者"):
                cancel(session, manual, by=person(session, login, now), at=now, edition=2, reason="誤り")


class TestWithdrawing:
    def test_a_reason_is_needed(self, session, now, live, bunta):
        with pytest.raises(Invalid, match="理由を書いてください"):
            withdraw(session, live[0], by=bunta, at=now, reason=" ")
        assert seen(session, now) == 1

    def test_another_edition_than_the_one_that_was_seen_stays(self, session, now, live, bunta):
        manual, _ = live
        publish(session, manual, revised(session, manual, now), by=bunta, at=now + HOUR)
        with pytest.raises(Conflict, match="いま公開されているのは第2版です"):
            withdraw(session, manual, by=bunta, at=now + HOUR, reason="誤り", edition=1)
        assert seen(session, now + HOUR) == 2
        withdraw(session, manual, by=bunta, at=now + HOUR, reason="誤り", edition=2)
        assert told(session)[-1] == ("publication.withdrawn", "市民課 住民記録係長", "転入届の受付", "第2版 誤り")


class TestConfirming:
    @pytest.mark.parametrize(("login", "post"), [("akari", "住民記録係"), ("bunta", "住民記録係長")])
    def test_the_last_confirmation_is_told_by_post(self, session, now, live, login, post):
        manual, publication = live
        later = now + 60 * DAY
        made = confirm(session, manual, by=person(session, login, now), at=later, edition=1)
        assert made.publication_id == publication.id
        for viewer in (ANYONE, person(session, "eri", now)):
            [row] = live_manuals(session, viewer, later)
            assert (row.confirmed_at, row.confirmed_by, row.published_at) == (later, post, now)
        assert told(session)[-1][0] == "confirmation.made"

    def test_without_one_the_publication_counts(self, session, now, live):
        found = live_manual(session, ANYONE, now, AOBA, "tennyu")
        assert (found.confirmed_at, found.confirmed_by) == (now, "住民記録係長")

    def test_a_new_edition_begins_anew(self, session, now, live, bunta):
        manual, _ = live
        confirm(session, manual, by=bunta, at=now + DAY, edition=1)
        publish(session, manual, revised(session, manual, now), by=bunta, at=now + 2 * DAY)
        assert live_manual(session, ANYONE, now + 2 * DAY, AOBA, "tennyu").confirmed_at == now + 2 * DAY

    def test_the_newest_of_several_is_told(self, session, now, live, bunta, akari):
        manual, _ = live
        for days, by in ((1, bunta), (3, akari), (2, bunta)):
            confirm(session, manual, by=by, at=now + days * DAY, edition=1)
        assert live_manual(session, ANYONE, now + 3 * DAY, AOBA, "tennyu").confirmed_by == "住民記録係長"

    def test_once_a_day_is_enough(self, session, now, live, bunta):
        first, second = (confirm(session, live[0], by=bunta, at=now + k * HOUR, edition=1) for k in (1, 2))
        assert first.id == second.id
        assert len(session.exec(select(Confirmation)).all()) == 1
        assert confirm(session, live[0], by=bunta, at=now + DAY, edition=1).id != first.id

    @pytest.mark.parametrize("login", ["eri", "daigo", "fumio", "chika"])
    def test_only_an_author_or_approver_of_the_town_confirms(self, session, now, live, login):
        with pytest.raises(NotAllowed, match="作成者か承認者"):
            confirm(session, live[0], by=person(session, login, now), at=now, edition=1)

    def test_only_the_live_edition_is_confirmed(self, session, now, live, bunta):
        manual, _ = live
        publish(session, manual, revised(session, manual, now), by=bunta, at=now + HOUR)
        with pytest.raises(Conflict, match="公開中の版を確かめて"):
            confirm(session, manual, by=bunta, at=now + HOUR, edition=1)
        withdraw(session, manual, by=bunta, at=now + 2 * HOUR, reason="誤り")
        with pytest.raises(Conflict):
            confirm(session, manual, by=bunta, at=now + 2 * HOUR, edition=2)


class TestReviewing:
    def test_a_review_is_announced_a_month_before_its_day(self, session, now, live):
        manual, _ = live
        day = review_day(now, 12)
        quiet, soon, late = (now + timedelta(days=days) for days in (334, 336, 366))
        assert due_for_review(session, AOBA, quiet) == []
        [due] = due_for_review(session, AOBA, soon)
        assert (due.manual_id, due.due_on, due.overdue) == (manual.id, day, False)
        assert (due.department_name, due.post_title, due.confirmed_by) == ("市民課", "住民記録係", "住民記録係長")
        assert [due.overdue for due in due_for_review(session, AOBA, late)] == [True]

    def test_a_confirmation_puts_it_off(self, session, now, live, bunta):
        later = now + 360 * DAY
        assert due_for_review(session, AOBA, later)
        confirm(session, live[0], by=bunta, at=later, edition=1)
        assert due_for_review(session, AOBA, later) == []

    def test_each_manual_says_how_often(self, session, now, bunta):
        for slug, months in (("slow", 24), ("quick", 1), ("usual", 12)):
            a_publication(session, now, slug, Audience.MUNICIPALITY, review_months=months)
        assert [due.slug for due in due_for_review(session, AOBA, now + 400 * DAY)] == ["quick", "usual"]

    def test_what_is_not_live_is_not_due(self, session, now, live, bunta):
        a_manual(session, person(session, "akari", now), now, "never")
        withdraw(session, live[0], by=bunta, at=now, reason="誤り")
        assert due_for_review(session, AOBA, now + 400 * DAY) == []

    @pytest.mark.parametrize(
        ("day", "months", "due"),
        [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-11-30", 3, "2027-02-28")],
    )
    def test_a_month_without_that_day_ends_earlier(self, now, day, months, due):
        year, month, of_month = map(int, day.split("-"))
        assert review_day(now.replace(year=year, month=month, day=of_month), months).isoformat() == due
