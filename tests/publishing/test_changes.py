"""What a new edition changes, told as short as its change note needs it."""

from hypothesis import given, settings

from kb.common_format.content import ManualContent
from kb.publishing.changes import Change, Kind, changes
from tests.common_format.strategies import contents
from tests.world import a_content, a_step

FIRST, SECOND, THIRD = (a_step(f"step-{name}", title=name) for name in ("one", "two", "three"))


def between(before: dict, after: dict) -> list[Change]:
    return changes(a_content(**before), a_content(**after))


def test_steps_are_told_one_by_one():
    after = {"steps": [{**FIRST, "title": "壱", "minutes": 9}, THIRD]}
    assert between({"steps": [FIRST, SECOND]}, after) == [
        Change(Kind.CHANGED, "手順1 › 壱", ("手順名", "標準時間(分)")),
        Change(Kind.ADDED, "手順2 › three"),
        Change(Kind.REMOVED, "(前の版の)手順2 › two"),
    ]


def test_a_step_that_only_moved_is_not_called_changed():
    found = between({"steps": [FIRST, SECOND, THIRD]}, {"steps": [THIRD, FIRST, SECOND]})
    assert found == [Change(Kind.MOVED, "手順の順番")]


def test_a_step_put_between_others_moves_none():
    assert between({"steps": [FIRST, THIRD]}, {"steps": [FIRST, SECOND, THIRD]}) == [Change(Kind.ADDED, "手順2 › two")]


def test_other_fields_are_told_by_their_label():
    faq = [{"uid": "faq-1", "q": "代理人でもよいか", "a": "よい"}]
    found = between({"fee": "無料", "target": "転入者"}, {"fee": "300円", "faq": faq})
    assert [(one.kind, one.label) for one in found] == [
        (Kind.REMOVED, "対象"),
        (Kind.CHANGED, "手数料"),
        (Kind.ADDED, "よくある質問"),
    ]


def test_what_only_the_own_town_reads_is_marked():
    secret = {"uid": "faq-1", "q": "鍵は", "a": "棚", "internal": True}
    found = between(
        {"steps": [FIRST]},
        {"steps": [FIRST, {**SECOND, "internal": True}], "faq": [secret], "handover_note": "内緒", "fee": "無料"},
    )
    assert {one.label: one.internal for one in found} == {
        "手数料": False,
        "よくある質問": True,
        "引継ぎメモ": True,
        "手順2 › two": True,
    }


@settings(max_examples=30)
@given(contents())
def test_a_content_does_not_differ_from_itself(content: ManualContent):
    assert changes(content, content) == []


@settings(max_examples=30)
@given(contents(), contents())
def test_two_contents_differ_when_something_is_told(before: ManualContent, after: ManualContent):
    assert (changes(before, after) == []) == (before == after)
