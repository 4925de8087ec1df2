"""Whatever its keepers do to a manual: nothing saved is lost to its town, nothing reaches a stranger that is not live for all."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Audience
from kb.common_format.fields import new_uid
from kb.common_format.raw import raw_of
from kb.db import open_session
from kb.errors import Conflict
from kb.manuals.actions import edit_manual, restore_revision, save_draft, write_draft
from kb.manuals.drafting import ConcurrentRevision, raw_content
from kb.manuals.queries import content_of, draft_on, drafts_of, history_of, revision_at
from kb.manuals.rules import may_open_draft
from kb.publishing.actions import archive, cancel, confirm, publish, take_up, withdraw
from kb.publishing.history import history, listed_edition
from kb.publishing.holdings import active_manuals, archived_manuals
from kb.publishing.queries import article_of, live_manual, live_manuals, live_publication
from kb.publishing.standing import standing
from tests.conftest import NOW
from tests.world import AOBA, a_content, a_manual, a_step, database_from, person, save_revision

SECRET = "金庫の番号"
SLUG = "tennyu"
HOURS = st.integers(min_value=1, max_value=3)


def steps(word: str) -> list:
    return [a_step("step-open", action=word), a_step("step-safe", title="金庫", action=SECRET + word, internal=True)]


class Life(RuleBasedStateMachine):
    """One manual of 青葉市, written again and again, in the hands of an approver, before owners and strangers."""

    template: Path

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.engine = database_from(self.template, self.folder)
        self.session = open_session(self.engine, write=True)
        self.now, self.archived = NOW, False
        self.saved = ["word1"]
        """Words of the revisions in their order."""
        self.written: str | None = None
        """Word of the author's draft that is not saved yet."""
        self.periods: dict[int, list] = {}
        """Edition to [word, audience, from, until]."""
        self.author, self.approver, self.owner = (person(self.session, who, NOW) for who in ("akari", "bunta", "eri"))
        self.strangers = {"member": person(self.session, "chika", NOW), "anyone": ANYONE}
        self.manual, _ = a_manual(self.session, self.author, NOW, SLUG, steps=steps("word1"))

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def done(self, verb, *what, **how) -> bool:
        """Whether a verb was carried out; what is refused leaves nothing."""
        try:
            with self.session.begin_nested():
                verb(self.session, self.manual, *what, **{"by": self.approver, "at": self.now, **how})
        except Conflict:
            return False
        return True

    @property
    def live(self) -> int | None:
        found = [
            edition
            for edition, (_, _, begins, ends) in self.periods.items()
            if begins <= self.now and (ends is None or self.now < ends)
        ]
        assert len(found) <= 1, "two editions are live at once"
        return found[0] if found else None

    @property
    def planned(self) -> list[int]:
        return [
            edition for edition, (_, _, begins, ends) in self.periods.items() if begins > self.now and ends != begins
        ]

    @rule()
    def save(self):
        self.saved.append(f"word{len(self.saved) + 1}")
        content = a_content(steps=steps(self.saved[-1]))
        save_revision(self.session, self.manual, content, by=self.author, at=self.now)

    @rule()
    def write(self):
        self.now += timedelta(minutes=1)  # a draft says by its time that it was written after it was saved
        draft = edit_manual(self.session, self.manual, key=new_uid() + new_uid(), by=self.author, at=self.now)
        self.written = f"written{len(self.saved) + 1}"
        raw = {**draft.raw, "content": raw_of(a_content(steps=steps(self.written)))}
        write_draft(self.session, draft, raw, version=draft.version, by=self.author, at=self.now)

    @rule()
    def save_what_was_written(self):
        if self.written is None:
            return
        draft = draft_on(self.session, self.author.user_id, self.manual.id)
        try:
            save_draft(self.session, draft, by=self.author, at=self.now)
        except ConcurrentRevision as overtaken:
            save_draft(self.session, draft, by=self.author, at=self.now, onto=overtaken.theirs.number)
        self.saved.append(self.written)
        self.written = None

    @rule(back=st.integers(min_value=1, max_value=3))
    def restore(self, back):
        number = max(1, len(self.saved) - back)
        old = revision_at(self.session, self.manual.id, number)
        made = restore_revision(self.session, self.manual, old, by=self.author, at=self.now)
        if made.number > len(self.saved):
            self.saved.append(self.saved[number - 1])

    @rule(audience=st.sampled_from(Audience), hours=st.none() | HOURS)
    def publish(self, audience, hours):
        begins = self.now + timedelta(hours=hours or 0)
        newest = revision_at(self.session, self.manual.id, len(self.saved))
        too_early = any(self.periods[edition][2] >= begins for edition in self.planned)
        how = {"audience": audience, "live_from": begins if hours else None, "last_seen": len(self.periods)}
        assert self.done(publish, newest, **how) == (not self.archived and not too_early)
        if self.archived or too_early:
            return
        for period in self.periods.values():
            if period[2] <= begins and (period[3] is None or period[3] > begins):
                period[3] = begins
        self.periods[len(self.periods) + 1] = [self.saved[-1], audience, begins, None]

    @rule()
    def withdraw(self):
        live = self.live
        assert self.done(withdraw, reason="誤り") == (live is not None)
        if live is not None:
            self.periods[live][3] = self.now

    @rule(nth=st.integers(min_value=0, max_value=2))
    def call_off(self, nth):
        edition = self.planned[nth % len(self.planned)] if self.planned else len(self.periods)
        planned = edition in self.planned
        assert self.done(cancel, edition=edition, reason="誤り") == planned
        if planned:
            begins, ends = self.periods[edition][2:]
            for before in [self.live, *self.planned]:
                if before is not None and self.periods[before][3] == begins:
                    self.periods[before][3] = ends
            self.periods[edition][3] = begins

    @rule()
    def confirm(self):
        assert self.done(confirm, edition=self.live or 1) == (self.live is not None)

    @rule()
    def archive(self):
        resting = self.live is None and not self.planned
        assert self.done(archive, reason="使わない") == (resting or self.archived)
        self.archived = self.archived or resting

    @rule()
    def take_up(self):
        assert self.done(take_up) == self.archived
        self.archived = False

    @rule(hours=HOURS)
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @invariant()
    def nothing_saved_is_lost_to_its_town(self):
        saved = history_of(self.session, self.manual.id)
        assert [one.number for one in saved] == list(range(len(self.saved), 0, -1))
        for number, word in enumerate(self.saved, start=1):
            content = content_of(revision_at(self.session, self.manual.id, number))
            assert content.steps[0].action == word
        held = active_manuals(self.session, AOBA, self.now)
        kept = archived_manuals(self.session, AOBA)
        assert ([one.slug for one in held], [one.slug for one in kept]) == (
            ([], [SLUG]) if self.archived else ([SLUG], [])
        )

    @invariant()
    def what_was_written_is_its_authors_alone(self):
        draft = draft_on(self.session, self.author.user_id, self.manual.id)
        if self.written is not None:
            assert raw_content(draft)["steps"][0]["action"] == self.written
            assert [one.id for one in drafts_of(self.session, self.author)] == [draft.id]
        if draft is not None:
            readers = [self.author, self.approver, self.owner, *self.strangers.values()]
            assert [may_open_draft(one, draft) for one in readers] == [True, False, False, False, False]

    @invariant()
    def every_edition_that_was_live_stays_readable_for_its_town(self):
        begun = [
            edition for edition, (_, _, begins, ends) in self.periods.items() if begins <= self.now and ends != begins
        ]
        found = history(self.session, self.owner, self.now, AOBA, SLUG)
        shown = {one.edition: one for one in found.editions} if found else {}
        assert set(begun) <= set(shown)
        for edition in begun:
            listed = listed_edition(self.session, self.owner, shown[edition])
            article = article_of(self.session, self.owner, listed)
            assert SECRET + self.periods[edition][0] in article
        known = standing(self.session, self.manual.id, self.now)
        assert ((known.live and known.live.edition), known.archived) == (self.live, self.archived)
        assert sorted(one.edition for one in known.scheduled) == self.planned

    @invariant()
    def a_stranger_reads_what_is_live_for_all_and_nothing_else(self):
        word, audience = self.periods[self.live][:2] if self.live else ("", None)
        for name, viewer in self.strangers.items():
            readers = {Audience.PUBLIC, Audience.MEMBERS} if name == "member" else {Audience.PUBLIC}
            found = live_manual(self.session, viewer, self.now, AOBA, SLUG)
            assert (found is not None) == (audience in readers), name
            assert bool(live_manuals(self.session, viewer, self.now)) == (found is not None)
            assert live_publication(self.session, viewer, self.now, AOBA, SLUG) == (found and found.publication_id)
            past = history(self.session, viewer, self.now, AOBA, SLUG)
            assert (past is not None) == (found is not None)
            if found is not None:
                article = article_of(self.session, viewer, found)
                assert word in article
                assert SECRET not in article
                assert {one.audience for one in past.editions} <= readers


def test_a_manual_keeps_what_was_saved_and_shows_what_is_live(template):
    Life.template = template
    run_state_machine_as_test(Life, settings=settings(max_examples=8, stateful_step_count=14, deadline=None))
