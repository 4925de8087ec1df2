"""Whatever towns do with wishes, the numbers are the rows, and one town has one vote."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlmodel import func, select

from kb.db import open_session
from kb.errors import Conflict, NotAllowed, NotFound
from kb.wishes.actions import give_back, make_wish, remove, take_back, undertake, vote
from kb.wishes.models import Undertaking, WishVote
from kb.wishes.queries import wishes
from tests.conftest import NOW
from tests.world import database_from, person

PEOPLE = ("akari", "eri", "daigo", "chika", "fumio", "genta")
WRITERS = ("akari", "chika", "fumio", "genta")
WORDS = ("空飛ぶ税", "空飛ぶ 税", "夢の届出")
WHO, WHAT = st.sampled_from(PEOPLE), st.sampled_from(WORDS)


class Lives(RuleBasedStateMachine):
    """People of three towns. The model: which towns wish for what, and which town writes it; gone when it was removed."""

    template: Path

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.engine = database_from(self.template, self.folder)
        self.session, self.now = open_session(self.engine, write=True), NOW
        self.people = {login: person(self.session, login, NOW) for login in PEOPLE}
        self.numbers: dict[str, int] = {}
        self.votes: dict[str, set[str]] = {}
        self.writers: dict[str, str] = {}
        self.askers: dict[str, str] = {}

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def acting(self, login, words):
        """Who acts, that person's town, and the wish as the model knows it."""
        self.now += timedelta(hours=7)
        viewer = self.people[login]
        return viewer, viewer.own_town, words.replace(" ", "")

    @rule(login=WHO, words=WHAT)
    def wish(self, login, words):
        by, town, known = self.acting(login, words)
        made = make_wish(self.session, words, sure=False, by=by, at=self.now)
        assert self.numbers.setdefault(known, made.id) == made.id
        self.askers.setdefault(known, town)
        self.votes.setdefault(known, set()).add(town)

    @rule(login=WHO, words=WHAT)
    def vote(self, login, words):
        by, town, known = self.acting(login, words)
        if known in self.numbers:
            vote(self.session, self.numbers[known], by=by, at=self.now)
            self.votes[known].add(town)

    @rule(login=WHO, words=WHAT)
    def take_back(self, login, words):
        by, town, known = self.acting(login, words)
        if known in self.numbers:
            take_back(self.session, self.numbers[known], by=by, at=self.now)
            self.votes[known].discard(town)

    @rule(login=WHO, words=WHAT)
    def undertake(self, login, words):
        by, town, known = self.acting(login, words)
        if known not in self.numbers:
            return
        expected = (
            NotAllowed if login not in WRITERS else Conflict if self.writers.get(known, town) != town else type(None)
        )
        try:
            undertake(self.session, self.numbers[known], "", by=by, at=self.now)
            refused = None
        except (NotAllowed, Conflict) as error:
            refused = error
        assert isinstance(refused, expected)
        if refused is None:
            self.writers[known] = town

    @rule(login=WHO, words=WHAT)
    def give_back(self, login, words):
        by, town, known = self.acting(login, words)
        if known in self.numbers and login != "eri":
            give_back(self.session, self.numbers[known], by=by, at=self.now)
            if self.writers.get(known) == town:
                del self.writers[known]

    @rule(words=WHAT)
    def remove(self, words):
        by, town, known = self.acting("daigo", words)
        if known not in self.numbers:
            return
        try:
            remove(self.session, self.numbers[known], "誤り", by=by, at=self.now)
        except NotAllowed:
            assert self.askers[known] != town
            return
        assert self.askers[known] == town
        for kept in (self.votes, self.writers, self.askers):
            kept.pop(known, None)
        number = self.numbers.pop(known)
        try:
            vote(self.session, number, by=by, at=self.now)
        except NotFound:
            return
        raise AssertionError("a removed wish took a vote")

    @invariant()
    def numbers_are_the_towns_that_wish_now(self):
        """Told to one person after the other; the most wished for comes first."""
        viewer = self.people[PEOPLE[self.now.hour % len(PEOPLE)]]
        found = wishes(self.session, viewer, self.now)
        told = {one.words.replace(" ", ""): (one.towns, one.writer_town, one.own_vote) for one in found}
        model = {
            known: (len(towns), self.writers.get(known), viewer.own_town in towns)
            for known, towns in self.votes.items()
        }
        assert told == {known: said for known, said in model.items() if said[:2] != (0, None)}
        assert [one.towns for one in found] == sorted((one.towns for one in found), reverse=True)

    @invariant()
    def a_town_has_one_open_record(self):
        for table in (WishVote, Undertaking):
            pairs = self.session.exec(
                select(func.count())
                .select_from(table)
                .where(table.ended_at.is_(None))
                .group_by(table.wish_id, table.municipality_code)
            ).all()
            assert set(pairs) <= {1}


def test_numbers_are_rows_over_any_life(template):
    Lives.template = template
    run(Lives, settings=settings(max_examples=6, stateful_step_count=16, deadline=None))
