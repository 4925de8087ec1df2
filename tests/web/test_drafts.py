"""Writing over HTTP: starts, the editor without scripts and with them."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.common_format.envelope import Envelope, ManualFile
from kb.db import reading, transaction
from kb.exchange.formats import FORMATS
from kb.manuals.models import Draft
from tests.web.editor_form import KEY, SCRIPT, begun, editing, fields, said, send, step_names
from tests.world import AOBA, a_content, a_manual, a_step, person, sign_in

MANUAL = f"/towns/{AOBA}/manuals/tennyu"


@pytest.fixture
def akari(app: Flask) -> FlaskClient:
    """The browser of an author of 青葉市."""
    return sign_in(app.test_client(), "akari")


@pytest.fixture
def manual(engine: Engine, now) -> str:
    """Address of a manual of 青葉市 with one revision."""
    with transaction(engine) as session:
        a_manual(session, person(session, "akari", now), now)
    return MANUAL


def kept(engine: Engine) -> Draft:
    """The only draft, as it is kept."""
    with reading(engine) as session:
        return session.exec(select(Draft)).one()


class TestStarting:
    def test_from_nothing_only_the_essential_is_asked_first(self, akari):
        page = akari.get(begun(akari)).text
        first = page[page.index('id="first-h"') : page.index('id="steps-h"')]
        assert [label for label in ("表題", "標準業務", "所管課", "目的", "根拠法令") if label not in first] == []
        assert "横展開のポイント" not in first
        assert len(step_names(page)) == 1

    def test_from_a_row_of_the_yardstick_with_the_phases_that_were_chosen(self, akari):
        page = akari.get("/drafts/new?procedure=tennyu-todoke").text
        assert 'value="受付"' in page
        draft = begun(akari, **{"from": "procedure", "procedure": "tennyu-todoke", "phase": ["審査", "受付"]})
        typed = fields(akari.get(draft).text)
        assert (typed["procedure"], typed["work_areas"]) == ("tennyu-todoke", "B01")
        assert [value for name, value in typed.items() if name.endswith(".phase")] == ["受付", "審査"]

    def test_a_manual_that_is_there_already_is_named_before_another_is_begun(self, akari, manual):
        page = akari.get("/drafts/new?procedure=tennyu-todoke").text
        assert "この業務の手順書が、既にあります" in page
        assert f'href="{manual}/revisions"' in page
        assert "それでも新しく作る" in page
        assert "既にあります" not in akari.get("/drafts/new?procedure=inkan-toroku").text

    def test_from_a_manual_of_ones_own_town(self, akari, manual):
        assert "転入届の受付" in akari.get("/drafts/new").text
        typed = fields(akari.get(begun(akari, **{"from": "copy", "manual": "tennyu"})).text)
        assert typed["title"] == "転入届の受付"
        assert "steps.step-uketsuke.title" not in typed  # a copy has names of its own

    def test_from_pasted_lines_and_rows(self, akari):
        text = "1. 届書を受け取る\n2. 本人を確かめる\n3. 入力する"
        assert len(step_names(akari.get(begun(akari, **{"from": "lines", "lines": text})).text)) == 3
        rows = "手順名\t担当\t行うこと\n受け付ける\t窓口\t届書を受け取る\n入力する\t審査\t台帳に記録する"
        typed = fields(akari.get(begun(akari, **{"from": "lines", "lines": rows, "key": "r" * 24})).text)
        assert [value for name, value in typed.items() if re.fullmatch(r"steps\.\w+\.title", name)] == [
            "受け付ける",
            "入力する",
        ]

    @pytest.mark.parametrize("form", list(FORMATS))
    def test_from_a_file_with_the_towns_words(self, akari, form):
        envelope = Envelope(municipality="990027", slug="tennyu", values={"窓口名": "1番"})
        content = a_content(parameters=[{"key": "窓口名", "default": "窓口"}])
        data = FORMATS[form].write(ManualFile(envelope=envelope, content=content)).encode()
        files = {"file": (io.BytesIO(data), f"a.{form}")}
        answer = akari.post("/drafts", data={"from": "file", "key": KEY, **files})
        typed = fields(akari.get(answer.location).text)
        assert (typed["title"], typed["steps.step-uketsuke.title"]) == ("転入届の受付", "届書を受け付ける")
        assert typed["values.p-1"] == "1番"

    def test_a_file_that_cannot_be_read_says_where_and_loses_nothing(self, akari):
        text = "---\nformat_version: 1\nnonsense: 1\n---\n本文"
        files = {"file": (io.BytesIO(text.encode()), "a.md")}
        answer = akari.post("/drafts", data={"from": "file", "key": KEY, **files})
        assert answer.status_code == 422
        assert "3行目" in said(answer.text)
        assert "nonsense: 1" in answer.text

    @pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xfe\xfd" * 9, b"x" * 1_000_002])
    def test_what_is_no_text_is_refused(self, akari, data):
        parts = [("from", "", b"file"), ("key", "", KEY.encode()), ("file", '; filename="a.md"', data)]
        body = b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"
            for name, more, value in parts
        )
        answer = akari.post("/drafts", data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 422
        assert "ファイル" in answer.text

    def test_the_form_sent_twice_opens_the_same_draft(self, akari, engine):
        assert begun(akari) == begun(akari)
        kept(engine)

    @pytest.mark.parametrize(
        "form", [{}, {"from": "nowhere", "key": KEY}, {"from": "blank"}, {"from": "blank", "key": "x"}]
    )
    def test_an_incomplete_form_begins_nothing(self, akari, form):
        assert akari.post("/drafts", data=form).status_code == 422

    def test_another_towns_manual_cannot_be_copied(self, app, manual):
        chika = sign_in(app.test_client(), "chika")
        assert chika.post("/drafts", data={"from": "copy", "manual": "tennyu", "key": KEY}).status_code == 422


class TestTyping:
    def test_every_button_keeps_what_was_typed_and_leads_back_to_its_step(self, akari, manual):
        draft = editing(akari, manual)
        answer = send(akari, draft, title="改めた", do="add:steps:step-uketsuke")
        assert answer.status_code == 303
        page = akari.get(answer.location).text
        assert fields(page)["title"] == "改めた"
        first, second = step_names(page)
        assert answer.location.endswith(f"#{second}")
        page = akari.get(send(akari, draft, do=f"up:{second}").location).text
        assert step_names(page) == [second, first]
        page = akari.get(send(akari, draft, do=f"remove:{second}").location).text
        assert step_names(page) == [first]

    def test_split_duplicate_and_branches(self, akari, manual):
        draft = editing(akari, manual)
        send(
            akari,
            draft,
            **{"steps.step-uketsuke.action": "受け取る。\n\n確かめる。", "do": "split:steps.step-uketsuke"},
        )
        page = akari.get(draft).text
        first, second = step_names(page)
        assert fields(page)[f"{second}.action"].strip() == "確かめる。"
        send(akari, draft, do=f"add:{first}.branches")
        page = akari.get(draft).text
        assert any(re.fullmatch(rf"{re.escape(first)}\.branches\.\w+\.goto", name) for name in fields(page))
        send(akari, draft, do=f"duplicate:{first}")
        assert len(step_names(akari.get(draft).text)) == 3

    def test_pasted_rows_become_steps_at_the_end(self, akari, manual):
        draft = editing(akari, manual)
        page = akari.get(send(akari, draft, lines="・照合する\n・交付する", do="paste").location).text
        titles = [fields(page)[f"{name}.title"] for name in step_names(page)]
        assert titles == ["届書を受け付ける", "照合する", "交付する"]

    def test_what_cannot_be_read_is_kept_and_said_beside_its_field(self, akari, manual):
        draft = editing(akari, manual)
        page = akari.get(send(akari, draft, **{"steps.step-uketsuke.minutes": "たくさん", "do": "save"}).location).text
        assert fields(page)["steps.step-uketsuke.minutes"] == "たくさん"
        assert 'href="#steps.step-uketsuke.minutes"' in page
        assert 'aria-invalid="true"' in page

    def test_personal_data_is_pointed_out_while_writing(self, akari, manual):
        draft = editing(akari, manual)
        page = akari.get(send(akari, draft, target="090-1234-5678 の人", do="save").location).text
        assert "電話番号のような記載があります" in page
        assert 'href="#target"' in page

    def test_a_towns_word_stands_beside_its_parameter_and_follows_its_key(self, akari, manual, engine):
        draft = editing(akari, manual)
        send(akari, draft, do="add:parameters")
        [uid] = re.findall(r'name="values\.([^"]+)"', akari.get(draft).text)
        send(akari, draft, **{f"values.{uid}": "1番窓口", "do": "save"})
        assert fields(akari.get(draft).text)[f"values.{uid}"] == "1番窓口"  # also before the key is written
        send(akari, draft, **{f"parameters.{uid}.key": "窓口名", "do": "save"})
        assert kept(engine).raw["values"] == {"窓口名": "1番窓口"}
        send(akari, draft, **{f"parameters.{uid}.key": "窓口", "do": "save"})
        assert kept(engine).raw["values"] == {"窓口": "1番窓口"}

    def test_a_long_manual_draws_details_only_when_asked_and_keeps_them(self, akari, engine, now):
        steps = [a_step(f"step-{place:02}", reason=f"理由{place}") for place in range(20)]
        with transaction(engine) as session:
            a_manual(session, person(session, "akari", now), now, steps=steps)
        draft = editing(akari, MANUAL)
        assert "理由3" not in akari.get(draft).text
        answer = send(akari, draft, do="open:steps.step-03")
        page = akari.get(answer.location).text
        assert fields(page)["steps.step-03.reason"] == "理由3"
        assert "理由4" not in page
        send(akari, draft, title="改めた", do="save")
        assert kept(engine).raw["content"]["steps"][4]["reason"] == "理由4"

    def test_the_preview_shows_what_can_be_read(self, akari, manual):
        draft = editing(akari, manual)
        answer = send(akari, draft, **{"title": "改めた題", "steps.step-uketsuke.minutes": "たくさん", "do": "preview"})
        page = akari.get(answer.location).text
        assert "改めた題" in page
        assert "流れ図" in page
        assert "書き方の誤りがある項目は、抜いて表示しています" in page

    def test_it_is_thrown_away_only_after_asking(self, akari, manual):
        draft = editing(akari, manual)
        assert "捨てますか" in akari.get(f"{draft}/delete").text
        assert akari.post(f"{draft}/delete").status_code == 422
        assert akari.post(f"{draft}/delete", data={"sure": "1"}).status_code == 303
        assert akari.get(draft).status_code == 404


class TestScripts:
    def test_a_script_sends_what_changed_and_gets_the_bar(self, akari, manual, engine):
        draft = editing(akari, manual)
        answer = akari.post(draft, data={"version": "1", "title": "改めた"}, headers=SCRIPT)
        assert answer.status_code == 200
        assert 'name="version" value="2"' in answer.text
        assert "下書きを保存しました" in answer.text
        assert "充実度" in answer.text
        assert "<html" not in answer.text
        assert kept(engine).raw["content"]["steps"][0]["title"] == "届書を受け付ける"

    @pytest.mark.parametrize(
        ("button", "drawn"), [("add:steps", "list:steps"), ("add:faq", "list:faq"), ("add:steps.step-uketsuke.risks", "steps.step-uketsuke")]
    )  # fmt: skip
    def test_a_button_draws_only_its_list_or_card_anew(self, akari, manual, button, drawn):
        draft = editing(akari, manual)
        answer = akari.post(draft, data={"version": "1", "do": button}, headers=SCRIPT)
        swapped = re.findall(r"hx-swap-oob=\"outerHTML:\[id='([^']+)'\]", answer.text)
        assert swapped == [drawn]
        assert 'data-focus="' in answer.text

    def test_another_window_is_told_and_overwrites_nothing(self, akari, manual, engine):
        draft = editing(akari, manual)
        akari.post(draft, data={"version": "1", "title": "新しい窓"}, headers=SCRIPT)
        answer = akari.post(draft, data={"version": "1", "title": "古い窓"}, headers=SCRIPT)
        assert answer.status_code == 409
        assert 'role="alert"' in answer.text
        assert kept(engine).raw["content"]["title"] == "新しい窓"

    def test_an_older_form_that_says_the_same_is_no_trouble(self, akari, manual):
        draft = editing(akari, manual)
        old = fields(akari.get(draft).text) | {"title": "改めた"}
        akari.post(draft, data={"version": "1", "title": "改めた"}, headers=SCRIPT)
        assert akari.post(f"{draft}/revisions", data=old).location == f"{manual}/revisions"
        send(akari, draft, do="add:parameters")
        old = fields(akari.get(draft).text)
        [value] = [name for name in old if name.startswith("values.")]
        akari.post(draft, data={"version": old["version"], "title": "また改めた"}, headers=SCRIPT)
        answer = akari.post(draft, data={**old, "title": "また改めた", value: "1番窓口"})
        assert answer.status_code == 409
        assert "1番窓口" in answer.text

    def test_without_scripts_the_older_window_shows_both_texts(self, akari, manual, engine):
        draft = editing(akari, manual)
        old = fields(akari.get(draft).text)
        send(akari, draft, title="新しい窓")
        answer = akari.post(draft, data={**old, "title": "古い窓", "do": "save"})
        assert answer.status_code == 409
        assert "新しい窓" in answer.text
        assert "古い窓" in answer.text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
        assert akari.post(draft, data={**hidden, "do": "save"}).status_code == 303
        assert kept(engine).raw["content"]["title"] == "古い窓"
