"""Whatever people, publishers and time do, the counts are what the people who like now would answer if asked."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlmodel import func, select

from kb.accounts.rules import ANYONE
from kb.db import open_session
from kb.likes.actions import like, take_back
from kb.likes.models import Like, LikeReason
from kb.likes.queries import Count, counts, own_like
from kb.manuals.models import Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.queries import live_by_manual
from kb.ranking.queries import most_liked
from tests.conftest import NOW
from tests.world import AOBA, a_publication, database_from, person

PEOPLE = ("akari", "eri", "chika", "fumio", "genta", "haruko")
MANUALS = ("ippan", "nichijo")


class Lives(RuleBasedStateMachine):
    """Two manuals of 青葉市 and people of three towns. The model is a mapping of who likes what, at which edition."""

    template: Path

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.engine = database_from(self.template, self.folder)
        self.session, self.now = open_session(self.engine, write=True), NOW
        made = [a_publication(self.session, NOW, slug) for slug in MANUALS]
        self.manuals = dict(zip(MANUALS, (manual for manual, _ in made), strict=True))
        self.editions, self.live = dict.fromkeys(MANUALS, 1), dict.fromkeys(MANUALS, True)
        self.people = {login: person(self.session, login, NOW) for login in PEOPLE}
        self.liked: dict[tuple[str, str], tuple[int, tuple[LikeReason, ...]]] = {}

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def seen(self, slug, login):
        id_ = self.manuals[slug].id
        return live_by_manual(self.session, self.people[login], self.now, [id_]).get(id_)

    @rule(
        slug=st.sampled_from(MANUALS),
        login=st.sampled_from(PEOPLE),
        reasons=st.none() | st.sets(st.sampled_from(LikeReason)),
    )
    def like(self, slug, login, reasons):
        listed = self.seen(slug, login)
        assert (listed is not None) == self.live[slug]
        if listed is None:
            return
        like(self.session, listed, reasons, by=self.people[login], at=self.now)
        edition, before = self.liked.get((slug, login), (0, ()))
        kept = before if reasons is None and edition == self.editions[slug] else reasons or ()
        self.liked[slug, login] = (self.editions[slug], tuple(reason for reason in LikeReason if reason in kept))

    @rule(slug=st.sampled_from(MANUALS), login=st.sampled_from(PEOPLE))
    def take_back(self, slug, login):
        listed = self.seen(slug, login)
        if listed is not None:
            take_back(self.session, listed, by=self.people[login], at=self.now)
            self.liked.pop((slug, login), None)

    @rule(slug=st.sampled_from(MANUALS))
    def publish(self, slug):
        manual = self.manuals[slug]
        revision = self.session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
        publish(
            self.session,
            manual,
            revision,
            by=person(self.session, "bunta", self.now),
            at=self.now,
            change_note="直した",
        )
        self.editions[slug] += 1
        self.live[slug] = True
        self.now += timedelta(seconds=1)  # what ends in the moment it began was never live, and nobody acts that fast

    @precondition(lambda self: any(self.live.values()))
    @rule(slug=st.sampled_from(MANUALS))
    def withdraw(self, slug):
        if self.live[slug]:
            withdraw(
                self.session, self.manuals[slug], by=person(self.session, "bunta", self.now), at=self.now, reason="誤り"
            )
            self.live[slug] = False

    @rule(hours=st.integers(1, 48))
    def pass_by(self, hours):
        self.now += timedelta(hours=hours)

    def of(self, slug, *, earlier: bool) -> tuple[int, int]:
        """People and towns in the model."""
        logins = [
            login
            for (its, login), (edition, _) in self.liked.items()
            if its == slug and (edition < self.editions[slug]) == earlier
        ]
        return len(logins), len({self.people[login].own_town for login in logins} - {AOBA})

    @invariant()
    def counts_are_the_people_who_like_now(self):
        found = counts(self.session, [manual.id for manual in self.manuals.values()], self.now)
        for slug, manual in self.manuals.items():
            assert found[manual.id] == Count(*self.of(slug, earlier=False), *self.of(slug, earlier=True))

    @invariant()
    def each_person_sees_the_own_like(self):
        for slug, manual in self.manuals.items():
            for login, viewer in self.people.items():
                own, model = own_like(self.session, viewer, manual.id, self.now), self.liked.get((slug, login))
                assert (own and (own.edition, own.reasons)) == model
                assert own is None or own.is_earlier == (own.edition < self.editions[slug])

    @invariant()
    def a_pair_has_one_live_record(self):
        live = self.session.exec(select(func.count()).select_from(Like).where(Like.ended_at.is_(None))).one()
        assert live == len(self.liked)

    @invariant()
    def the_ranking_counts_every_town_once_and_lists_only_what_is_live(self):
        towns = {
            slug: len({self.people[login].own_town for its, login in self.liked if its == slug} - {AOBA})
            for slug in MANUALS
        }
        expected = sorted((slug for slug in MANUALS if self.live[slug] and towns[slug]), key=lambda slug: -towns[slug])
        found = most_liked(self.session, ANYONE, self.now)
        assert [one.towns for one in found] == [towns[slug] for slug in expected]
        assert {one.listed.slug for one in found} == set(expected)


def test_counts_are_rows_over_any_life(template):
    Lives.template = template
    run(Lives, settings=settings(max_examples=8, stateful_step_count=16, deadline=None))
