"""Who may read what and who may publish: every role, every town, every audience."""

import itertools

import pytest
from sqlmodel import select

from kb.accounts.models import Role
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.common_format.checks import Level
from kb.common_format.envelope import Audience
from kb.manuals.models import Manual
from kb.publishing import listing
from kb.publishing.actions import withdraw
from kb.publishing.history import history
from kb.publishing.models import Publication
from kb.publishing.queries import live_manuals
from kb.publishing.rules import may_publish, may_read, obstacles, reads_redacted
from kb.standards.queries import vocabulary
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_content, a_publication, person


def someone(town: str, *, member: bool = True, role: Role = Role.READER) -> Viewer:
    return Viewer(user_id=1, municipality_code=town, member=member, acting=(Acting(1, 1, "係", role),))


VIEWERS = {
    "own": someone(AOBA),
    "own, left": someone(AOBA, member=False),
    "member": someone(WAKAMATSU),
    "left": someone(WAKAMATSU, member=False),
    "operator": someone(AOBA, role=Role.OPERATOR),
    "anyone": ANYONE,
}
READS = {
    Audience.PUBLIC: {"own", "own, left", "member", "left", "operator", "anyone"},
    Audience.MEMBERS: {"own", "own, left", "member", "operator"},
    Audience.MUNICIPALITY: {"own", "own, left"},
}


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", VIEWERS)
def test_who_may_read(name, audience):
    assert may_read(VIEWERS[name], AOBA, audience) == (name in READS[audience])


@pytest.mark.parametrize("role", Role)
def test_no_role_reads_more_of_another_town(role):
    assert not may_read(someone(WAKAMATSU, role=role), AOBA, Audience.MUNICIPALITY)
    assert reads_redacted(someone(WAKAMATSU, role=role), AOBA)


@pytest.mark.parametrize("name", VIEWERS)
def test_outsiders_read_without_the_internal_parts(name):
    assert reads_redacted(VIEWERS[name], AOBA) == (not name.startswith("own"))


@pytest.mark.parametrize("town", [AOBA, WAKAMATSU])
@pytest.mark.parametrize("role", Role)
def test_an_approver_publishes_for_the_own_town(role, town):
    assert (may_publish(someone(AOBA, role=role), town) is not None) == (role is Role.APPROVER and town == AOBA)


def test_an_operator_is_an_outsider_on_every_way_to_a_manual(session, now):
    """Lists, pages and histories of the town that the operator's account is in."""
    operator = VIEWERS["operator"]
    a_publication(session, now, "inside", Audience.MUNICIPALITY)
    manual, _ = a_publication(session, now, "outside")
    withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="改正")
    assert [listed.slug for listed in live_manuals(session, someone(AOBA), now)] == ["inside"]
    assert live_manuals(session, operator, now) == []
    for slug in ("inside", "outside"):
        assert history(session, someone(AOBA), now, AOBA, slug) is not None
        assert history(session, operator, now, AOBA, slug) is None


def test_nobody_publishes_without_signing_in():
    assert may_publish(ANYONE, AOBA) is None


def test_the_condition_for_the_database_is_the_same_rule(session, now):
    towns = {AOBA: ("akari", "bunta"), WAKAMATSU: ("chika", "fumio"), MIDORIKAWA: ("genta", "haruko")}
    for (town, writers), audience in itertools.product(towns.items(), Audience):
        a_publication(session, now, f"{audience}", audience, writers)
        assert town
    for name, viewer in VIEWERS.items():
        joined = select(Publication, Manual).join(Manual)
        everything = session.exec(joined).all()
        asked = session.exec(joined.where(listing.READABLE), params=listing.parameters(viewer))
        found = {publication.id for publication, _ in asked}
        assert len(everything) == 9
        assert found == {
            publication.id
            for publication, manual in everything
            if may_read(viewer, manual.municipality_code, publication.audience)
        }, name


def test_a_content_that_says_enough_has_no_obstacle(session):
    assert obstacles(a_content(), {}, vocabulary(session)) == []


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"department": ""}, "required", ("department",)),
        ({"procedure": "nothing"}, "known_procedure", ("procedure",)),
        ({"work_areas": ["Q99"]}, "known_work_areas", ("work_areas", "0")),
        ({"legal_bases": []}, "legal_basis", ("legal_bases",)),
        ({"target": "090-1234-5678 の人"}, "no_personal_data", ("target",)),
        ({"target": "{{窓口名}}"}, "declared_parameters", ("target",)),
    ],
)
def test_an_obstacle_names_its_field(session, changes, code, path):
    found = obstacles(a_content(**changes), {}, vocabulary(session))
    assert [(finding.level, finding.code, finding.path) for finding in found] == [(Level.OBSTACLE, code, path)]


def test_the_towns_own_words_are_checked_too(session):
    content = a_content(parameters=[{"key": "担当者", "label": "担当者", "default": "窓口係"}])
    found = obstacles(content, {"担当者": "090-1234-5678"}, vocabulary(session))
    assert [finding.code for finding in found] == ["no_personal_data"]
