"""An adopted manual is found under the town that uses it, as long as it does, by whoever may read the original."""

import ast
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.accounts.rules import ANYONE
from kb.adoptions.actions import change, end, note_membership, switch
from kb.adoptions.declared import adopted_by, adoption_seen
from kb.adoptions.models import Adoption
from kb.adoptions.queries import adoption_counts, users_of
from kb.common_format.envelope import Audience
from kb.config import ROOT
from kb.db import reading, transaction
from kb.errors import DomainError
from kb.manuals.models import Manual
from kb.publishing.actions import withdraw
from kb.publishing.indexing import drain, is_current, rebuild
from kb.publishing.models import Publication
from kb.publishing.queries import live_manual
from kb.search.engines import open_index
from kb.search.index import Index, Query
from kb.search.memory_index import MemoryIndex
from tests.adoptions.using import STEPS, WORDS, adopted, declared, leave, revise, told
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, database_from, person

A_DAY = timedelta(days=1)


@pytest.fixture(params=["memory", "disk"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    """Each engine, empty."""
    if request.param == "memory":
        return MemoryIndex()
    made = open_index(tmp_path / "search_index")
    made.rebuild(iter(()))
    return made


@pytest.fixture
def draining(engine: Engine, index: Index, tmp_path: Path) -> Callable[[datetime], int]:
    """Carries what is due into the index."""
    return lambda now: drain(engine, index, tmp_path, now, users_of)


def found_under(index: Index, town: str, viewers_town: str | None = WAKAMATSU, *, member: bool = True) -> list[str]:
    """What a search within a town finds."""
    asked = Query("転入", town=viewers_town, member=member, filters={"town": (town,)})
    return [hit.stored["manual"] for hit in index.search(asked).hits]


def begin(engine: Engine, now: datetime, audience: Audience = Audience.PUBLIC) -> Manual:
    """若松町 uses a manual of 青葉市."""
    with transaction(engine) as session:
        manual, _ = a_publication(session, now, audience=audience, steps=STEPS, parameters=WORDS)
        adopted(session, now, values={"窓口名": "町民窓口"})
    return manual


def test_from_adopting_to_ending(
    engine: Engine, index: Index, draining: Callable[[datetime], int], now: datetime
) -> None:
    with transaction(engine) as session:
        manual, _ = a_publication(session, now, steps=STEPS, parameters=WORDS)
    draining(now)
    assert found_under(index, WAKAMATSU) == []
    with transaction(engine) as session:
        made = adopted(session, now)
    draining(now)
    for viewers_town, member in ((WAKAMATSU, True), (AOBA, True), (MIDORIKAWA, True), (None, False)):
        assert found_under(index, WAKAMATSU, viewers_town, member=member) == [str(manual.id)]
        assert found_under(index, AOBA, viewers_town, member=member) == [str(manual.id)]
    facets = dict(index.search(Query("転入")).facets["town"])
    assert facets == {AOBA: 1, WAKAMATSU: 1}
    with transaction(engine) as session:
        chika = person(session, "chika", now)
        end(session, declared(session, made, now + A_DAY), "やめるため", by=chika, at=now + A_DAY)
    draining(now + A_DAY)
    assert found_under(index, WAKAMATSU) == []
    assert found_under(index, AOBA) == [str(manual.id)]


def test_a_newer_edition_keeps_it(
    engine: Engine, index: Index, draining: Callable[[datetime], int], now: datetime
) -> None:
    manual = begin(engine, now)
    draining(now)
    with transaction(engine) as session:
        revise(session, manual, now + A_DAY)
    draining(now + A_DAY)
    assert found_under(index, WAKAMATSU) == [str(manual.id)]
    assert is_current(engine, index, now + A_DAY)


def test_what_is_withdrawn_is_not_found_and_comes_back(
    engine: Engine, index: Index, draining: Callable[[datetime], int], now: datetime
) -> None:
    manual = begin(engine, now)
    with transaction(engine) as session:
        withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="誤り")
    draining(now)
    assert found_under(index, WAKAMATSU) == []
    with transaction(engine) as session:
        revise(session, manual, now + A_DAY)
    draining(now + A_DAY)
    assert found_under(index, WAKAMATSU) == [str(manual.id)]


def test_it_is_found_by_whoever_may_read_the_original(
    engine: Engine, index: Index, draining: Callable[[datetime], int], now: datetime
) -> None:
    manual = begin(engine, now, Audience.MEMBERS)
    draining(now)
    assert found_under(index, WAKAMATSU) == [str(manual.id)]
    assert found_under(index, WAKAMATSU, None, member=False) == []
    assert found_under(index, WAKAMATSU, MIDORIKAWA, member=False) == []
    assert dict(index.search(Query("転入")).facets.get("town", ())) == {}


def test_the_words_of_a_town_are_in_no_index(
    engine: Engine, index: Index, draining: Callable[[datetime], int], now: datetime
) -> None:
    begin(engine, now)
    draining(now)
    assert index.search(Query("町民窓口", town=WAKAMATSU, member=True, exact=True)).total == 0


def test_a_town_that_leaves_is_taken_out(
    engine: Engine, index: Index, draining: Callable[[datetime], int], now: datetime
) -> None:
    begin(engine, now)
    draining(now)
    with transaction(engine) as session:
        leave(session, WAKAMATSU, now)
        note_membership(session, WAKAMATSU, now)
    draining(now)
    assert found_under(index, WAKAMATSU, AOBA) == []


def test_a_rebuilt_index_knows_it_too(engine: Engine, index: Index, now: datetime, tmp_path: Path) -> None:
    manual = begin(engine, now)
    rebuild(engine, index, tmp_path, now, users=users_of)
    assert found_under(index, WAKAMATSU) == [str(manual.id)]


def test_every_caller_says_who_uses_what() -> None:
    """Whoever drained without it would take every adopted manual out of the towns that use it."""
    for path in sorted((ROOT / "kb").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or path.is_relative_to(ROOT / "kb/search"):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            of_index = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "index"
            if name in ("drain", "rebuild") and not of_index:
                assert "users_of" in ast.unparse(call), f"{path}:{call.lineno}"


class Lives(RuleBasedStateMachine):
    """Towns adopt, change, go over and end while the owner publishes and withdraws: records never overlap, counts are rows."""

    template: Path
    folder: Path

    @initialize()
    def begin(self) -> None:
        """A fresh database with one manual."""
        self.now = datetime.fromisoformat("2026-11-22T09:00:00+09:00")
        self.engine = database_from(self.template, self.folder)
        self.index = MemoryIndex()
        with transaction(self.engine) as session:
            self.manual, _ = a_publication(session, self.now, steps=STEPS, parameters=WORDS)

    def teardown(self) -> None:
        """Close what was opened."""
        if hasattr(self, "engine"):
            self.engine.dispose()

    def carry_out(self, verb: Callable[[Session], object]) -> None:
        """One request: its refusal leaves nothing."""
        self.now += timedelta(hours=7)
        try:
            with transaction(self.engine) as session:
                verb(session)
        except DomainError:
            return

    @rule(login=st.sampled_from(["chika", "fumio", "genta", "akari"]), degree=st.sampled_from(["参考", "採用"]))
    def adopts(self, login: str, degree: str) -> None:
        """Somebody adopts the live edition, when there is one for their eyes."""

        def adopt_it(session: Session) -> None:
            if live_manual(session, person(session, login, self.now), self.now, AOBA, "tennyu"):
                adopted(session, self.now, login, degree=degree, since=self.now.date().isoformat())

        self.carry_out(adopt_it)

    @rule(
        verb=st.sampled_from(["change", "switch", "end"]),
        which=st.integers(0, 5),
        login=st.sampled_from(["chika", "genta"]),
    )
    def decides(self, verb: str, which: int, login: str) -> None:
        """Somebody decides about an adoption of theirs, an old one at times."""

        def decide(session: Session) -> None:
            by = person(session, login, self.now)
            own = select(Adoption).where(Adoption.municipality_code == by.municipality_code).order_by(Adoption.id)
            known = session.exec(own).all()
            if not known:
                return
            found = adoption_seen(session, by, self.now, by.municipality_code or "", known[which % len(known)].id)
            assert found is not None, "a town finds every adoption of its own"
            if verb == "change":
                change(session, found, told(degree="一部採用", note=str(which)), by=by, at=self.now)
            elif verb == "switch":
                switch(session, found, found.live.edition if found.live else None, by=by, at=self.now)
            else:
                end(session, found, "やめるため", by=by, at=self.now)

        self.carry_out(decide)

    @rule(audience=st.sampled_from(list(Audience)))
    def publishes(self, audience: Audience) -> None:
        """The owner publishes a newer edition, perhaps for fewer readers."""
        self.carry_out(lambda session: revise(session, self.manual, self.now, audience=audience))

    @rule()
    def withdraws(self) -> None:
        """The owner ends the live publication."""
        self.carry_out(
            lambda session: withdraw(
                session, self.manual, by=person(session, "bunta", self.now), at=self.now, reason="誤り"
            )
        )

    @invariant()
    def records_of_a_town_follow_each_other(self) -> None:
        """At most one is open, none overlaps another, each is of the manual, and none is of its own town."""
        if not hasattr(self, "engine"):
            return
        with reading(self.engine) as session:
            rows = session.exec(select(Adoption).order_by(Adoption.id)).all()
            for town in {row.municipality_code for row in rows}:
                own = [row for row in rows if row.municipality_code == town]
                for before, after in pairwise(own):
                    assert before.until is not None
                    assert before.until <= after.since
                assert all(row.until is None or row.since <= row.until for row in own)
            towns = {row.municipality_code for row in rows if row.until is None}
            assert AOBA not in towns
            assert adoption_counts(session) == ({self.manual.id: len(towns)} if towns else {})
            editions = {one.id: one for one in session.exec(select(Publication))}
            assert all(editions[row.publication_id].manual_id == row.manual_id for row in rows)
            assert all(editions[row.publication_id].audience is not Audience.MUNICIPALITY for row in rows)
            assert all(row.since >= editions[row.publication_id].live_from for row in rows)

    @invariant()
    def outsiders_find_what_they_may_read(self) -> None:
        """Nobody who is not signed in is shown or finds more than what is live for everybody and used."""
        if not hasattr(self, "engine"):
            return
        drain(self.engine, self.index, self.folder, self.now, users_of)
        with reading(self.engine) as session:
            shown = adopted_by(session, ANYONE, self.now, WAKAMATSU)
            live = live_manual(session, ANYONE, self.now, AOBA, "tennyu")
            used = WAKAMATSU in users_of(session, [self.manual.id]).get(self.manual.id, [])
            found = found_under(self.index, WAKAMATSU, None, member=False)
            assert found == ([str(self.manual.id)] if live and used else [])
            assert [one.adoption.manual_id for one in shown] == [self.manual.id] * len(shown)
            assert len(shown) <= len(found), "an edition in use may be gone while a newer one is live"


def test_lives(template: Path, tmp_path: Path) -> None:
    Lives.template, Lives.folder = template, tmp_path
    Lives.TestCase.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
    Lives.TestCase("runTest").runTest()
