"""Whatever is published, scheduled, narrowed or withdrawn: every way to a manual opens and closes together."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Audience
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.history import history
from kb.publishing.indexing import drain, is_current
from kb.publishing.queries import article_of, live_manual, live_manuals, live_publication
from kb.publishing.rules import may_read
from kb.search.index import Query
from kb.search.memory_index import MemoryIndex
from tests.conftest import NOW
from tests.world import AOBA, a_manual, a_step, person

SECRET = "暗証番号"
STEPS = [a_step("step-open"), a_step("step-safe", title="金庫", action=SECRET, internal=True)]
HOURS = st.integers(min_value=1, max_value=3)


class Publishing(RuleBasedStateMachine):
    """One manual of 青葉市 under the hands of its approver, before three pairs of eyes."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "monosashi.sqlite")
        self.engine, self.index = create_engine(f"sqlite:///{self.folder / 'monosashi.sqlite'}"), MemoryIndex()
        self.now = NOW
        self.periods: list[list] = []
        """[audience, from, until]: what the model holds to be live when."""
        with transaction(self.engine) as session:
            manual, revision = a_manual(session, person(session, "akari", NOW), NOW, steps=STEPS)
            self.manual_id, self.revision_id = manual.id, revision.id
            self.approver = person(session, "bunta", NOW)
            self.viewers = {
                "own": person(session, "eri", NOW),
                "member": person(session, "chika", NOW),
                "anyone": ANYONE,
            }

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)

    @property
    def scheduled(self) -> bool:
        return any(begins > self.now for _, begins, _ in self.periods)

    @property
    def audience(self) -> Audience | None:
        """Who may read now, as the model has it; None when nothing is live."""
        live = [kind for kind, begins, ends in self.periods if begins <= self.now and (ends is None or self.now < ends)]
        assert len(live) <= 1, "two publications are live at once"
        return live[0] if live else None

    def publish(self, audience: Audience, begins) -> None:
        with transaction(self.engine) as session:
            manual, revision = session.get_one(Manual, self.manual_id), session.get_one(Revision, self.revision_id)
            made = publish(
                session, manual, revision, by=self.approver, at=self.now, audience=audience, live_from=begins
            )
            assert made.edition == len(self.periods) + 1
        for period in self.periods:
            if period[1] <= begins and (period[2] is None or period[2] > begins):
                period[2] = begins
        self.periods.append([audience, begins, None])

    @precondition(lambda self: not self.scheduled)
    @rule(audience=st.sampled_from(Audience))
    def publish_now(self, audience):
        self.publish(audience, self.now)

    @precondition(lambda self: not self.scheduled)
    @rule(audience=st.sampled_from(Audience), hours=HOURS)
    def schedule(self, audience, hours):
        self.publish(audience, self.now + timedelta(hours=hours))

    @precondition(lambda self: self.scheduled)
    @rule(audience=st.sampled_from(Audience))
    def nothing_comes_before_what_is_scheduled(self, audience):
        with pytest.raises(Conflict):
            self.publish(audience, self.now)

    @rule()
    def withdraw(self):
        live = self.audience is not None
        try:
            with transaction(self.engine) as session:
                manual = session.get_one(Manual, self.manual_id)
                withdraw(session, manual, by=self.approver, at=self.now, reason="誤り")
        except Conflict:
            assert not live
            return
        assert live
        for period in self.periods:
            if period[1] <= self.now and (period[2] is None or period[2] > self.now):
                period[2] = self.now

    @rule(hours=HOURS)
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @invariant()
    def every_way_opens_and_closes_together(self):
        drain(self.engine, self.index, self.folder, self.now)
        assert is_current(self.engine, self.index, self.now)
        with reading(self.engine) as session:
            for name, viewer in self.viewers.items():
                expected = self.audience is not None and may_read(viewer, AOBA, self.audience)
                listed = live_manuals(session, viewer, self.now)
                found = live_manual(session, viewer, self.now, AOBA, "tennyu")
                asked = Query("転入届", town=viewer.municipality_code, member=viewer.member)
                kept = live_publication(session, viewer, self.now, AOBA, "tennyu")
                assert bool(listed) == (found is not None) == (kept is not None) == expected, name
                assert self.index.search(asked).total == expected, name
                past = history(session, viewer, self.now, AOBA, "tennyu")
                assert name == "own" or (past is not None) == expected, name
                if found is not None:
                    article = article_of(session, viewer, found)
                    assert "step-open" in article
                    assert (SECRET in article) == (name == "own")
                secret = Query(SECRET, town=viewer.municipality_code, member=viewer.member)
                assert self.index.search(secret).total == (expected and name == "own"), name


def test_every_way_to_a_manual_opens_and_closes_together(template):
    Publishing.template = template
    run_state_machine_as_test(Publishing, settings=settings(max_examples=6, stateful_step_count=10, deadline=None))
