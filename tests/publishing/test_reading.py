"""What is listed for whom, how many there are, and the history: the same visibility everywhere."""

from datetime import timedelta

import pytest

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Audience
from kb.publishing.actions import publish, withdraw
from kb.publishing.counts import counts_by_procedure, counts_by_town, counts_by_work_area, towns_by_procedure
from kb.publishing.history import history, listed_edition
from kb.publishing.queries import live_by_manual, live_manual, live_manuals
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_manual, a_publication, person

HOUR = timedelta(hours=1)
CHIKA = ("chika", "fumio")


@pytest.fixture
def shelf(session, now):
    """Four live manuals of two towns, for three audiences, one hour apart."""
    a_publication(session, now, "one", Audience.PUBLIC)
    a_publication(session, now + HOUR, "two", Audience.MEMBERS, work_areas=["B02"])
    a_publication(session, now + 2 * HOUR, "three", Audience.MUNICIPALITY)
    a_publication(session, now + 3 * HOUR, "four", Audience.PUBLIC, CHIKA, work_areas=["C01"], procedure=None)
    return now + 3 * HOUR


@pytest.fixture
def viewers(session, now):
    return {"own": person(session, "eri", now), "member": person(session, "chika", now), "anyone": ANYONE}


SEES = {"own": ["four", "three", "two", "one"], "member": ["four", "two", "one"], "anyone": ["four", "one"]}


@pytest.mark.parametrize("name", SEES)
def test_lists_are_newest_first_and_hold_what_the_viewer_may_read(session, shelf, viewers, name):
    assert [found.slug for found in live_manuals(session, viewers[name], shelf)] == SEES[name]


@pytest.mark.parametrize("name", SEES)
def test_a_single_manual_is_found_when_it_is_listed(session, shelf, viewers, name):
    ids = [found.manual_id for found in live_manuals(session, viewers["own"], shelf)]
    by_id = live_by_manual(session, viewers[name], shelf, ids)
    assert {found.slug for found in by_id.values()} == set(SEES[name])
    for slug in ("one", "two", "three"):
        assert (live_manual(session, viewers[name], shelf, AOBA, slug) is not None) == (slug in SEES[name])
    assert live_by_manual(session, viewers[name], shelf, []) == {}


def test_lists_are_narrowed(session, shelf, viewers):
    def slugs(**conditions):
        return [found.slug for found in live_manuals(session, viewers["own"], shelf, **conditions)]

    assert slugs(town=WAKAMATSU) == ["four"]
    assert slugs(procedure="tennyu-todoke") == ["three", "two", "one"]
    assert slugs(work_area="B01") == ["three", "one"]
    assert slugs(work_area="B") == ["three", "two", "one"]
    assert slugs(work_area="%") == slugs(work_area="_") == []
    assert slugs(limit=2) == ["four", "three"]
    assert slugs(limit=2, offset=3) == ["one"]
    assert slugs(town=MIDORIKAWA) == []


def test_a_row_brings_the_names_that_the_list_shows(session, shelf):
    four, one = live_manuals(session, ANYONE, shelf)
    assert (one.town_name, one.town_population, one.procedure_name) == ("青葉市", 320_000, "転入届")
    assert (one.edition, one.audience, one.confirmed_by) == (1, Audience.PUBLIC, "住民記録係長")
    assert one.work_area_name
    assert (four.procedure_key, four.procedure_name) == (None, None)


def test_counts_count_what_the_viewer_may_read(session, shelf, viewers):
    a_publication(session, shelf, "five", Audience.PUBLIC, CHIKA)
    own, member, anyone = viewers.values()
    assert counts_by_town(session, own, shelf) == {AOBA: 3, WAKAMATSU: 2}
    assert counts_by_town(session, member, shelf) == {AOBA: 2, WAKAMATSU: 2}
    assert counts_by_town(session, anyone, shelf) == {AOBA: 1, WAKAMATSU: 2}
    assert counts_by_work_area(session, own, shelf) == {"B01": 3, "B02": 1, "C01": 1}
    assert counts_by_work_area(session, anyone, shelf) == {"B01": 2, "C01": 1}
    assert counts_by_procedure(session, own, shelf) == {"tennyu-todoke": 4}
    assert counts_by_procedure(session, anyone, shelf) == {"tennyu-todoke": 2}
    assert towns_by_procedure(session, own, shelf) == {"tennyu-todoke": 2}
    assert towns_by_procedure(session, own, shelf, ["tennyu-todoke", "nothing"]) == {"tennyu-todoke": 2}
    assert towns_by_procedure(session, own, shelf, ["nothing"]) == {}


def test_counts_are_of_their_moment(session, now, shelf):
    assert counts_by_town(session, ANYONE, now) == {AOBA: 1}
    assert counts_by_town(session, ANYONE, now - HOUR) == {}


@pytest.fixture
def three_editions(session, now):
    """A manual that was public, then for members, then public again, at `now`, +1 and +2 hours."""
    manual, revision = a_manual(session, person(session, "akari", now), now)
    bunta = person(session, "bunta", now)
    for hours, audience in enumerate((Audience.PUBLIC, Audience.MEMBERS, Audience.PUBLIC)):
        publish(session, manual, revision, by=bunta, at=now + hours * HOUR, audience=audience, change_note=f"{hours}")
    return manual, bunta


def editions(session, viewer, moment):
    found = history(session, viewer, moment, AOBA, "tennyu")
    return found and [edition.edition for edition in found.editions]


def test_history_shows_each_viewer_the_editions_of_their_audience(session, now, viewers, three_editions):
    later = now + 2 * HOUR
    assert editions(session, viewers["own"], later) == [3, 2, 1]
    assert editions(session, viewers["member"], later) == [3, 2, 1]
    assert editions(session, viewers["anyone"], later) == [3, 1]


def test_history_tells_who_when_and_why(session, now, three_editions):
    found = history(session, ANYONE, now + 2 * HOUR, AOBA, "tennyu")
    assert found is not None
    assert found.live is not None
    assert found.live.edition == 3
    newest, oldest = found.editions
    assert (oldest.live_from, oldest.live_until, oldest.change_note) == (now, now + HOUR, "0")
    assert (newest.live_until, newest.confirmed_by, newest.withdrawn, newest.major) == (
        None,
        "住民記録係長",
        False,
        True,
    )
    assert listed_edition(session, ANYONE, oldest).edition == 1


def test_history_shows_no_edition_before_its_moment(session, now, viewers, three_editions):
    assert editions(session, viewers["own"], now + HOUR) == [2, 1]
    assert editions(session, viewers["own"], now - HOUR) is None


def test_a_narrowed_manual_takes_its_old_editions_along(session, now, viewers, three_editions):
    assert editions(session, viewers["anyone"], now + HOUR) is None  # live for members then
    assert editions(session, viewers["member"], now + HOUR) == [2, 1]


def test_a_withdrawn_manual_is_history_for_the_own_town_alone(session, now, viewers, three_editions):
    manual, bunta = three_editions
    later = now + 3 * HOUR
    withdraw(session, manual, by=bunta, at=later, reason="誤りがあったため")
    found = history(session, viewers["own"], later, AOBA, "tennyu")
    assert found is not None
    assert found.live is None
    assert [edition.withdrawn for edition in found.editions] == [True, False, False]
    assert editions(session, viewers["member"], later) is None
    assert editions(session, viewers["anyone"], later) is None


def test_a_withdrawn_edition_stays_withdrawn_when_the_manual_comes_back(session, now, viewers, three_editions):
    manual, bunta = three_editions
    withdraw(session, manual, by=bunta, at=now + 3 * HOUR, reason="誤りがあったため")
    _, revision = a_manual(session, person(session, "akari", now), now, "other")
    revision.manual_id, revision.number = manual.id, 9
    session.flush()
    publish(session, manual, revision, by=bunta, at=now + 4 * HOUR)
    assert editions(session, viewers["anyone"], now + 4 * HOUR) == [4, 1]
    assert editions(session, viewers["own"], now + 4 * HOUR) == [4, 3, 2, 1]


def test_there_is_no_history_of_what_is_not_there(session, now, viewers):
    a_manual(session, person(session, "akari", now), now)  # written, never published
    for viewer in viewers.values():
        assert history(session, viewer, now, AOBA, "tennyu") is None
        assert history(session, viewer, now, AOBA, "nothing") is None
