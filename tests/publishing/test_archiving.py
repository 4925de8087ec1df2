"""Taking a manual out of use and up again: a record, after which everything is still there."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.rules import ANYONE
from kb.activity.models import Activity
from kb.errors import Conflict, Invalid, NotAllowed
from kb.manuals.actions import save_revision
from kb.manuals.models import Archival, Revision
from kb.publishing.actions import archive, publish, take_up, withdraw
from kb.publishing.approvers import approver_posts
from kb.publishing.history import history
from kb.publishing.holdings import active_manuals, archived_manuals
from kb.publishing.standing import standing
from tests.world import AOBA, WAKAMATSU, a_content, a_manual, a_publication, person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def bunta(session, now):
    return person(session, "bunta", now)


@pytest.fixture
def ended(session, now, bunta):
    """A manual whose publication has been withdrawn."""
    manual, publication = a_publication(session, now - DAY)
    withdraw(session, manual, by=bunta, at=now - HOUR, reason="制度が終わった")
    return manual, publication


def in_use(session, now):
    return [(one.slug, one.edition) for one in active_manuals(session, AOBA, now)]


@pytest.mark.parametrize("login", ["bunta", "daigo"])
def test_it_leaves_the_list_of_what_is_in_use_and_comes_back(session, now, ended, login):
    manual, _ = ended
    by = person(session, login, now)
    made = archive(session, manual, by=by, at=now, reason="業務がなくなった")
    assert (made.since, made.until, in_use(session, now)) == (now, None, [])
    [found] = archived_manuals(session, AOBA)
    assert (found.slug, found.title, found.reason) == ("tennyu", "転入届の受付", "業務がなくなった")
    take_up(session, manual, by=by, at=now + HOUR)
    assert (made.until, in_use(session, now), archived_manuals(session, AOBA)) == (
        now + HOUR,
        [("tennyu", None)],
        [],
    )
    kinds = session.exec(select(Activity.kind).order_by(Activity.id)).all()
    assert kinds[-2:] == ["archival.begun", "archival.ended"]


def test_its_editions_stay_readable_for_the_own_town_alone(session, now, ended, bunta):
    manual, _ = ended
    archive(session, manual, by=bunta, at=now, reason="業務がなくなった")
    assert [one.edition for one in history(session, bunta, now, AOBA, "tennyu").editions] == [1]
    for stranger in (ANYONE, person(session, "fumio", now)):
        assert history(session, stranger, now, AOBA, "tennyu") is None


def test_while_it_is_live_or_going_to_be_it_stays_in_use(session, now, bunta):
    manual, _publication = a_publication(session, now)
    with pytest.raises(Conflict, match="先に、公開を終えるか予約を取り消して"):
        archive(session, manual, by=bunta, at=now, reason="業務がなくなった")
    other, revision = a_manual(session, person(session, "akari", now), now, "planned")
    publish(session, other, revision, by=bunta, at=now, live_from=now + DAY)
    with pytest.raises(Conflict):
        archive(session, other, by=bunta, at=now, reason="業務がなくなった")
    assert session.exec(select(Archival)).all() == []


def test_out_of_use_it_is_not_published(session, now, ended, bunta):
    manual, _publication = ended
    archive(session, manual, by=bunta, at=now, reason="業務がなくなった")
    other, revision = a_manual(session, person(session, "akari", now), now, "fresh")
    archive(session, other, by=bunta, at=now, reason="下書きのままだった")
    with pytest.raises(Conflict, match="使用を再開してください"):
        publish(session, other, revision, by=bunta, at=now)
    take_up(session, other, by=bunta, at=now)
    assert publish(session, other, revision, by=bunta, at=now).edition == 1


def test_done_twice_it_is_one_record(session, now, ended, bunta):
    first, second = (archive(session, ended[0], by=bunta, at=now, reason=why) for why in ("一度", "二度"))
    assert (first.id, first.reason, len(session.exec(select(Archival)).all())) == (second.id, "一度", 1)
    take_up(session, ended[0], by=bunta, at=now)
    with pytest.raises(Conflict, match="保管されていません"):
        take_up(session, ended[0], by=bunta, at=now)


def test_a_reason_is_needed(session, now, ended, bunta):
    with pytest.raises(Invalid, match="理由"):
        archive(session, ended[0], by=bunta, at=now, reason="")


@pytest.mark.parametrize("login", ["akari", "eri", "fumio"])
def test_only_an_approver_or_administrator_of_the_town_does_it(session, now, ended, bunta, login):
    by = person(session, login, now)
    with pytest.raises(NotAllowed, match="承認者か管理者"):
        archive(session, ended[0], by=by, at=now, reason="業務がなくなった")
    archive(session, ended[0], by=bunta, at=now, reason="業務がなくなった")
    with pytest.raises(NotAllowed):
        take_up(session, ended[0], by=by, at=now)


def test_a_town_holds_what_it_ever_saved(session, now, ended):
    a_manual(session, person(session, "akari", now), now, "never", title="印鑑登録")
    a_publication(session, now, "live", title="戸籍")
    a_publication(session, now, "theirs", writers=("chika", "fumio"))
    assert in_use(session, now) == [("never", None), ("live", 1), ("tennyu", None)]
    assert [one.slug for one in active_manuals(session, WAKAMATSU, now)] == ["theirs"]


def test_what_was_saved_and_never_published_waits(session, now, bunta):
    manual, _ = a_publication(session, now - DAY)
    a_manual(session, person(session, "akari", now), now, "never", title="印鑑登録")

    def waiting():
        return [one.slug for one in active_manuals(session, AOBA, now) if one.waiting]

    assert waiting() == ["never"]
    revision = save_revision(session, manual, a_content(fee="無料"), by=person(session, "akari", now), at=now)
    assert waiting() == ["never", "tennyu"]
    publish(session, manual, revision, by=bunta, at=now, live_from=now + DAY)
    assert waiting() == ["never"], "a scheduled revision waits for its moment and for nobody"


def test_how_a_manual_stands_is_told_at_every_moment(session, now, bunta):
    manual, publication = a_publication(session, now)
    publish(session, manual, _revision(session, publication), by=bunta, at=now, live_from=now + DAY)
    found = [standing(session, manual.id, moment) for moment in (now - HOUR, now, now + DAY)]
    assert [one.live and one.live.edition for one in found] == [None, 1, 2]
    assert [[planned.edition for planned in one.scheduled] for one in found] == [[1, 2], [2], []]
    withdraw(session, manual, by=bunta, at=now + 2 * DAY, reason="誤り")
    after = standing(session, manual.id, now + 2 * DAY)
    assert (after.live, after.ended and after.ended.edition, after.may_rest, after.last_edition) == (None, 2, True, 2)


def _revision(session, publication):
    return session.get_one(Revision, publication.revision_id)


def test_who_can_be_asked_to_publish_is_told_by_post(session, now):
    manual, _ = a_manual(session, person(session, "akari", now), now)
    assert approver_posts(session, manual, now) == ["市民課 住民記録係長"]
    assert approver_posts(session, manual, now - timedelta(days=3000)) == []
