"""A town with a past, and a second installation that knows nothing of it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.actions import assign, open_account, open_post
from kb.accounts.models import Assignment, Department, Participation, Post, Role, User
from kb.common_format.envelope import Audience, Provenance
from kb.common_format.privacy import PersonalData
from kb.db import transaction
from kb.manuals.actions import begin_manual, save_revision
from kb.manuals.models import Archival
from kb.publishing.actions import publish, withdraw
from kb.publishing.models import Confirmation, Waiver
from tests.relocation.carrying import taken_out
from tests.world import AOBA, a_content, a_manual, a_step, database_from, person

SECRET_STEP = a_step("step-secret", title="庁内だけの手順", internal=True)
PARAMETER = {"key": "窓口名", "label": "窓口の呼び名", "default": "窓口"}


def give_a_past(session, now):
    """Manuals of 青葉市 in every state that a manual can be in."""
    akari, bunta = person(session, "akari", now), person(session, "bunta", now)
    days = [now - timedelta(days=n) for n in range(30, 0, -1)]
    manual = begin_manual(session, AOBA, "tennyu", by=akari, at=days[0])
    origin = Provenance(municipality="990027", municipality_name="若松町", slug="tennyu", edition=2)
    content = a_content(parameters=[PARAMETER], title="{{窓口名}}での転入届", steps=[a_step("step-one"), SECRET_STEP])
    first = save_revision(
        session, manual, content, by=akari, at=days[1], values={"窓口名": "3番"}, provenance=origin, note="下書きから"
    )
    publish(session, manual, first, by=bunta, at=days[2], audience=Audience.MEMBERS, change_note="はじめの版")
    save_revision(session, manual, a_content(title="公開しなかった案"), by=akari, at=days[3])
    third = save_revision(
        session, manual, a_content(title="転入届"), by=akari, at=days[4], note="複数行の\n覚え書き: 済"
    )
    live = publish(session, manual, third, by=bunta, at=days[5], major=False)
    withdraw(session, manual, by=bunta, at=days[6], reason="誤りがあった: 手数料")
    again = publish(session, manual, third, by=bunta, at=days[7])
    for publication, day in ((live, days[5]), (again, days[8]), (again, days[9])):
        session.add(
            Confirmation(publication_id=publication.id, confirmed_at=day, assignment_id=bunta.acting[0].assignment_id)
        )
        session.flush()
    later = save_revision(session, manual, a_content(title="来月からの転入届"), by=akari, at=days[10])
    publish(session, manual, later, by=bunta, at=days[10], live_from=now + timedelta(days=10))
    decide_things(session, manual, akari, bunta, days)


def decide_things(session, manual, akari, bunta, days):
    """A waiver on `manual`, and manuals that were only written, only begun, and put out of use."""
    session.add(
        Waiver(
            manual_id=manual.id,
            path="steps/step-one/action",
            kind=PersonalData.PHONE,
            text_hash="ab" * 32,
            reason="見本の番号",
            waived_at=days[3],
            assignment_id=akari.acting[0].assignment_id,
        )
    )
    a_manual(session, akari, days[0], "only-written")
    begin_manual(session, AOBA, "empty", by=akari, at=days[0])
    archived, _ = a_manual(session, akari, days[0], "archived")
    session.add(
        Archival(manual_id=archived.id, since=days[1], reason="制度の廃止", assignment_id=bunta.acting[0].assignment_id)
    )
    session.flush()


def move_people_about(session, now):
    """Departments and posts that were closed, somebody who left, a name with a blank in it."""
    post = open_post(session, AOBA, "旧庶務課", "庶務係")
    gone = open_account(session, AOBA, login="gone", name="見本　ごん", password_hash="$argon2id$secret")
    gone.disabled_at = now - timedelta(days=3)
    assign(session, gone, post, Role.READER, since=now - timedelta(days=400)).until = now - timedelta(days=3)
    session.get_one(Department, post.department_id).closed_at = now - timedelta(days=2)
    post.closed_at = now - timedelta(days=2)
    session.flush()
    open_post(session, AOBA, "市民課", "窓口係の係長")


@pytest.fixture
def lived(engine, now):
    """An installation in which 青葉市 has a past."""
    with transaction(engine) as session:
        give_a_past(session, now)
        move_people_about(session, now)
    return engine


@pytest.fixture
def elsewhere(template, tmp_path):
    """Another installation, in which 青葉市 has nobody and nothing."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    made = database_from(template, folder)
    with transaction(made) as session:
        for table in (Assignment, User, Post, Department, Participation):
            for row in session.exec(select(table)):
                session.delete(row)
            session.flush()
    yield made
    made.dispose()


@pytest.fixture
def folder(lived, tmp_path):
    """青葉市 as files."""
    return taken_out(lived, tmp_path / "aoba")
