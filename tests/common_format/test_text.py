"""The text form: what people write is read, what is written comes back exactly."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.common_format.content import ExceptionCase, Improvement, ManualContent, RequiredDocument
from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.fields import Section, specs
from kb.common_format.header import Contact, LegalBasis
from kb.common_format.step import Actor, ActorKind, Step
from kb.common_format.text import TextFormError, check_name, expected_name, parse, write
from kb.common_format.text_layout import escape, unescape
from tests.common_format.strategies import files, nasty_text, prose

MANY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENVELOPE = Envelope(municipality="990019", slug="tennyu-todoke")


def manual(**content):
    return ManualFile(envelope=ENVELOPE, content=ManualContent(title="転入届の受付", **content))


FRONT = "---\nformat_version: 1\nmunicipality: '990019'\nslug: tennyu-todoke\ntitle: 転入届\n---\n"


@given(files())
@MANY
def test_what_is_written_is_read_back_exactly_and_written_the_same(file):
    text = write(file)
    again = parse(text)
    assert again == file
    assert write(again) == text


@given(prose)
@settings(MANY, max_examples=80)
@example("## 見出し\n```\n## コメント\n```\n\\## a\n\\\\### b")
@example("```yaml\na: 1\n```")
@example(" \n```yaml\nx")
@example("\\```yaml")
@example("  字下げ\n\n---\n### {#abc}")
def test_any_prose_comes_back_from_every_place_that_holds_prose(text):
    file = manual(
        steps=(Step(uid="one", action=text), Step(uid="two", title="次", phase="受付", action=text)),
        exceptions=(ExceptionCase(uid="exc", body=text),),
        handover_note=text,
        reuse_tips=text,
        improvement=Improvement(as_is=text),
    )
    assert parse(write(file)) == file


@given(nasty_text())
@MANY
def test_escaping_is_undone_by_unescaping(text):
    for kind in (Section.ITEMS, Section.PROSE):
        assert unescape(escape(text, kind), kind) == text


def read(text):
    """The manual in `text`, or the problems that it is refused with."""
    try:
        return parse(text), ()
    except TextFormError as error:
        return None, error.problems


@given(st.one_of(nasty_text(), st.text()), st.booleans())
@settings(MANY, max_examples=120)
def test_any_text_at_all_is_read_or_refused_with_a_reason(text, whole):
    file, problems = read(text if whole else FRONT + text)
    assert parse(write(file)) == file if file else problems


@given(nasty_text())
@MANY
def test_any_yaml_at_all_is_read_or_refused_with_a_reason(text):
    for broken in (f"---\n{text}\n---\n", f"{FRONT}\n## 手順\n\n### 1. あ {{#abc}}\n```yaml\n{text}\n```\n"):
        file, problems = read(broken)
        assert parse(write(file)) == file if file else problems


@pytest.mark.parametrize(
    "title", ["1. 2. 三", "2.", "見出し {#x}", "{#x}", "末尾 ###", "\\#", "}", "```yaml", "3.5インチ", "{{窓口名}}"]
)
def test_any_title_of_a_step_comes_back(title):
    file = manual(steps=(Step(uid="one", title=title),), exceptions=(ExceptionCase(uid="exc", title=title),))
    assert parse(write(file)) == file


def test_the_written_form_is_the_documented_one():
    file = manual(
        contact=Contact(office="市民課 住民記録係"),
        work_areas=("B01",),
        legal_bases=(LegalBasis(uid="hou-juki", name="住民基本台帳法", article="第22条"),),
        reuse_tips="1行目\n2行目",
        steps=(
            Step(
                uid="te-a",
                title="確認する",
                actor=Actor(kind=ActorKind.COUNTER, name="{{窓口名}}"),
                minutes=3.0,
                action="## 見る",
            ),
            Step(uid="te-b", title="入力する", rate=0.5),
        ),
        required_documents=(RequiredDocument(uid="sho-a", name="転出証明書"),),
        handover_note="### 3月\n下旬は混む",
    )
    assert write(file) == (
        "---\nformat_version: 1\nmunicipality: '990019'\nslug: tennyu-todoke\naudience: public\nedition: 1\n"
        "title: 転入届の受付\nwork_areas: [B01]\ncontact: {office: 市民課 住民記録係}\n"
        "legal_bases:\n  - {uid: hou-juki, name: 住民基本台帳法, article: 第22条}\n"
        "reuse_tips: |-\n  1行目\n  2行目\n---\n\n"
        "## 手順\n\n### 1. 確認する {#te-a}\n\n```yaml\nactor: {kind: 窓口, name: '{{窓口名}}'}\nminutes: 3\n```\n\n\\## 見る\n\n"
        "### 2. 入力する {#te-b}\n\n```yaml\nrate: 0.5\n```\n\n"
        "## 必要書類\n\n```yaml\n- {uid: sho-a, name: 転出証明書}\n```\n\n"
        "## 引継ぎメモ\n\n### 3月\n下旬は混む\n"
    )


def test_a_hand_written_file_is_read_with_its_liberties():
    text = (
        "\ufeff---\r\nformat_version: 1 # 書式\r\nslug: a\r\nmunicipality: 990019\r\npublished_on: 2026-04-01\r\n"
        "title: no\r\nreview_months:\r\nfee: ~\r\nno_legal_basis: true\r\nmonths: [3, 4]\r\n---\r\n"
        "##よくある質問\r\n### 郵便でも\\できますか{#faq-a}\r\nできません。\r\n\r\n"
        "## 手順\r\n###   9. 受け取る   {#te-a}\r\n```yaml\r\n## 覚え書き\r\nminutes: 2.50\r\n```\r\n受け取る。\r\n#### 小見出し"
    )
    file = parse(text)
    assert file.envelope.published_on == date(2026, 4, 1)
    content = file.content
    assert (content.title, content.fee, content.review_months, content.months) == ("no", "", 12, (3, 4))
    assert content.no_legal_basis
    assert content.faq[0].q == "郵便でも\\できますか"
    step = content.steps[0]
    assert (step.title, step.minutes, step.action) == ("受け取る", 2.5, "受け取る。\n#### 小見出し")


def test_no_name_stands_both_in_the_envelope_and_in_the_content():
    assert not Envelope.model_fields.keys() & ManualContent.model_fields.keys()


def test_every_section_of_the_format_has_its_own_label():
    labels = [spec.label for _, spec in specs(ManualContent) if spec.section is not Section.HEADER]
    assert len(labels) == len(set(labels))


def test_a_file_is_named_after_its_slug_and_an_older_edition_says_which():
    envelope = ENVELOPE.model_copy(update={"edition": 3})
    assert expected_name(envelope) == "tennyu-todoke.md"
    assert expected_name(envelope, older=True) == "tennyu-todoke@3.md"
    check_name(envelope, "content/manuals/990019/tennyu-todoke.md")
    check_name(envelope, "tennyu-todoke@3.md")
    for wrong in ("tennyu.md", "tennyu-todoke@2.md", "tennyu-todoke.json"):
        with pytest.raises(TextFormError, match=r"tennyu-todoke\.md"):
            check_name(envelope, wrong)


def test_the_example_of_the_documentation_is_canonical():
    page = (Path(__file__).parents[2] / "docs" / "text-form.md").read_text(encoding="utf-8")
    text = page.partition("````markdown\n")[2].partition("````\n")[0]
    assert write(parse(text)) == text
