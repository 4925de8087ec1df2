"""Drafts: begun once, kept whatever is in them, read by their author alone."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kb.common_format.raw import blank_raw, raw_of
from kb.db import abandon, open_session
from kb.errors import Invalid, NotAllowed, NotFound
from kb.manuals.actions import (
    begin_draft,
    discard_draft,
    edit_manual,
    save_draft,
    save_revision,
    write_draft,
)
from kb.manuals.drafting import Overtaken, draft_raw
from kb.manuals.models import Draft
from kb.manuals.queries import (
    drafts_beside,
    drafts_of,
    drafts_of_colleagues,
    history_of,
    manuals_of_town,
    newest_revision,
)
from kb.manuals.rules import may_open_draft, may_read_revisions, may_write_draft
from tests.manuals.typing_in import KEY, OTHER_KEY, retitled, typed
from tests.world import AOBA, WAKAMATSU, a_content, a_manual, person


class TestBeginning:
    def test_a_form_sent_twice_begins_one_draft(self, session, now, akari):
        first = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        again = begin_draft(session, draft_raw(blank_raw()), key=KEY, by=akari, at=now + timedelta(minutes=1))
        assert again is first
        assert first.raw["content"]["title"] == "転入届の受付"
        assert (first.municipality_code, first.user_id, first.version) == (AOBA, akari.user_id, 1)

    def test_nobody_opens_anothers_draft_by_its_key(self, session, now, akari, bunta):
        begin_draft(session, typed(), key=KEY, by=akari, at=now)
        with pytest.raises(Invalid, match="開き直して"):
            begin_draft(session, typed(), key=KEY, by=bunta, at=now)

    @pytest.mark.parametrize("key", ["", "short", "k" * 41, "k" * 20 + "\n", "鍵" * 20])
    def test_a_key_that_no_page_made_begins_nothing(self, session, now, akari, key):
        with pytest.raises(Invalid):
            begin_draft(session, typed(), key=key, by=akari, at=now)

    def test_a_reader_begins_nothing(self, session, now, akari):
        eri = person(session, "eri", now)
        manual, _ = a_manual(session, akari, now)
        with pytest.raises(NotAllowed, match="作成する役割がありません"):
            begin_draft(session, typed(), key=KEY, by=eri, at=now)
        with pytest.raises(NotAllowed, match="作成する役割がありません"):
            edit_manual(session, manual, key=KEY, by=eri, at=now)

    def test_editing_starts_from_the_newest_revision_with_the_towns_words(self, session, now, akari):
        manual, _ = a_manual(session, akari, now)
        newest = save_revision(session, manual, a_content(title="改めた"), by=akari, at=now, values={"窓口名": "1番"})
        draft = edit_manual(session, manual, key=KEY, by=akari, at=now)
        assert draft.raw["content"] == raw_of(a_content(title="改めた"))
        assert draft.raw["values"] == {"窓口名": "1番"}
        assert draft.base_revision_id == newest.id
        assert edit_manual(session, manual, key=OTHER_KEY, by=akari, at=now) is draft

    def test_a_draft_in_which_nothing_is_unsaved_follows_the_newest_revision(self, session, now, akari, bunta):
        manual, _ = a_manual(session, akari, now)
        draft = edit_manual(session, manual, key=KEY, by=akari, at=now)
        newest = save_revision(session, manual, a_content(title="文太が改めた"), by=bunta, at=now)
        assert edit_manual(session, manual, key=OTHER_KEY, by=akari, at=now).base_revision_id == newest.id
        assert draft.raw["content"]["title"] == "文太が改めた"

    def test_a_draft_in_which_something_is_unsaved_stays_as_it_is(self, session, now, akari, bunta):
        manual, first = a_manual(session, akari, now)
        draft = edit_manual(session, manual, key=KEY, by=akari, at=now)
        write_draft(session, draft, retitled(draft, "書きかけ"), version=1, by=akari, at=now + timedelta(minutes=1))
        save_revision(session, manual, a_content(title="文太が改めた"), by=bunta, at=now)
        later = edit_manual(session, manual, key=OTHER_KEY, by=akari, at=now + timedelta(hours=1))
        assert (later.base_revision_id, later.raw["content"]["title"]) == (first.id, "書きかけ")


class TestWriting:
    def test_every_writing_counts_and_the_same_again_does_not(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        later = now + timedelta(minutes=1)
        changed = retitled(draft, "改めた")
        write_draft(session, draft, changed, version=1, by=akari, at=later)
        assert (draft.version, draft.updated_at) == (2, later)
        write_draft(session, draft, changed, version=1, by=akari, at=later + timedelta(minutes=1))
        assert (draft.version, draft.updated_at) == (2, later)

    def test_an_older_window_overwrites_nothing(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        write_draft(session, draft, retitled(draft, "新しい窓"), version=1, by=akari, at=now)
        with pytest.raises(Overtaken) as overtaken:
            write_draft(session, draft, retitled(draft, "古い窓"), version=1, by=akari, at=now)
        assert overtaken.value.draft is draft
        assert draft.raw["content"]["title"] == "新しい窓"

    @pytest.mark.parametrize("login", ["bunta", "daigo", "chika"])
    def test_nobody_else_writes_saves_or_discards_it(self, session, now, akari, login):
        draft, other = begin_draft(session, typed(), key=KEY, by=akari, at=now), person(session, login, now)
        assert not may_open_draft(other, draft)
        with pytest.raises(NotFound):
            write_draft(session, draft, typed(title="乗っ取り"), version=1, by=other, at=now)
        with pytest.raises(NotFound):
            save_draft(session, draft, by=other, at=now)
        with pytest.raises(NotFound):
            discard_draft(session, draft, by=other)
        assert draft.raw["content"]["title"] == "転入届の受付"

    def test_whoever_is_no_author_any_more_still_reads_it(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        former = type(akari)(user_id=akari.user_id, municipality_code=AOBA, acting=())
        assert may_open_draft(former, draft)
        assert may_write_draft(former, draft) is None
        with pytest.raises(NotAllowed):
            write_draft(session, draft, typed(title="まだ書く"), version=1, by=former, at=now)

    def test_what_cannot_be_saved_is_kept_all_the_same(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        raw = retitled(draft, "")
        raw["content"]["steps"][0]["minutes"] = "たくさん"
        write_draft(session, draft, raw, version=1, by=akari, at=now)
        with pytest.raises(Invalid, match="直してください"):
            save_draft(session, draft, by=akari, at=now)
        session.expire(draft)
        assert draft.raw == raw

    def test_it_is_there_after_a_restart(self, engine, session, now, akari):
        begin_draft(session, typed(title="残る"), key=KEY, by=akari, at=now)
        session.commit()
        fresh = open_session(engine, write=False)
        assert fresh.exec(select(Draft)).one().raw["content"]["title"] == "残る"
        abandon(fresh)


class TestBeingSeen:
    def test_colleagues_see_that_a_draft_is_there_and_nothing_of_it(self, session, now, akari, bunta):
        begin_draft(session, typed(title="転入届の下書き"), key=KEY, by=akari, at=now)
        [seen] = drafts_of_colleagues(session, bunta)
        assert (seen.title, seen.post, seen.begun_at) == ("転入届の下書き", "市民課 住民記録係", now)
        assert set(vars(seen)) == {"id", "title", "post", "begun_at", "updated_at", "manual_slug"}
        for login in ("daigo", "chika"):  # another department, another town
            assert drafts_of_colleagues(session, person(session, login, now)) == []
        assert [one.title for one in drafts_of(session, akari)] == ["転入届の下書き"]
        assert drafts_of(session, bunta) == []

    def test_who_else_writes_on_a_manual_is_told_once_something_is_written(self, session, now, akari, bunta):
        manual, _ = a_manual(session, akari, now)
        mine = edit_manual(session, manual, key=KEY, by=akari, at=now)
        theirs = edit_manual(session, manual, key=OTHER_KEY, by=bunta, at=now)
        assert drafts_beside(session, mine) == []
        later = now + timedelta(minutes=2)
        write_draft(session, theirs, retitled(theirs, "文太の題"), version=1, by=bunta, at=later)
        [beside] = drafts_beside(session, mine)
        assert (beside.post, beside.updated_at) == ("市民課 住民記録係長", later)
        save_draft(session, theirs, by=bunta, at=later)
        assert drafts_beside(session, mine) == []

    def test_a_saved_draft_is_no_longer_listed_but_still_there(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        save_draft(session, draft, by=akari, at=now)
        assert drafts_of(session, akari) == []
        assert session.get(Draft, draft.id) is draft

    def test_a_discarded_draft_takes_no_revision_along(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        revision = save_draft(session, draft, by=akari, at=now)
        discard_draft(session, draft, by=akari)
        assert session.exec(select(Draft)).all() == []
        assert newest_revision(session, revision.manual_id) is revision

    def test_the_history_says_who_by_post_when_and_why(self, session, now, akari, bunta):
        manual, _ = a_manual(session, akari, now)
        save_revision(
            session, manual, a_content(title="改めた"), by=bunta, at=now + timedelta(days=1), note="様式の変更"
        )
        newest, oldest = history_of(session, manual.id)
        assert (newest.number, newest.post, newest.note) == (2, "市民課 住民記録係長", "様式の変更")
        assert (oldest.number, oldest.post, oldest.saved_at) == (1, "市民課 住民記録係", now)
        for login, reads in (("eri", True), ("chika", False)):
            assert may_read_revisions(person(session, login, now), AOBA) is reads

    def test_the_towns_manuals_for_a_procedure(self, session, now, akari):
        a_manual(session, akari, now)
        a_manual(session, akari, now, "inkan", title="印鑑登録", procedure="inkan-toroku")
        assert [one.slug for one in manuals_of_town(session, AOBA)] == ["inkan", "tennyu"]
        assert [one.slug for one in manuals_of_town(session, AOBA, procedure="tennyu-todoke")] == ["tennyu"]
        assert manuals_of_town(session, WAKAMATSU) == []
