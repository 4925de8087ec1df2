"""Reads of people and towns, each at a moment."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.accounts.models import Assignment, Participation, Role
from kb.accounts.queries import (
    is_participating,
    municipality,
    participating,
    user_by_login,
    viewer,
)
from kb.seeds.people import SINCE
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, person

SECOND = timedelta(seconds=1)


@pytest.fixture
def akari(session):
    """The account of an author in 青葉市."""
    found = user_by_login(session, "akari")
    assert found is not None
    return found


def test_a_municipality_is_found_by_its_code(session):
    found = municipality(session, AOBA)
    assert found is not None
    assert (found.name, found.sample) == ("青葉市", True)
    assert municipality(session, "000000") is None


def test_towns_that_take_part_come_largest_first(session, now):
    assert [town.code for town in participating(session, now)] == [AOBA, WAKAMATSU, MIDORIKAWA]
    assert participating(session, SINCE - SECOND) == []


def test_a_participation_that_ended_counts_no_more_but_counted_then(session, now):
    record = session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)).one()
    record.until = now
    session.add(record)
    session.flush()
    assert [town.code for town in participating(session, now)] == [AOBA, MIDORIKAWA]
    assert not is_participating(session, WAKAMATSU, now)
    assert is_participating(session, WAKAMATSU, now - SECOND)
    assert not person(session, "chika", now).member
    assert person(session, "chika", now - SECOND).member


def test_a_viewer_is_everything_the_rules_ask_for(session, now, akari):
    found = viewer(session, akari.id, now)
    assert found is not None
    assert (found.name, found.municipality_code, found.municipality_name) == ("見本 あかり", AOBA, "青葉市")
    assert found.member
    assert [(held.post_title, held.role) for held in found.acting] == [("住民記録係", Role.AUTHOR)]


def test_assignments_count_from_their_beginning_until_their_end(session, now, akari):
    held = session.exec(select(Assignment).where(Assignment.user_id == akari.id)).one()
    held.until = now
    session.add(held)
    session.flush()
    for moment, acts in ((SINCE - SECOND, False), (SINCE, True), (now - SECOND, True), (now, False)):
        found = viewer(session, akari.id, moment)
        assert found is not None
        assert (found.acts_as(Role.AUTHOR) is not None) == acts, moment


def test_a_disabled_account_is_nobody_from_that_moment_on(session, now, akari):
    akari.disabled_at = now
    session.add(akari)
    session.flush()
    assert viewer(session, akari.id, now) is None
    assert viewer(session, akari.id, now - SECOND) is not None
    assert user_by_login(session, "akari") is not None


def test_an_unknown_account_is_nobody(session, now):
    assert viewer(session, 999_999, now) is None
    assert user_by_login(session, "nobody") is None


def test_a_login_is_taken_as_it_is_written(session):
    assert user_by_login(session, "AKARI") is None
    assert user_by_login(session, "' OR 1=1 --") is None
