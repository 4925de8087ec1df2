"""A town's manuals and their revisions: who may write, what is kept, and that it stays as it was."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from kb.accounts.models import Role
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.common_format.content import FORMAT_VERSION
from kb.common_format.envelope import Provenance
from kb.errors import Conflict, NotAllowed
from kb.manuals.actions import begin_manual, save_revision
from kb.manuals.models import Revision
from kb.manuals.queries import content_of, is_empty, last_number, manual_at
from kb.manuals.rules import may_write
from tests.world import AOBA, WAKAMATSU, a_content, a_manual, a_step, person

WRITERS = {Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR}


@pytest.mark.parametrize("town", [AOBA, WAKAMATSU])
@pytest.mark.parametrize("role", Role)
def test_who_may_write(role, town):
    by = Viewer(user_id=1, municipality_code=AOBA, acting=(Acting(7, 7, "係", role),))
    assert (may_write(by, town) is not None) == (role in WRITERS and town == AOBA)


def test_nobody_writes_without_signing_in():
    assert may_write(ANYONE, AOBA) is None


@pytest.fixture
def akari(session, now):
    """An author of 青葉市."""
    return person(session, "akari", now)


def test_a_manual_begins_empty_and_belongs_to_the_post(session, now, akari):
    assert is_empty(session)
    manual = begin_manual(session, AOBA, "tennyu", by=akari, at=now)
    assert not is_empty(session)
    assert manual.post_id == akari.acting[0].post_id
    assert manual.created_at == now
    assert last_number(session, manual.id) == 0
    assert manual_at(session, AOBA, "tennyu") is manual
    assert manual_at(session, WAKAMATSU, "tennyu") is None


@pytest.mark.parametrize("login", ["eri", "chika"])
def test_a_reader_and_another_town_begin_nothing(session, now, login):
    with pytest.raises(NotAllowed, match="作成する役割がありません"):
        begin_manual(session, AOBA, "tennyu", by=person(session, login, now), at=now)
    assert is_empty(session)


def test_an_address_is_taken_once_in_a_town(session, now, akari):
    begin_manual(session, AOBA, "tennyu", by=akari, at=now)
    with pytest.raises(Conflict, match="「tennyu」という名前の手順書が既にあります"):
        begin_manual(session, AOBA, "tennyu", by=akari, at=now)
    begin_manual(session, WAKAMATSU, "tennyu", by=person(session, "chika", now), at=now)


def test_saving_keeps_content_values_and_where_it_came_from(session, now, akari):
    manual = begin_manual(session, AOBA, "tennyu", by=akari, at=now)
    origin = Provenance(municipality=WAKAMATSU, slug="tennyu", edition=4)
    content = a_content(steps=[a_step("step-one", internal=True)])
    revision = save_revision(
        session, manual, content, by=akari, at=now, values={"窓口名": "1番窓口"}, provenance=origin, note="初めて"
    )
    session.expire(revision)
    assert content_of(revision) == content
    assert revision.parameter_values == {"窓口名": "1番窓口"}
    assert Provenance.model_validate(revision.provenance) == origin
    assert (revision.number, revision.note, revision.saved_at) == (1, "初めて", now)
    assert revision.assignment_id == akari.acting[0].assignment_id
    assert revision.format_version == FORMAT_VERSION


def test_lists_need_not_open_the_content(session, now, akari):
    _, revision = a_manual(session, akari, now, work_areas=["B01", "B02"])
    assert (revision.title, revision.procedure_key, revision.work_area_code) == (
        "転入届の受付",
        "tennyu-todoke",
        "B01",
    )
    _, without = a_manual(session, akari, now, "free", procedure=None, work_areas=[])
    assert (without.procedure_key, without.work_area_code) == (None, None)


def test_saving_again_makes_another_revision_and_leaves_the_first(session, now, akari):
    manual, first = a_manual(session, akari, now)
    second = save_revision(session, manual, a_content(title="改めた"), by=akari, at=now + timedelta(hours=1))
    assert (first.number, second.number, last_number(session, manual.id)) == (1, 2, 2)
    session.expire_all()
    assert (content_of(first).title, content_of(second).title) == ("転入届の受付", "改めた")
    assert first.provenance is None


def test_two_revisions_never_share_a_number(session, now, akari):
    _, first = a_manual(session, akari, now)
    double = Revision(**{**first.model_dump(), "id": None})
    session.add(double)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("login", ["eri", "chika"])
def test_a_reader_and_another_town_save_nothing(session, now, akari, login):
    manual, _ = a_manual(session, akari, now)
    with pytest.raises(NotAllowed, match="管理者に「作成者」の役割を頼んでください"):
        save_revision(session, manual, a_content(), by=person(session, login, now), at=now)
    assert last_number(session, manual.id) == 1


def test_the_next_author_in_the_post_goes_on_where_the_last_one_stopped(session, now, akari):
    manual, _ = a_manual(session, akari, now)
    daigo = person(session, "daigo", now)  # the administrator writes too
    assert save_revision(session, manual, a_content(), by=daigo, at=now).number == 2


def test_a_title_in_lists_is_in_the_towns_own_words(session, now, akari):
    manual = begin_manual(session, AOBA, "tennyu", by=akari, at=now)
    content = a_content(title="{{窓口名}}での転入届", parameters=[{"key": "窓口名", "default": "窓口"}])
    revision = save_revision(session, manual, content, by=akari, at=now, values={"窓口名": "3番窓口"})
    assert revision.title == "3番窓口での転入届"
    assert content_of(revision).title == "{{窓口名}}での転入届"


def test_content_of_an_older_form_is_read_in_todays(session, now, akari):
    _, revision = a_manual(session, akari, now)
    assert "format_version" not in revision.content  # it stands beside, where the upgrades find it
    assert content_of(revision).title == revision.title


def test_what_the_yardstick_does_not_have_is_kept_for_the_author_to_put_right(session, now, akari):
    _, revision = a_manual(session, akari, now, procedure="nothing", work_areas=["Q99", "B01"])
    assert (revision.procedure_key, revision.work_area_code) == (None, None)
    assert (content_of(revision).procedure, content_of(revision).work_areas) == ("nothing", ("Q99", "B01"))
