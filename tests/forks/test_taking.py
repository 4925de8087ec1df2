"""What is copied when a manual is taken over: laws about values, for the whole, for chosen steps, into a draft at hand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.content import Improvement, ManualContent, uids_in
from kb.common_format.header import Parameter
from kb.common_format.parameters import used_keys
from kb.common_format.raw import blank_raw, content_of_raw, raw_of
from kb.common_format.redact import redact
from kb.common_format.step import END
from kb.forks.taking import added_to, for_another_town, with_steps
from kb.forks.wording import spoken
from kb.manuals.drafting import DraftRaw, draft_raw
from tests.common_format.build_manual import a_manual, a_step, manuals
from tests.world import AOBA


def held(content: ManualContent) -> DraftRaw:
    """A draft that says `content`."""
    return draft_raw(raw_of(content))


def said(raw: DraftRaw) -> ManualContent:
    """What a draft says; it can be read."""
    found = content_of_raw(raw["content"])
    assert isinstance(found, ManualContent), found
    return found


@settings(max_examples=30, deadline=None)
@given(manuals(secret="庁内秘"), st.data())
def test_no_word_of_an_internal_part_is_copied(content: ManualContent, data: st.DataObject) -> None:
    part = for_another_town(redact(content), AOBA)
    uids = data.draw(st.sets(st.sampled_from([step.uid for step in part.steps]))) if part.steps else set()
    assert "庁内秘" not in part.model_dump_json() + with_steps(part, uids).model_dump_json()


@settings(max_examples=30, deadline=None)
@given(manuals(), st.data())
def test_chosen_steps_keep_names_and_order_and_every_branch_arrives(
    content: ManualContent, data: st.DataObject
) -> None:
    names = [step.uid for step in content.steps]
    uids = data.draw(st.sets(st.sampled_from(names))) if names else set()
    part = with_steps(content, uids)
    assert [step.uid for step in part.steps] == [uid for uid in names if uid in uids]
    assert {branch.goto for step in part.steps for branch in step.branches} <= {*uids, END}
    assert {one.key for one in content.parameters} - {one.key for one in part.parameters} <= used_keys(content)


@settings(max_examples=30, deadline=None)
@given(manuals(), manuals())
def test_a_draft_at_hand_keeps_what_it_says_and_gains_the_steps(there: ManualContent, part: ManualContent) -> None:
    added = added_to(held(there), raw_of(there), part, {})
    if not part.steps:
        return
    after = said(added.raw)
    assert after.model_copy(update={"steps": (), "parameters": ()}) == there.model_copy(
        update={"steps": (), "parameters": ()}
    )
    assert [step.title for step in after.steps[-len(part.steps) :]] == [step.title for step in part.steps]
    uids = list(uids_in(after))
    assert len(uids) == len(set(uids))
    assert added.renamed == len({step.uid for step in part.steps} & set(uids_in(there)))


def test_a_branch_leads_past_what_was_not_chosen() -> None:
    content = a_manual(
        a_step("te-a", goes_to=("te-b", "te-d")), a_step("te-b"), a_step("te-c"), a_step("te-d", goes_to=("te-a",))
    )
    [first, last] = with_steps(content, {"te-a", "te-c"}).steps
    assert [branch.goto for branch in first.branches] == ["te-c", END]
    assert last.uid == "te-c"


def test_steps_that_are_there_already_come_under_new_names_and_their_branches_follow() -> None:
    content = a_manual(a_step("te-a", goes_to=("te-b",)), a_step("te-b", goes_to=("te-a",)))
    added = added_to(held(content), raw_of(content), content, {})
    first, second, third, fourth = said(added.raw).steps
    assert (first.uid, second.uid, added.renamed) == ("te-a", "te-b", 2)
    assert third.branches[0].goto == fourth.uid
    assert fourth.branches[0].goto == third.uid


def test_an_empty_draft_loses_its_empty_step() -> None:
    added = added_to(draft_raw(blank_raw()), blank_raw(), a_manual(a_step("te-a")), {})
    assert [step["uid"] for step in added.raw["content"]["steps"]] == ["te-a"]


def test_words_come_with_the_steps_that_use_them_and_the_drafts_own_stay() -> None:
    words = (
        Parameter(key="窓口名", label="受付する窓口", default="市民課窓口"),
        Parameter(key="内線", label="問い合わせ", default="100"),
        Parameter(key="鍵箱", default="総務課"),
    )
    part = a_manual(a_step("te-a", action="{{窓口名}}と{{内線}}に伝える。"), parameters=words, fee="{{鍵箱}}で払う")
    there = a_manual(a_step("te-x"), parameters=(Parameter(key="内線", label="代表", default="200"),))
    before = draft_raw(raw_of(there), {"内線": "201", "他": "そのまま"})
    added = added_to(before, raw_of(there), part, {"窓口名": "町民課", "内線": ""})
    after = said(added.raw)
    assert [(one.key, one.default) for one in after.parameters] == [("内線", "200"), ("窓口名", "市民課窓口")]
    assert added.raw["values"] == {"内線": "201", "他": "そのまま", "窓口名": "町民課"}
    assert added.kept_words == ("内線",)


def test_too_many_steps_are_refused_and_nothing_changes() -> None:
    many = a_manual(*(a_step(f"te-{number}") for number in range(300)))
    before = held(many)
    added = added_to(before, raw_of(many), many, {})
    assert added.problem.startswith("「手順」は500個まで")
    assert added.raw == before


def test_whom_to_ask_and_how_many_cases_are_the_other_towns_own() -> None:
    content = a_manual(
        a_step("te-a"),
        contact={"office": "{{窓口名}}", "phone": "0990-00-1234"},
        annual_volume={"total": 8400},
        improvement={"to_be": "待たせない", "saved_minutes": 12},
        related_manuals=[{"uid": "rel-1", "slug": "juminhyo"}, {"uid": "rel-2", "municipality": "990027", "slug": "b"}],
        parameters=[{"key": "窓口名", "default": "市民課"}],
    )
    part = for_another_town(content, AOBA)
    assert (part.contact.office, part.contact.phone, part.annual_volume.total) == ("{{窓口名}}", "", None)
    assert part.improvement == Improvement()
    assert [one.municipality for one in part.related_manuals] == [AOBA, "990027"]
    assert [one.key for one in part.parameters] == ["窓口名"]


def test_a_preview_shows_the_lines_with_words_in_common_and_in_own_ones() -> None:
    content = a_manual(
        a_step("te-a", action="届書を読む。\n{{窓口名}}で{{係}}に渡す。{{よくない 言葉}}"),
        parameters=[{"key": "窓口名", "default": "市民課窓口"}, {"key": "係"}],
    )
    [common], [own] = spoken(content, {}), spoken(content, {"窓口名": "町民課", "係": " "})
    assert [text for text, is_word in common.pieces if is_word] == ["市民課窓口", "{{係}}"]
    assert "".join(text for text, _ in common.pieces) == "市民課窓口で{{係}}に渡す。{{よくない 言葉}}"
    assert [text for text, is_word in own.pieces if is_word] == ["町民課", "{{係}}"]
