"""系譜: the tree around a manual names what the viewer may read, counts the rest, and ends whatever was taken from whom."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from kb.accounts.rules import ANYONE, Viewer
from kb.common_format.envelope import Audience, Provenance
from kb.forks.actions import know_origin
from kb.forks.lineage import DEEPEST, Branches, lineage, origins
from kb.forks.models import Fork
from kb.forks.queries import fork_counts
from kb.manuals.models import Manual
from kb.publishing.models import Publication
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, person

A_DAY = timedelta(days=1)
WRITERS = {AOBA: ("akari", "bunta"), WAKAMATSU: ("chika", "fumio"), MIDORIKAWA: ("genta", "haruko")}


@pytest.fixture
def now(now: datetime) -> datetime:
    """A day later than what is published."""
    return now + A_DAY


def a_live(session: Session, now: datetime, slug: str, town: str, audience: Audience = Audience.PUBLIC) -> Publication:
    """A live manual that is called as its slug."""
    return a_publication(session, now - A_DAY, slug, audience, WRITERS[town], title=slug)[1]


def took(session: Session, fork: Publication, original: Publication, at: datetime, *steps: str) -> None:
    """Keep that one manual was taken from another."""
    town = session.get_one(Manual, fork.manual_id).municipality_code
    row = Fork(
        draft_key="", manual_id=fork.manual_id, municipality_code=town, publication_id=original.id, redaction=0,
        step_uids=list(steps), forked_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()


def told(branches: Branches) -> str:
    """A tree in one line: 「a(b +1)」 is a, below it b and one that is only counted; 「?」 has no name."""
    said = [(node.listed.title if node.listed else "?") + told(node.below) for node in branches.nodes]
    said += [f"+{branches.hidden}"] if branches.hidden else []
    return f"({' '.join(said)})" if said else ""


def tree(session: Session, viewer: Viewer, now: datetime, of: Publication) -> tuple[str, str]:
    """What was there before a manual, and what came of it."""
    found = lineage(session, viewer, now, of.manual_id)
    return told(found.origins), told(found.forks)


class TestTree:
    """`lineage`."""

    def test_a_fork_of_a_fork_stands_below_it(self, session: Session, now: datetime) -> None:
        first, second = a_live(session, now, "first", AOBA), a_live(session, now, "second", WAKAMATSU)
        third, fourth = a_live(session, now, "third", MIDORIKAWA), a_live(session, now, "fourth", MIDORIKAWA)
        took(session, second, first, now)
        took(session, third, second, now)
        took(session, fourth, first, now)
        assert tree(session, ANYONE, now, first) == ("", "(second(third) fourth)")
        assert tree(session, ANYONE, now, second) == ("(first)", "(third)")
        assert tree(session, ANYONE, now, third) == ("(second(first))", "")

    def test_what_a_viewer_may_not_read_is_counted_and_has_no_name(self, session: Session, now: datetime) -> None:
        first = a_live(session, now, "first", AOBA)
        inside = a_live(session, now, "inside", WAKAMATSU, Audience.MUNICIPALITY)
        alone = a_live(session, now, "alone", WAKAMATSU, Audience.MUNICIPALITY)
        below = a_live(session, now, "below", MIDORIKAWA, Audience.MEMBERS)
        for fork in (inside, alone):
            took(session, fork, first, now)
        took(session, below, inside, now)
        assert tree(session, ANYONE, now, first) == ("", "(+3)")
        assert tree(session, person(session, "akari", now), now, first) == ("", "(?(below) +1)")
        assert tree(session, person(session, "chika", now), now, first) == ("", "(inside(below) alone)")
        assert tree(session, person(session, "genta", now), now, below) == ("(?(first))", "")

    def test_it_tells_editions_days_and_steps_but_no_people(self, session: Session, now: datetime) -> None:
        first, second = a_live(session, now, "first", AOBA), a_live(session, now, "second", WAKAMATSU)
        took(session, second, first, now, "step-1", "step-2")
        took(session, second, first, now + A_DAY, "step-2", "step-3")
        [node] = lineage(session, ANYONE, now, first.manual_id).forks.nodes
        assert (node.taking.edition, node.taking.at, node.taking.steps) == (1, now + A_DAY, 3)
        assert node.taking.on == (now + A_DAY).date()
        took(session, second, first, now + 2 * A_DAY)
        [node] = lineage(session, ANYONE, now, first.manual_id).forks.nodes
        assert node.taking.steps == 0

    def test_a_chain_without_end_is_cut(self, session: Session, now: datetime) -> None:
        towns = [AOBA, WAKAMATSU]
        chain = [a_live(session, now, f"m{number}", towns[number % 2]) for number in range(DEEPEST + 2)]
        for original, fork in pairwise(chain):
            took(session, fork, original, now)
        assert tree(session, ANYONE, now, chain[0])[1].count("(") == DEEPEST

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
    def test_circles_are_harmless(self, session: Session, now: datetime, pairs: list[tuple[int, int]]) -> None:
        """Whatever was taken from whom: every manual stands in the tree at most once."""
        with session.begin_nested() as kept:
            towns = [AOBA, WAKAMATSU, MIDORIKAWA, AOBA, WAKAMATSU]
            manuals = [a_live(session, now, f"m{number}", town) for number, town in enumerate(towns)]
            for original, fork in pairs:
                took(session, manuals[fork], manuals[original], now)
            for one in manuals:
                for said in tree(session, ANYONE, now, one):
                    names = [said.count(f"m{number}") for number in range(5)]
                    assert max(names) <= 1
                    assert said.count(f"m{manuals.index(one)}") == 0
            kept.rollback()


def test_parts_are_told_from_the_revision_on_that_has_them(session: Session, now: datetime) -> None:
    first, hidden = a_live(session, now, "first", AOBA), a_live(session, now, "hidden", AOBA, Audience.MUNICIPALITY)
    ours = a_live(session, now, "ours", WAKAMATSU)
    took(session, ours, first, now, "step-1")
    took(session, ours, hidden, now, "step-1")
    chika = person(session, "chika", now)
    assert origins(session, chika, now, ours.manual_id, now - A_DAY) == []
    [(listed, taking)] = origins(session, chika, now, ours.manual_id, now)
    assert (listed.title, taking.edition, taking.steps) == ("first", 1, 1)


def test_a_manual_that_came_as_a_file_hangs_below_the_edition_that_it_names(session: Session, now: datetime) -> None:
    first, ours = a_live(session, now, "first", AOBA), a_live(session, now, "ours", WAKAMATSU)
    manual = session.get_one(Manual, ours.manual_id)
    for edition in (2, 1, 1):  # nobody here knows edition 2
        origin = Provenance(municipality=AOBA, slug="first", edition=edition)
        know_origin(session, manual, origin, at=now)
    assert tree(session, ANYONE, now, first) == ("", "(ours)")
    assert fork_counts(session, [first.manual_id]) == {first.manual_id: 1}
    assert len(session.exec(select(Fork)).all()) == 1
