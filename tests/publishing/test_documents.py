"""Search documents of a publication: two faces, nothing internal in the public one, anchors that exist on the page."""

import re

import pytest
from hypothesis import HealthCheck, given, settings

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.common_format.redact import redact
from kb.common_format.text import parse
from kb.common_format.walk import texts
from kb.config import ROOT
from kb.publishing.documents import document_id, documents, live_with
from kb.publishing.fragments import render_article
from kb.publishing.passages import passages
from kb.publishing.views import ready
from kb.search.index import Face
from tests.common_format.strategies import files
from tests.world import AOBA, a_content, a_publication, a_step

FULL = {
    "steps": [
        a_step("step-open", minutes=3, phase="受付", cautions=["通称に注意"], checklist=[{"uid": "chk-one", "item": "期限"}]),
        a_step("step-safe", title="金庫", action="暗証は係長に聞く", phase="保管", internal=True,
               deadline="退庁の前", legal_article="金庫取扱要領第七条"),
    ],
    "required_documents": [{"uid": "doc-one", "name": "本人確認書類", "condition": "窓口に来た人"}],
    "exceptions": [{"uid": "exc-one", "title": "代理人", "body": "委任状を確かめる"}],
    "faq": [{"uid": "faq-one", "q": "郵送できるか", "a": "できない"},
            {"uid": "faq-own", "q": "内線は", "a": "四桁の番号", "internal": True}],
    "official_forms": [{"uid": "form-one", "name": "住民異動届", "number": "様式第1号"}],
    "reuse_tips": "人口の少ない町では兼務でよい",
    "handover_note": "前任者のメモ",
}  # fmt: skip
INTERNAL = (
    "金庫",
    "暗証は係長に聞く",
    "内線は",
    "四桁の番号",
    "前任者のメモ",
    "退庁の前",
    "金庫取扱要領",
    "step-safe",
    "faq-own",
)


def faces(session, publication):
    return {document.face: document for document in documents(live_with(session, publication))}


@pytest.mark.parametrize(
    ("audience", "expected", "members_only"),
    [
        (Audience.PUBLIC, {Face.PUBLIC, Face.OWN}, False),
        (Audience.MEMBERS, {Face.PUBLIC, Face.OWN}, True),
        (Audience.MUNICIPALITY, {Face.OWN}, False),
    ],
)
def test_the_audience_decides_the_faces(session, now, audience, expected, members_only):
    _, publication = a_publication(session, now, audience=audience)
    found = faces(session, publication)
    assert set(found) == expected
    assert {document.members_only for document in found.values()} == {members_only}


def test_a_document_says_what_searchers_filter_and_sort_by(session, now):
    manual, publication = a_publication(session, now, work_areas=["B01", "B02"], department="市民課", **FULL)
    own = faces(session, publication)[Face.OWN]
    assert own.id == document_id(manual.id)
    assert (own.town, own.version, own.published_at) == (AOBA, publication.id, now.timestamp())
    assert own.facets == {
        "town": (AOBA,),
        "area": ("B01", "B02"),
        "size": ("u500k",),
        "phase": ("受付", "保管"),
        "procedure": ("tennyu-todoke",),
    }
    assert own.stored == {"manual": str(manual.id)}
    assert own.title == "転入届の受付"
    assert "てんにゅうとどけ" in own.readings
    assert {"転入届", "市民課", "青葉市"} <= set(own.keywords.split())


def test_a_manual_without_procedure_has_no_readings(session, now):
    _, publication = a_publication(session, now, procedure=None)
    own = faces(session, publication)[Face.OWN]
    assert (own.readings, own.keywords) == ("", "市民課 青葉市")


def test_the_public_face_holds_nothing_internal(session, now):
    _, publication = a_publication(session, now, **FULL)
    found = faces(session, publication)
    for word in INTERNAL:
        assert word in repr(found[Face.OWN]), word
        assert word not in repr(found[Face.PUBLIC]), word
    assert found[Face.PUBLIC].facets["phase"] == ("受付",)


def test_passages_are_titled_as_on_the_page():
    found = {passage.anchor: (passage.title, passage.text) for passage in passages(a_content(**FULL))}
    assert found["step-step-open"][0] == "手順1 届書を受け付ける"
    assert "通称に注意" in found["step-step-open"][1]
    assert "期限" in found["step-step-open"][1]
    assert found["documents"] == ("必要書類", "本人確認書類 窓口に来た人")
    assert found["legal"] == ("根拠法令", "住民基本台帳法 第22条")
    assert found["forms"] == ("様式", "住民異動届 様式第1号")
    assert found["exception-exc-one"] == ("例外 代理人", "委任状を確かめる")
    assert found["faq-faq-one"] == ("よくある質問 郵送できるか", "できない")
    assert found["reuse"][0] == "横展開のポイント"
    assert found["handover"][0] == "引継ぎメモ"


def test_a_step_without_text_is_found_by_its_title():
    content = a_content(steps=[a_step("step-one", action="")])
    found = {passage.anchor: passage.text.splitlines() for passage in passages(content)}
    assert found["step-step-one"] == ["届書を受け付ける", "窓口"]


def test_a_step_is_found_by_who_does_it_until_when_and_by_which_article():
    step = a_step("step-one", deadline="届出の当日", legal_article="住民基本台帳法第27条第2項")
    step["actor"]["name"] = "市民課窓口係"
    found = {passage.anchor: passage.text.splitlines() for passage in passages(a_content(steps=[step]))}
    assert found["step-step-one"][-3:] == ["市民課窓口係", "届出の当日", "住民基本台帳法第27条第2項"]


def anchors_without_place(content: ManualContent, values: dict[str, str], *, redacted: bool) -> set[str]:
    """Anchors of passages that are no id in the rendered article."""
    seen = ready(content, values, redacted=redacted)
    ids = set(re.findall(r'\bid="([^"]+)"', render_article(seen)))
    return {passage.anchor for passage in passages(seen.content)} - ids


@pytest.mark.parametrize("redacted", [True, False])
def test_a_hit_opens_at_a_place_that_is_on_the_page(redacted):
    assert anchors_without_place(a_content(**FULL), {}, redacted=redacted) == set()


@given(file=files())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_hit_opens_at_a_place_of_any_manual(file):
    assert anchors_without_place(file.content, dict(file.envelope.values), redacted=True) == set()


@given(file=files())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_outsiders_passages_hold_no_text_that_redaction_takes_away(file):
    kept = "\n".join(text.text for text in texts(redact(file.content)))
    gone = {text.text for text in texts(file.content) if len(text.text) > 8 and text.text not in kept}
    shown = "\n".join(f"{one.title}\n{one.text}" for one in passages(redact(file.content)))
    assert not [text for text in gone if text in shown]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "content" / "manuals").glob("*/*.md"))[::12], ids=lambda path: path.stem
)
def test_a_hit_opens_at_a_place_of_shipped_manuals(path):
    file = parse(path.read_text(encoding="utf-8"), path.name)
    for redacted in (True, False):
        assert anchors_without_place(file.content, dict(file.envelope.values), redacted=redacted) == set()
