"""Whatever towns do with each other's manuals, each sees what it may read and nothing else, and everything is counted once.

Editions, likes, taking over, adopting and withdrawing together; the tests of each room hold what is special about it.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlmodel import func, select

from kb.accounts.rules import ANYONE, Viewer
from kb.adoptions.actions import adopt, end, stay, switch
from kb.adoptions.declared import adopted_by, adoption_seen
from kb.adoptions.queries import adoption_counts, open_adoption, uses
from kb.common_format.envelope import Audience
from kb.db import open_session
from kb.errors import Conflict, NotAllowed, NotFound
from kb.forks.actions import make_fork
from kb.forks.lineage import lineage
from kb.forks.queries import fork_counts
from kb.likes.actions import like, take_back
from kb.likes.models import Like
from kb.likes.queries import Count, counts, own_like
from kb.manuals.models import Manual
from kb.manuals.queries import newest_revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.addresses import live_addresses
from kb.publishing.queries import live_manual, live_manuals
from kb.ranking.queries import most_adopted, most_liked
from tests.adoptions.using import told
from tests.conftest import NOW
from tests.forks.takers import asked, saved
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, database_from, person

WRITERS = {AOBA: ("akari", "bunta"), WAKAMATSU: ("chika", "fumio"), MIDORIKAWA: ("genta", "haruko")}
AUTHORS = {author: town for town, (author, _) in WRITERS.items()}
PEOPLE = {**AUTHORS, "eri": AOBA, "fumio": WAKAMATSU}
PROCEDURE = "tennyu-todoke"
MOST = 5
"""Manuals of one life, so that something happens to each."""
WHICH = st.integers(min_value=0, max_value=MOST - 1)


@dataclass
class Known:
    """A manual as everybody would remember it."""

    row: Manual
    town: str
    editions: list[Audience] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)
    live: int | None = None
    origin: tuple["Known", int] | None = None
    """The manual and the edition that it was taken from."""

    def begins(self, audience: Audience) -> None:
        """A new edition is live."""
        self.editions.append(audience)
        self.live = len(self.editions)

    def readable(self, viewer: Viewer, edition: int | None = None) -> bool:
        """Whether somebody may read the live edition; and, of an `edition` that is used, that one too."""
        if viewer.own_town == self.town:
            return self.live is not None or edition is not None
        audiences = [self.editions[number - 1] for number in (self.live, edition) if number]
        allowed = {Audience.PUBLIC, Audience.MEMBERS} if viewer.member else {Audience.PUBLIC}
        return self.live is not None and edition not in self.withdrawn and set(audiences) <= allowed


class LivesTogether(RuleBasedStateMachine):
    """Three towns, their manuals, and people who use what the others wrote."""

    template: Path

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.engine = database_from(self.template, self.folder)
        self.session, self.now, self.forms = open_session(self.engine, write=True), NOW, 0
        self.people = {login: person(self.session, login, NOW) for login in PEOPLE}
        self.readers = [*(self.people[login] for login in AUTHORS), ANYONE]
        self.manuals: list[Known] = []
        for town, slug in ((AOBA, "first"), (WAKAMATSU, "second")):
            manual, _ = a_publication(self.session, NOW, slug, writers=WRITERS[town], title=slug)
            self.manuals.append(Known(manual, town, [Audience.PUBLIC], live=1))
        self.likes: dict[tuple[str, int], int] = {}
        """Who likes which manual, and the edition that was liked."""
        self.uses: dict[tuple[str, int], list[int]] = {}
        """Which town uses which manual: the edition in use, and the newest one that it has decided about."""

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    @property
    def looking(self) -> Viewer:
        """Who looks around now: after every deed it is another one's turn."""
        return self.readers[self.now.minute % len(self.readers)]

    def pick(self, which: int) -> Known:
        """One of the manuals; time goes by."""
        self.now += timedelta(minutes=1)
        return self.manuals[which % len(self.manuals)]

    def seen(self, manual: Known, viewer: Viewer):
        """The live manual as its own town sees it, and whether the viewer sees it as well."""
        address = (manual.town, manual.row.slug)
        found = live_manual(self.session, viewer, self.now, *address)
        assert (found is not None) == manual.readable(viewer)
        return live_manual(self.session, self.people[WRITERS[manual.town][0]], self.now, *address), found is not None

    @rule(which=WHICH, audience=st.sampled_from([Audience.PUBLIC, *Audience]))
    def publish(self, which, audience):
        manual = self.pick(which)
        revision, approver = newest_revision(self.session, manual.row.id), WRITERS[manual.town][1]
        by = person(self.session, approver, self.now)
        publish(self.session, manual.row, revision, by=by, at=self.now, audience=audience, change_note="直した")
        manual.begins(audience)

    @rule(which=WHICH)
    def withdraw(self, which):
        manual = self.pick(which)
        if manual.live is not None:
            by = person(self.session, WRITERS[manual.town][1], self.now)
            withdraw(self.session, manual.row, by=by, at=self.now, reason="誤り")
            manual.withdrawn.add(manual.live)
            manual.live = None

    @rule(which=WHICH, login=st.sampled_from([*PEOPLE]))
    def like(self, which, login):
        manual, by = self.pick(which), self.people[login]
        listed, readable = self.seen(manual, by)
        if readable:
            like(self.session, listed, None, by=by, at=self.now)
            self.likes[login, manual.row.id] = listed.edition
        elif listed is not None:
            with pytest.raises(NotFound):
                like(self.session, listed, None, by=by, at=self.now)

    @rule(which=WHICH, login=st.sampled_from([*PEOPLE]))
    def take_the_like_back(self, which, login):
        manual, by = self.pick(which), self.people[login]
        listed, readable = self.seen(manual, by)
        if readable:
            take_back(self.session, listed, by=by, at=self.now)
            self.likes.pop((login, manual.row.id), None)

    @precondition(lambda self: len(self.manuals) < MOST)
    @rule(which=WHICH, login=st.sampled_from([*AUTHORS]))
    def fork(self, which, login):
        manual, by = self.pick(which), self.people[login]
        listed, readable = self.seen(manual, by)
        self.forms += 1
        form = asked(self.forms, edition=listed.edition if listed else 1)
        if listed is None:
            return
        if not readable or AUTHORS[login] == manual.town:
            with pytest.raises(NotAllowed if readable else NotFound):
                make_fork(self.session, listed, form, by=by, at=self.now)
            return
        draft = make_fork(self.session, listed, form, by=by, at=self.now).draft
        made = saved(self.session, draft, login, self.now)
        self.manuals.append(Known(made, AUTHORS[login], origin=(manual, listed.edition)))

    @rule(which=WHICH, login=st.sampled_from([*AUTHORS]))
    def adopt(self, which, login):
        manual, by, town = self.pick(which), self.people[login], AUTHORS[login]
        listed, readable = self.seen(manual, by)
        if listed is None:
            return
        before = self.uses.get((town, manual.row.id))
        refusal = NotFound if not readable else NotAllowed if town == manual.town else Conflict
        if refusal is not Conflict or (before and before[0] != listed.edition):
            with pytest.raises(refusal):
                adopt(self.session, listed, listed.edition, told(), by=by, at=self.now)
            return
        adopt(self.session, listed, listed.edition, told(), by=by, at=self.now)
        self.uses.setdefault((town, manual.row.id), [listed.edition, listed.edition])

    @precondition(lambda self: self.uses)
    @rule(which=WHICH, verb=st.sampled_from([switch, stay]))
    def decide_about_the_newer_edition(self, which, verb):
        town, manual, by, declared = self.declared(which)
        used = self.uses[town, manual.row.id]
        may = manual.readable(by) if verb is switch else manual.readable(by, used[0])
        at = {"at": self.now} if verb is switch else {}
        if not may:
            with pytest.raises(Conflict):
                verb(self.session, declared, manual.live, by=by, **at)
            return
        verb(self.session, declared, manual.live, by=by, **at)
        used[:] = [manual.live if verb is switch else used[0], manual.live]

    @precondition(lambda self: self.uses)
    @rule(which=WHICH)
    def end_a_use(self, which):
        town, manual, by, declared = self.declared(which)
        end(self.session, declared, "使わなくなったため", by=by, at=self.now)
        del self.uses[town, manual.row.id]

    def declared(self, which):
        """One of the adoptions with its town, its manual, and who decides."""
        town, manual_id = sorted(self.uses)[which % len(self.uses)]
        self.now += timedelta(minutes=1)
        manual = next(one for one in self.manuals if one.row.id == manual_id)
        by = self.people[WRITERS[town][0]]
        adoption = open_adoption(self.session, town, manual_id)
        return town, manual, by, adoption_seen(self.session, by, self.now, town, adoption.id)

    @invariant()
    def likes_are_the_people_who_like_now(self):
        found = counts(self.session, [one.row.id for one in self.manuals], self.now)
        for manual in self.manuals:
            given = {login: edition for (login, id_), edition in self.likes.items() if id_ == manual.row.id}
            now, earlier = (
                [login for login, edition in given.items() if (edition < len(manual.editions)) == old]
                for old in (False, True)
            )
            towns = [len({PEOPLE[login] for login in some} - {manual.town}) for some in (now, earlier)]
            assert found[manual.row.id] == Count(len(now), towns[0], len(earlier), towns[1])
            for login, viewer in self.people.items():
                own = own_like(self.session, viewer, manual.row.id, self.now)
                assert (own and own.edition) == given.get(login)
        live = select(func.count()).select_from(Like).where(Like.ended_at.is_(None))
        assert self.session.exec(live).one() == len(self.likes)

    @invariant()
    def lists_hold_what_the_viewer_may_read_and_nothing_else(self):
        towns = {one.row.id: one.town for one in self.manuals}
        liked = {id_ for login, id_ in self.likes if towns[id_] != PEOPLE[login]}
        used = {id_ for _town, id_ in self.uses}
        viewer = self.looking
        readable = {one.row.id for one in self.manuals if one.readable(viewer)}
        compared = live_manuals(self.session, viewer, self.now, procedure=PROCEDURE)
        assert {one.manual_id for one in compared} == readable
        addresses = {(one.row.slug, one.town) for one in self.manuals if one.row.id in readable}
        found = live_addresses(self.session, viewer, self.now)
        assert {(one.slug, one.town_code) for one in found} == addresses
        for ranking, valued in ((most_liked, liked), (most_adopted, used)):
            ranked = [one.listed.manual_id for one in ranking(self.session, viewer, self.now)]
            assert len(ranked) == len(set(ranked))
            assert set(ranked) == readable & valued

    @invariant()
    def every_town_tells_what_it_uses_as_far_as_it_may_be_read(self):
        ids = [one.row.id for one in self.manuals]
        users = {id_: {town for town, its in self.uses if its == id_} for id_ in ids}
        assert adoption_counts(self.session) == {id_: len(towns) for id_, towns in users.items() if towns}
        told_of = uses(self.session, ids)
        assert {id_: {use.town_code for use in told_of.get(id_, [])} for id_ in ids} == users
        viewer = self.looking
        for town in WRITERS:
            shown = {one.adoption.manual_id: one for one in adopted_by(self.session, viewer, self.now, town)}
            for manual in self.manuals:
                used = self.uses.get((town, manual.row.id))
                readable = used is not None and manual.readable(viewer, used[0])
                one = shown.pop(manual.row.id, None)
                assert (one is not None) == (readable or (used is not None and viewer.own_town == town))
                if one is not None:
                    newer = manual.readable(viewer) and manual.live > used[1]
                    assert (one.edition, one.readable) == (used[0], readable)
                    assert (one.newer and one.newer.edition) == (manual.live if newer else None)
            assert shown == {}

    @invariant()
    def the_origin_is_known_for_good_and_named_to_those_who_may_read_it(self):
        takers, viewer = {one.row.id: set() for one in self.manuals}, self.looking
        for manual in self.manuals:
            if manual.origin is None:
                continue
            original, edition = manual.origin
            takers[original.row.id].add(manual.town)
            kept = newest_revision(self.session, manual.row.id).provenance
            assert (kept["municipality"], kept["slug"], kept["edition"]) == (original.town, original.row.slug, edition)
            above = lineage(self.session, viewer, self.now, manual.row.id).origins
            below = lineage(self.session, viewer, self.now, original.row.id).forks
            named = {node.listed.manual_id: node.taking.edition for node in above.nodes if node.listed}
            assert named == ({original.row.id: edition} if original.readable(viewer) else {})
            assert named or above.hidden or above.nodes, "it stands there without a name, or is counted"
            forks = {node.listed.manual_id for node in below.nodes if node.listed}
            assert (manual.row.id in forks) == manual.readable(viewer)
        assert fork_counts(self.session, [*takers]) == {id_: len(towns) for id_, towns in takers.items() if towns}


def test_towns_use_each_others_manuals(template):
    LivesTogether.template = template
    run(LivesTogether, settings=settings(max_examples=4, stateful_step_count=20, deadline=None))
