"""What is wrong with a text form is said with file, line and field, in Japanese that says what to do."""

import itertools

import pytest

from kb.common_format.text import MAX_BYTES, TextFormError, assign_uids, parse

FRONT = "---\nformat_version: 1\nmunicipality: '990019'\nslug: tennyu-todoke\ntitle: 転入届\n---\n"
STEP = FRONT + "## 手順\n### 1. 受ける {#te-a}\n"


def problems(text):
    with pytest.raises(TextFormError) as caught:
        parse(text, "a.md")
    return [(problem.line, problem.field, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("", 1, "", "---"),
        ("title: あ", 1, "", "---"),
        ("---\ntitle: あ\n", 1, "", "---"),
        (FRONT.replace("title: 転入届", "title: [あ"), 6, "", "YAML"),
        (FRONT.replace("title: 転入届", "title: &a あ\nfee: *a"), 5, "", "参照"),
        (FRONT.replace("title: 転入届", "title: !!python/name:os.system あ"), 5, "", "参照"),
        (FRONT.replace("title: 転入届", "title: " + "[" * 50 + "]" * 50), 5, "", "入れ子"),
        (FRONT.replace("title: 転入届", "title: あ\ntitle: い"), 6, "title", "2つ"),
        (FRONT.replace("title: 転入届", "title: あ\nshoes: い"), 6, "shoes", "ありません"),
        (FRONT.replace("title: 転入届", "title: あ\n? [a]\n: い"), 6, "", "1つの言葉"),
        (FRONT.replace("format_version: 1", "format_version: 2"), 2, "format_version", "新しく"),
        (FRONT.replace("format_version: 1\n", ""), 1, "format_version", "format_version: 1"),
        (FRONT.replace("slug: tennyu-todoke\n", ""), 1, "slug", "書き足して"),
        (FRONT.replace("slug: tennyu-todoke", "slug: Tennyu"), 4, "slug", "英小文字"),
        (FRONT.replace("title: 転入届", "title: " + "あ" * 301), 5, "title", "300文字以内"),
        (FRONT.replace("title: 転入届", "title: あ\nmonths: [3, 13]"), 6, "months[1]", "12以下"),
        (FRONT.replace("title: 転入届", "title: あ\nsystems: 住記"), 6, "systems", "一覧"),
        (FRONT.replace("title: 転入届", "title: あ\ncontact: 窓口"), 6, "contact", "名前: 値"),
        (FRONT.replace("title: 転入届", "title: あ\nvalues:\n  窓口名: [あ]"), 7, "values.窓口名", "文字"),
        (FRONT.replace("title: 転入届", "title: あ\nlegal_bases:\n  - name: 法"), 7, "legal_bases[0].uid", "取り込み"),
        (FRONT + "あ\n", 7, "", "文章"),
        (FRONT + "## 手順\nあ\n", 8, "", "文章"),
        (FRONT + "## 必要書類\n```yaml\n[]\n```\nあ", 11, "", "文章"),
        (FRONT + "## 靴\nあ\n", 7, "", "「靴」はありません"),
        (FRONT + "## 例外\n## 例外\n", 8, "", "2つ"),
        (FRONT + "## 手順\n### 1. 受ける\n", 8, "steps[0].uid", "{#"),
        (FRONT + "## 手順\n### 1. 受ける {#ABC}\n", 8, "steps[0].uid", "英小文字"),
        (STEP + "```yaml\nphase: 受付\n", 9, "", "閉じ"),
        (STEP + "```yaml\nphase: 受付\nminutes: 三\n```\n", 11, "steps[0].minutes", "数で"),
        (STEP + "```yaml\nuid: te-b\n```\n", 10, "steps[0].uid", "見出し"),
        (STEP + "```yaml\n- a\n```\n", 10, "steps[0]", "名前: 値"),
        (STEP + "```yaml\nmedium: 石\n```\n", 10, "steps[0].medium", "選んで"),
        (STEP + "```yaml\ninternal: 多分\n```\n", 10, "steps[0].internal", "true"),
        (STEP + "```yaml\nbranches:\n  - {uid: br-a, goto: te-x}\n```\n", 1, "", "行き先"),
        (STEP + "### 2. 次 {#te-a}\n", 1, "", "te-a"),
    ],
)
def test_a_problem_names_line_and_field_and_says_what_to_do(text, line, field, words):
    assert (line, field) in [(at, where) for at, where, message in problems(text) if words in message]


def test_all_problems_are_listed_at_once_with_the_name_of_the_file():
    text = FRONT + "## 手順\n### 1. あ\n### 2. い\n## 靴\n"
    with pytest.raises(TextFormError) as caught:
        parse(text, "tennyu.md")
    assert [problem.line for problem in caught.value.problems] == [8, 9, 10]
    assert str(caught.value).startswith("tennyu.md 8行目 steps[0].uid: ")


def test_a_text_over_the_limit_is_refused_before_it_is_read():
    assert "1MB" in problems(FRONT + "## 引継ぎメモ\n" + "あ" * (MAX_BYTES // 3))[0][2]
    assert "1MB" in problems("a" * (2 * MAX_BYTES))[0][2]


def test_a_billion_laughs_is_refused_at_its_first_anchor():
    bomb = "".join(f"k{n}: &k{n} [*k{n - 1}, *k{n - 1}]\n" for n in range(1, 30))
    assert "参照" in problems(f"---\nk0: &k0 a\n{bomb}---\n")[0][2]


def counter():
    numbers = itertools.count(1)
    return lambda: f"new{next(numbers)}"


def test_import_gives_a_uid_to_every_item_that_lacks_one_and_changes_nothing_else():
    text = (
        FRONT.replace(
            "title: 転入届",
            "title: 転入届\nlegal_bases:\n  - name: 住民基本台帳法 # 大事\n    article: 第22条\n  - {uid: hou-b, name: あ}",
        )
        + "## 手順\n### 1. 受ける\n```yaml\nchecklist: [{item: 🙂期限}, {uid: ck-a}, {}]\nactor: {kind: 窓口}\n```\n行う。\n"
        + "### 2. 返す {#te-b}\n## 必要書類\n```yaml\n- name: 転出証明書\n```\n"
    )
    given = assign_uids(text, make=counter())
    file = parse(given)
    uids = [
        [basis.uid for basis in file.content.legal_bases],
        [step.uid for step in file.content.steps],
        [point.uid for point in file.content.steps[0].checklist],
        [document.uid for document in file.content.required_documents],
    ]
    assert uids == [["new1", "hou-b"], ["new5", "te-b"], ["new2", "ck-a", "new3"], ["new4"]]
    assert "住民基本台帳法 # 大事" in given
    assert assign_uids(given) == given


def test_import_refuses_what_cannot_be_taken_apart():
    with pytest.raises(TextFormError, match="YAML"):
        assign_uids(FRONT.replace("title: 転入届", "title: [あ"))


def test_a_uid_that_was_left_open_is_filled_in():
    text = STEP.replace("{#te-a}", "{#}") + "```yaml\nrisks:\n  - uid:\n    risk: 別人\n  - {uid: , risk: 過誤}\n```\n"
    step = parse(assign_uids(text, make=counter())).content.steps[0]
    assert (step.title, {step.uid, *(risk.uid for risk in step.risks)}) == ("受ける", {"new1", "new2", "new3"})


@pytest.mark.parametrize("sign", ["\0", "\ud800", "\x85", "\u2028", "\ufffe", "\x1b"])
def test_a_sign_that_no_text_may_hold_is_refused_wherever_it_stands(sign):
    for text in (
        FRONT.replace("転入届", f"転入{sign}届"),
        STEP + f"あ{sign}い",
        FRONT + f"## 手順\n### 1. あ{sign}い {{#te-a}}\n",
    ):
        assert problems(text)
