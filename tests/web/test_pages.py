"""What the pages say: where one is, what there is, and what to do when there is nothing; the same for HEAD."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.db import transaction
from kb.manuals.queries import manual_at
from kb.publishing.actions import withdraw
from tests.web.addresses import pages
from tests.web.conftest import Seen
from tests.web.stage import Kind, Stage, Thing, title
from tests.world import AOBA, WAKAMATSU, a_publication, a_step, person

MANUAL = f"/towns/{AOBA}/manuals/{Thing.REVISED.value}"
NAME = title(Thing.REVISED)
SAID = {
    "/": ("自治体の業務手順書|ものさし", []),
    "/search?q=手順書": ("「手順書」の検索結果|ものさし", []),
    "/towns": ("団体|ものさし", ["トップページ", "団体"]),
    f"/towns/{AOBA}": ("青葉市|ものさし", ["トップページ", "団体", "青葉市"]),
    "/work-areas": ("業務分類|ものさし", ["トップページ", "業務分類"]),
    "/procedures": ("標準業務|ものさし", ["トップページ", "標準業務"]),
    "/procedures/tennyu-todoke": ("転入届|標準業務|ものさし", ["トップページ", "標準業務", "転入届"]),
    MANUAL: (f"{NAME}(青葉市)|ものさし", ["トップページ", "団体", "青葉市", NAME]),
    f"{MANUAL}/editions": (f"版の一覧 {NAME}(青葉市)|ものさし", ["トップページ", "団体", "青葉市", NAME, "版の一覧"]),
    f"{MANUAL}/editions/1": (f"第1版 {NAME}(青葉市)|ものさし", ["トップページ", "団体", "青葉市", NAME, "第1版"]),
    f"{MANUAL}/sheet": (f"{NAME}(青葉市 第2版)要約", []),
    f"{MANUAL}/print": (f"{NAME}(青葉市 第2版)", []),
    "/session/new": ("ログイン|ものさし", []),
    "/nowhere": ("ページが見つかりません|ものさし", []),
}


def crumbs(text: str) -> list[str]:
    """The breadcrumb trail of a page."""
    trail = re.search(r'<nav class="breadcrumb.*?</nav>', text, re.DOTALL)
    labels = re.findall(r"<li>(.*?)</li>", trail.group() if trail else "")
    return [unescape(re.sub(r"<[^>]+>", "", label)) for label in labels]


@pytest.mark.parametrize("address", SAID)
def test_a_page_says_where_one_is(stage: Stage, address: str) -> None:
    text = stage.as_(Kind.ANONYMOUS).get(address).text
    said = re.search(r"<title>(.*?)</title>", text)
    assert said is not None
    assert (unescape(said.group(1)), crumbs(text)) == SAID[address]
    assert text.count("<h1") == 1


def test_every_crumb_leads_somewhere(stage: Stage, seen_by_reader: list[Seen]) -> None:
    """Also from the editions of a manual that is no longer public."""
    shown = [one for one in seen_by_reader if one.mimetype == "text/html"]
    trails = {one.address: re.search(r'<nav class="breadcrumb.*?</nav>', one.text, re.DOTALL) for one in shown}
    links = {
        link: address
        for address, trail in trails.items()
        for link in re.findall(r'href="([^"]+)"', trail.group() if trail else "")
    }
    assert links
    for link, address in links.items():
        assert stage.as_(Kind.READER).get(link).status_code == 200, (address, link)


def test_head_is_get_without_its_body(stage: Stage) -> None:
    client = stage.as_(Kind.ANONYMOUS)
    for _endpoint, address in pages(stage.app):
        with client.get(address) as whole, client.head(address) as head:
            assert (head.status_code, head.data) == (whole.status_code, b"")
            assert head.headers.get("Content-Type") == whole.headers.get("Content-Type")


@pytest.mark.parametrize(
    ("address", "says", "leads"),
    [
        (f"/towns/{WAKAMATSU}", "公開されている手順書は、まだありません。", "/towns"),
        ("/work-areas/C", "この分類の手順書は、まだ公開されていません。", "/work-areas"),
        ("/procedures/juminhyo-kofu", "この業務の手順書は、まだ公開されていません。", "/work-areas/"),
        ("/search?q=ぜったいにないことば", "に合う手順書は見つかりませんでした。", "/work-areas"),
        ("/search?town=000000", "条件に合う手順書は見つかりませんでした。", "/work-areas"),
    ],
)
def test_where_nothing_is_a_page_says_what_to_do(stage: Stage, address: str, says: str, leads: str) -> None:
    text = stage.as_(Kind.ANONYMOUS).get(address).text
    assert says in text
    assert f'href="{leads}' in text.partition('<main id="main"')[2]


@pytest.mark.parametrize(
    "address",
    ["/towns/000000", "/towns/99001", "/towns/abc", "/work-areas/Q", "/work-areas/B99", "/work-areas/b", "/procedures/nai",
     f"{MANUAL}/editions/3", f"{MANUAL}/editions/0", f"{MANUAL}/files/exe", f"{MANUAL}/files/", "/towns/", "/towns//990019"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(stage: Stage, address: str) -> None:
    answer = stage.as_(Kind.READER).open(path=address)
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text


def test_an_old_edition_says_so_and_leads_to_the_new_one(stage: Stage) -> None:
    client = stage.as_(Kind.ANONYMOUS)
    old, live = client.get(f"{MANUAL}/editions/1").text, client.get(f"{MANUAL}/editions/2").text
    assert "これは旧版です(第1版)" in old
    assert f'href="{MANUAL}"' in old
    assert "これは旧版です" not in live


def test_a_file_is_named_after_town_manual_and_edition(stage: Stage) -> None:
    for form, kind in (("md", "text/markdown"), ("json", "application/json")):
        answer = stage.as_(Kind.ANONYMOUS).get(f"{MANUAL}/files/{form}")
        assert answer.mimetype == kind
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{AOBA}-{Thing.REVISED.value}@2.{form}"'


@pytest.fixture
def published(app: Flask, engine: Engine, now: Any) -> FlaskClient:
    """An anonymous browser of an application with one public manual."""
    with transaction(engine) as session:
        a_publication(session, now - timedelta(days=1))
    return app.test_client()


def test_the_top_page_before_anything_is_published(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "まだ公開された手順書はありません。" in text
    assert "0件" not in text.partition('id="areas-h"')[0]
    assert "たとえば" not in text  # no words to try that find nothing
    assert "新しい順に見る" not in text


def test_the_top_page_names_what_is_published(published: FlaskClient) -> None:
    text = published.get("/").text
    assert "1件の業務手順書" in text
    assert "たとえば" in text
    assert "まだ公開された手順書はありません。" not in text


@pytest.mark.parametrize(
    ("minutes", "of_the_step", "of_the_manual"), [(62.5, "62.5分", "約63分"), (1_800, "30時間", "約30時間")]
)
def test_times_are_said_in_one_way(
    app: Flask, engine: Engine, now: Any, minutes: float, of_the_step: str, of_the_manual: str
) -> None:
    """A step keeps its minutes as written below two hours; what is summed up is rounded alike wherever it stands."""
    with transaction(engine) as session:
        a_publication(session, now, steps=[a_step("step-uketsuke", minutes=minutes)])
    client, address = app.test_client(), f"/towns/{AOBA}/manuals/tennyu"
    said = {place: client.get(f"{address}{place}").text for place in ("", "/sheet", "/print")}
    assert all(f">{of_the_step}<" in text for text in said.values())
    lists = [client.get(place).text for place in ("/", f"/towns/{AOBA}", "/procedures/tennyu-todoke")]
    assert all(of_the_manual in text for text in [*said.values(), *lists])
    assert not any("1,800分" in text for text in [*said.values(), *lists])


def test_a_withdrawn_manual_is_gone_at_once(published: FlaskClient, engine: Engine, now: Any) -> None:
    """Also from pages that were kept for anonymous readers, and when another process withdrew it."""
    address = f"/towns/{AOBA}/manuals/tennyu"
    assert [published.get(address).status_code for _ in range(3)] == [200, 200, 200]
    with transaction(engine) as session:
        manual = manual_at(session, AOBA, "tennyu")
        assert manual is not None
        withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="作り直すため")
    for more in ("", "/sheet", "/print", "/files/md", "/files/json", "/editions", "/editions/1"):
        assert published.get(address + more).status_code == 404
    assert address not in published.get("/").text
