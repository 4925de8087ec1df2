"""What the buttons do to the repeated things of a form, and what they never do."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.content import ManualContent
from kb.common_format.header import Form, Parameter
from kb.common_format.raw import (
    LONGEST,
    MOST_ITEMS,
    MOST_STEPS,
    ForgedForm,
    Operation,
    Raw,
    blank_raw,
    carry_out,
    content_of_raw,
    parse_operation,
    raw_of,
)
from kb.common_format.raw_values import copied, is_blank
from kb.common_format.step import END, ChecklistPoint, Risk
from tests.common_format.build_manual import a_manual, a_step
from tests.common_format.raw_forms import items_in, operations, raws, uids_in

MANUAL = raw_of(a_manual(a_step("te-a", ("te-b", END)), a_step("te-b", ("te-a",)), a_step("te-c", ("te-b", "te-c"))))


def pressed(button: str, raw: Raw = MANUAL) -> Raw:
    """`raw` after pressing a button with this value."""
    operation = parse_operation(button)
    assert operation is not None
    return carry_out(raw, operation).raw


def told(button: str, raw: Raw = MANUAL) -> tuple[str, ...]:
    operation = parse_operation(button)
    assert operation is not None
    return carry_out(raw, operation).messages


def order(raw: Raw) -> str:
    """The last letters of the steps' uids, in order; `*` for a new one."""
    return "".join(step["uid"][-1] if step["uid"].startswith("te-") else "*" for step in raw["steps"])


def goals(raw: Raw) -> list[list[str]]:
    return [[branch["goto"] for branch in step["branches"]] for step in raw["steps"]]


def errors(raw: Raw) -> set[tuple[str, str]]:
    """The kinds of complaints about `raw`, each with the last name of its field; not how many."""
    found = content_of_raw(raw)
    return set() if isinstance(found, ManualContent) else {(one.code, "".join(one.path[-1:])) for one in found}


@pytest.mark.parametrize(
    ("button", "operation"),
    [
        ("add:steps", Operation("add", ("steps",))),
        ("add:steps:", Operation("add", ("steps",))),
        ("add:steps:te-a", Operation("add", ("steps",), "te-a")),
        ("add:steps.te-a.branches:", Operation("add", ("steps", "te-a", "branches"))),
        ("remove:steps.te-a", Operation("remove", ("steps", "te-a"))),
        ("up:faq.fa-1", Operation("up", ("faq", "fa-1"))),
        ("down:required_documents.do-1", Operation("down", ("required_documents", "do-1"))),
        ("move:steps.te-a:12", Operation("move", ("steps", "te-a"), "12")),
        ("move:steps.te-a:３ ", Operation("move", ("steps", "te-a"), "3")),
        ("duplicate:steps.te-a.risks.ri-1", Operation("duplicate", ("steps", "te-a", "risks", "ri-1"))),
        ("split:steps.te-a", Operation("split", ("steps", "te-a"))),
    ],
)
def test_the_value_of_a_button_says_what_to_do(button: str, operation: Operation) -> None:
    assert parse_operation(button) == operation


@pytest.mark.parametrize(
    "button",
    [
        *["", "save", "add", "add:", "steps:add", "drop:steps.te-a", "remove:steps.te-a:1", "remove:steps..te-a"],
        *["move:steps.te-a", "move:steps.te-a:-1", "move:steps.te-a:9999999", "move:steps.te-a:a", "add:steps:a b"],
        *["up:steps.<b>", "up:steps.\ud800", "up:steps.\x00", "add:" + "steps." * 1_000, "ADD:steps"],
    ],
    ids=lambda button: ascii(button[:25]),
)
def test_other_values_say_nothing(button: str) -> None:
    assert parse_operation(button) is None


@given(st.text(max_size=20))
@settings(max_examples=50)
def test_reading_a_button_never_fails(text: str) -> None:
    parse_operation(text)
    parse_operation("move:steps.te-a:" + text)


@pytest.mark.parametrize(
    "button",
    [
        *["remove:steps", "remove:steps.te-x", "add:title", "add:purpose", "add:steps.te-a", "add:steps:te-x"],
        *["up:steps.te-a.title", "up:steps.te-a.actor", "split:faq.fa-1", "split:steps.te-a.branches.br-te-a-0"],
        *["remove:steps.te-a.branches.te-a", "remove:steps.te-a.steps.te-b", "add:uid", "add:steps.te-x.branches"],
    ],
)
def test_a_button_that_names_what_is_not_there_is_forged(button: str) -> None:
    operation = parse_operation(button)
    assert operation is not None
    with pytest.raises(ForgedForm):
        carry_out(MANUAL, operation)


def test_a_step_is_added_at_the_end_or_after_another() -> None:
    assert order(pressed("add:steps")) == "abc*"
    assert order(pressed("add:steps:te-a")) == "a*bc"
    outcome = carry_out(MANUAL, Operation("add", ("steps",), "te-a"))
    new = outcome.raw["steps"][1]
    assert is_blank(new)
    assert outcome.focus == f"steps.{new['uid']}"


def test_anything_repeated_can_be_added_at_any_depth() -> None:
    raw = pressed("add:steps.te-a.checklist", pressed("add:faq"))
    assert [len(raw["faq"]), len(raw["steps"][0]["checklist"]), len(raw["steps"][1]["checklist"])] == [1, 1, 0]
    assert errors(raw) == set()


def test_steps_move_by_one_or_to_a_place() -> None:
    assert [order(pressed(button)) for button in ("up:steps.te-b", "down:steps.te-b")] == ["bac", "acb"]
    assert [order(pressed(button)) for button in ("up:steps.te-a", "down:steps.te-c")] == ["abc", "abc"]
    assert [order(pressed(f"move:steps.te-a:{n}")) for n in (0, 1, 2, 3, 99)] == ["abc", "abc", "bac", "bca", "bca"]


def test_branches_into_a_removed_step_lead_to_the_one_after_it() -> None:
    assert goals(pressed("remove:steps.te-b")) == [["te-c", END], ["te-c", "te-c"]]
    assert told("remove:steps.te-b") == (
        "消した手順に進む分岐が2個ありました。行き先を手順「te-cを確認する」に変えました。",
    )
    raw = pressed("up:steps.te-c")
    assert goals(pressed("remove:steps.te-b", raw)) == [[END, END], [END, "te-c"]]
    assert told("remove:steps.te-b", raw)[0].endswith("行き先を終わりに変えました。")
    assert told("remove:steps.te-c") == ()


def test_the_last_step_leaves_an_empty_one() -> None:
    raw = pressed("remove:steps.te-a", raw_of(a_manual(a_step("te-a", ("te-a",)))))
    assert [is_blank(step) for step in raw["steps"]] == [True]
    assert raw["steps"][0]["uid"] != "te-a"


def test_a_copy_stands_right_after_and_has_names_of_its_own() -> None:
    raw = pressed("duplicate:steps.te-c")
    assert order(raw) == "abc*"
    copy = raw["steps"][3]
    assert (copy["title"], copy["action"]) == (MANUAL["steps"][2]["title"], MANUAL["steps"][2]["action"])
    assert [branch["goto"] for branch in copy["branches"]] == ["te-b", copy["uid"]]
    assert goals(raw)[:3] == goals(MANUAL)


def test_the_copy_of_a_parameter_has_a_key_of_its_own() -> None:
    raw = raw_of(a_manual(parameters=(Parameter(key="窓口"), Parameter(key="窓口2"), Parameter(key="長" * 40))))
    twice = pressed("duplicate:parameters.p-3", pressed("duplicate:parameters.p-1", raw))
    assert [one["key"] for one in twice["parameters"]] == ["窓口", "窓口3", "窓口2", "長" * 40, "長" * 36 + "2"]
    assert errors(twice) == set()


@pytest.mark.parametrize(
    ("action", "first", "second"),
    [
        ("届書を見る\n\n審査する\n\n渡す", "届書を見る", "審査する\n\n渡す"),
        ("届書を見る\n\nよく\n---\n審査する", "届書を見る\n\nよく", "審査する"),
        ("届書を見る\n　\n \n審査する", "届書を見る", "審査する"),
        ("届書を見る\n審査する\n渡す", "届書を見る", "審査する\n渡す"),
        ("\n\n届書を見る\n審査する\n\n", "\n\n届書を見る", "審査する\n\n"),
        ("---\n届書を見る\n---\n審査する", "---\n届書を見る", "審査する"),
    ],
)
def test_a_step_is_cut_where_its_action_has_a_joint(action: str, first: str, second: str) -> None:
    raw = pressed("split:steps.te-a", {**MANUAL, "steps": [{**MANUAL["steps"][0], "action": action}]})
    assert [step["action"] for step in raw["steps"]] == [first, second]


@pytest.mark.parametrize("action", ["", "届書を見る", "\n\n届書を見る\n \n", "\n"])
def test_a_step_without_a_joint_stays_whole_and_it_is_said_why(action: str) -> None:
    raw = raw_of(a_manual(a_step("te-b"))) | {"steps": [{**MANUAL["steps"][0], "action": action}]}
    assert pressed("split:steps.te-a", raw) == raw
    assert "空行" in told("split:steps.te-a", raw)[0]


def test_the_first_part_keeps_what_it_has_and_the_second_goes_on() -> None:
    step = a_step(
        "te-a",
        ("te-a", END),
        action="一\n\n二",
        internal=True,
        phase="受付",
        minutes=3,
        forms=(Form(uid="fo-a", name="届書"),),
        risks=(Risk(uid="ri-a", risk="取違え"),),
        checklist=(ChecklistPoint(uid="ch-a", item="期限"),),
    )
    raw = raw_of(a_manual(step))
    first, second = pressed("split:steps.te-a", raw)["steps"]
    assert first == {**raw["steps"][0], "action": "一", "branches": []}
    assert second["branches"] == raw["steps"][0]["branches"]
    assert (second["phase"], second["internal"], second["actor"]["kind"]) == ("受付", True, "窓口")
    assert is_blank({**second, "branches": [], "phase": "", "internal": False, "actor": {}, "action": ""})


def test_lists_do_not_grow_without_end() -> None:
    many = {**MANUAL, "steps": [{**MANUAL["steps"][0], "uid": f"te-{n}", "branches": []} for n in range(MOST_STEPS)]}
    for button in ("add:steps", "duplicate:steps.te-1", "split:steps.te-1"):
        raw = {**many, "steps": [{**step, "action": "一\n二"} for step in many["steps"]]}
        assert pressed(button, raw) == raw
        assert told(button, raw) == ("「手順」は500個までです。要らないものを消すか、手順書を分けてください。",)
    full = {**MANUAL, "faq": [{"uid": f"fa-{n}", "q": "問", "internal": False, "a": ""} for n in range(MOST_ITEMS)]}
    assert pressed("add:faq", full) == full
    assert pressed("add:steps", {**full, "steps": MANUAL["steps"] * 100}) != full


def test_a_copy_that_would_be_too_much_text_is_refused() -> None:
    large = {**MANUAL, "steps": [{**MANUAL["steps"][0], "action": "あ" * (LONGEST // 2)}]}
    assert pressed("duplicate:steps.te-a", large) == large
    assert "2,000,000文字" in told("duplicate:steps.te-a", large)[0]


@given(raws(), st.data())
@settings(max_examples=50)
def test_moving_only_changes_the_order(raw: Raw, data: st.DataObject) -> None:
    operation = data.draw(operations(raw).filter(lambda one: one.verb in ("up", "down", "move", "add")))
    before = copied(raw)
    after = carry_out(raw, operation).raw
    assert raw == before
    new = Counter(uids_in(after)) - Counter(uids_in(raw))
    assert not Counter(uids_in(raw)) - Counter(uids_in(after))
    assert sum(new.values()) == (operation.verb == "add")


@given(raws(), st.data())
@settings(max_examples=50)
def test_down_and_up_again_is_where_it_was(raw: Raw, data: st.DataObject) -> None:
    paths = items_in(raw)
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    for there, back in (("down", "up"), ("up", "down")):
        moved = carry_out(raw, Operation(there, path)).raw
        assert carry_out(moved, Operation(back, path)).raw == raw or moved == raw


@given(raws(), st.data())
@settings(max_examples=50)
def test_a_copy_keeps_all_names_and_adds_only_fresh_ones(raw: Raw, data: st.DataObject) -> None:
    paths = items_in(raw)
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    old, new = Counter(uids_in(raw)), Counter(uids_in(carry_out(raw, Operation("duplicate", path)).raw))
    fresh = new - old
    assert not old - new
    assert all(uid not in old and n == 1 for uid, n in fresh.items())
    assert len(fresh) >= 1


@given(raws())
@settings(max_examples=50)
def test_splitting_loses_no_character_of_the_action(raw: Raw) -> None:
    for step in raw["steps"]:
        parts = [
            one
            for one in carry_out(raw, Operation("split", ("steps", step["uid"]))).raw["steps"]
            if one not in raw["steps"]
        ]
        if parts:
            first, second = (one["action"] for one in parts)
            joint = step["action"][len(first) : len(step["action"]) - len(second)]
            assert first + joint + second == step["action"]
            assert joint.strip().strip("-") == ""
            assert first.strip()
            assert second.strip()


@given(raws(changes=2), st.data())
@settings(max_examples=60)
def test_no_button_makes_a_form_wrong(raw: Raw, data: st.DataObject) -> None:
    before = errors(raw)
    for _ in range(data.draw(st.integers(1, 6))):
        raw = carry_out(raw, data.draw(operations(raw))).raw
    assert errors(raw) <= before


def test_buttons_work_on_a_blank_form() -> None:
    raw = blank_raw()
    uid = raw["steps"][0]["uid"]
    for verb in ("up", "down", "duplicate", "split", "remove"):
        raw = pressed(f"{verb}:steps.{uid}", raw)
    assert len(raw["steps"]) == 1
