"""Letting stand what looks like personal data and is none: one field, one kind, one text, with a reason."""

import pytest
from sqlmodel import select

from kb.activity.models import Activity
from kb.common_format.privacy import PersonalData
from kb.errors import Invalid, NotAllowed, NotFound
from kb.manuals.actions import save_revision
from kb.manuals.models import Manual
from kb.manuals.queries import content_of
from kb.publishing.actions import publish, waive
from kb.publishing.concerns import concerns, waived_in
from kb.publishing.models import Waiver
from tests.world import a_content, a_manual, person

MY_NUMBER = "1234 5678 9018"
"""Twelve digits whose last one is the check digit of the eleven before it."""
PHONE = "0990-12-3456"


@pytest.fixture
def bunta(session, now):
    return person(session, "bunta", now)


@pytest.fixture
def akari(session, now):
    return person(session, "akari", now)


def revised(session, manual, at, **changes):
    return save_revision(session, manual, a_content(**changes), by=person(session, "akari", at), at=at)


@pytest.fixture
def written(session, now, akari) -> Manual:
    manual, _ = a_manual(session, akari, now, target=f"{PHONE} にかけた人", fee=f"{MY_NUMBER}")
    return manual


def let_stand(session, manual, by, at, path="target", kind=PersonalData.PHONE, reason="代表番号"):
    return waive(session, manual, by=by, at=at, path=path, kind=kind, reason=reason)


def open_ones(session, revision):
    found = concerns(session, revision.manual_id, content_of(revision), revision.parameter_values)
    return [one.path[0] for one in found if not one.waived]


@pytest.mark.parametrize("login", ["akari", "bunta"])
def test_a_reason_lets_an_office_number_be_published(session, now, akari, bunta, login):
    manual, revision = a_manual(session, akari, now, target=f"{PHONE} にかけた人")
    with pytest.raises(Invalid, match="電話番号のような記載"):
        publish(session, manual, revision, by=bunta, at=now)
    let_stand(session, manual, person(session, login, now), now)
    assert publish(session, manual, revision, by=bunta, at=now).edition == 1
    told = session.exec(select(Activity.kind, Activity.detail)).all()
    assert ("waiver.made", "対象(電話番号) 代表番号") in told


def test_another_text_needs_another_decision(session, now, akari, bunta):
    manual, _revision = a_manual(session, akari, now, target=f"{PHONE} にかけた人")
    let_stand(session, manual, akari, now)
    again = revised(session, manual, now, target=f"{PHONE} にかけた人", fee="無料")
    assert open_ones(session, again) == []
    changed = revised(session, manual, now, target=f"{PHONE} に電話した人")
    assert open_ones(session, changed) == ["target"]
    with pytest.raises(Invalid):
        publish(session, manual, changed, by=bunta, at=now)


def test_it_speaks_of_one_kind_in_one_field_of_one_manual(session, now, akari):
    text = f"{PHONE} または somebody@example.com"
    manual, revision = a_manual(session, akari, now, target=text, fee=text)
    let_stand(session, manual, akari, now)
    found = concerns(session, manual.id, content_of(revision), {})
    assert [(one.path, one.kind) for one in found if one.waived] == [(("target",), PersonalData.PHONE)]
    assert len(found) == 4
    other, twin = a_manual(session, akari, now, "other", target=text)
    assert all(not one.waived for one in concerns(session, other.id, content_of(twin), {}))


def test_a_town_s_own_word_can_be_let_stand(session, now, akari, bunta):
    manual, _ = a_manual(session, akari, now)
    content = a_content(parameters=[{"key": "窓口", "label": "窓口", "default": ""}], target="{{窓口}}")
    revision = save_revision(session, manual, content, by=akari, at=now, values={"窓口": PHONE})
    let_stand(session, manual, bunta, now, path="values/窓口")
    assert publish(session, manual, revision, by=bunta, at=now).edition == 1


def test_an_individual_number_never_stands(session, now, written, bunta):
    with pytest.raises(Invalid, match="個人番号は、理由があっても載せられません"):
        let_stand(session, written, bunta, now, path="fee", kind=PersonalData.MY_NUMBER)
    assert session.exec(select(Waiver)).all() == []


def test_not_even_a_record_lets_an_individual_number_stand(session, now, akari, bunta):
    manual, revision = a_manual(session, akari, now, fee=MY_NUMBER)
    [found] = concerns(session, manual.id, content_of(revision), {})
    session.add(
        Waiver(
            manual_id=manual.id,
            path="fee",
            kind=PersonalData.MY_NUMBER,
            text_hash=found.text_hash,
            reason="よい",
            waived_at=now,
            assignment_id=bunta.acting[0].assignment_id,
        )
    )
    session.flush()
    assert waived_in(concerns(session, manual.id, content_of(revision), {})) == set()
    with pytest.raises(Invalid, match="個人番号"):
        publish(session, manual, revision, by=bunta, at=now)


def test_said_twice_it_is_one_record(session, now, written, akari, bunta):
    assert let_stand(session, written, akari, now) == let_stand(session, written, bunta, now)
    assert len(session.exec(select(Waiver)).all()) == 1


@pytest.mark.parametrize("path", ["purpose/what", "target/0", "", "values/窓口"])
def test_where_nothing_was_found_there_is_nothing_to_decide(session, now, written, akari, path):
    with pytest.raises(NotFound):
        let_stand(session, written, akari, now, path=path)


@pytest.mark.parametrize("reason", ["", " ", "長" * 301, "一行\n二行"])
def test_the_reason_is_a_line(session, now, written, akari, reason):
    with pytest.raises(Invalid, match="理由"):
        let_stand(session, written, akari, now, reason=reason)


@pytest.mark.parametrize("login", ["eri", "daigo", "fumio", "chika"])
def test_only_an_author_or_approver_of_the_town_decides(session, now, written, login):
    with pytest.raises(NotAllowed, match="作成者か承認者"):
        let_stand(session, written, person(session, login, now), now)
