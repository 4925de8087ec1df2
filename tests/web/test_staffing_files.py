"""Files of the administrator's pages: a roster comes in, links and the record of what happened go out."""

import csv
import io
import re
from base64 import b64decode
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.accounts.queries import user_by_login
from kb.activity.actions import record
from kb.db import reading, transaction
from kb.staffing.invitations import find_invitation
from kb.staffing.roster import HEADERS
from kb.web.csv_answer import csv_text
from tests.web.test_staffing_pages import TOWN, as_
from tests.world import AOBA, WAKAMATSU, person, sign_in

ROSTER = ",".join(HEADERS) + "\r\na-yamada,山田 花子,税務課,収納係,作成者,2026-04-01\r\n"


@pytest.fixture
def daigo(client: FlaskClient) -> FlaskClient:
    """The administrator of 青葉市, signed in."""
    return sign_in(client, "daigo")


def upload(client: FlaskClient, data: bytes):
    """Send a roster as a file."""
    return client.post(f"{TOWN}/rosters", data={"file": (io.BytesIO(data), "meibo.csv")})


def test_a_roster_is_previewed_and_then_carried_out(daigo: FlaskClient, engine: Engine, now: datetime) -> None:
    preview = upload(daigo, ROSTER.encode("cp932"))
    assert preview.status_code == 200
    assert "1人を招待しますか" in preview.text
    assert "所属: 税務課" in preview.text
    with reading(engine) as session:
        assert user_by_login(session, "a-yamada") is None
    done = daigo.post(f"{TOWN}/rosters", data={"text": ROSTER, "sure": "yes"})
    assert "1人を招待しました" in done.text
    [data] = re.findall(r'href="data:text/csv;charset=utf-8;base64,([\w+/=]+)"', done.text)
    [_, row] = csv.reader(io.StringIO(b64decode(data).decode("utf-8-sig")))
    assert row[:3] == ["a-yamada", "山田 花子", "税務課 収納係"]
    with reading(engine) as session:
        assert find_invitation(session, row[3].rpartition("/")[2], now) is not None
    again = daigo.post(f"{TOWN}/rosters", data={"text": ROSTER, "sure": "yes"})
    assert again.status_code == 422
    assert "2行目" in again.text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "CSV"),
        (b"\x00\x01\x02", "CSV"),
        (b"\xff\xfe\x00\x81", "文字コード"),
        (ROSTER.encode() + b"b,x,y,z,w,v\r\n" * 10_000, "1,000行まで"),
        (b"x" * 450_000, "大きすぎます"),
        (ROSTER.replace("作成者", "<script>").encode(), "2行目"),
    ],
)
def test_a_roster_that_is_none_is_refused_whole(daigo: FlaskClient, engine: Engine, data: bytes, told: str) -> None:
    answer = upload(daigo, data)
    assert answer.status_code == 422
    assert told in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]
    with reading(engine) as session:
        assert user_by_login(session, "a-yamada") is None


def test_what_was_done_and_refused_can_be_read(app: Flask, daigo: FlaskClient) -> None:
    assert as_(app, "akari").get(f"{TOWN}/people").status_code == 403
    assert as_(app, "chika").get(f"{TOWN}/people").status_code == 404
    daigo.post(f"{TOWN}/departments", data={"name": "税務課"})
    page = daigo.get(f"{TOWN}/activity").text
    for word in (
        "所属を作った",
        "税務課",
        "情報政策課 DX推進係長",
        "権限のない操作をしようとした",
        "拒否",
        f"{TOWN}/people",
    ):
        assert word in page
    refused = daigo.get(f"{TOWN}/activity?refused=yes").text.partition("<tbody>")[2]
    assert "見本 あかり" in refused
    assert "所属を作った" not in refused
    assert "条件に合うできごとはありません" in daigo.get(f"{TOWN}/activity?from=2026-11-23").text
    assert "日付を読み取れませんでした" in daigo.get(f"{TOWN}/activity?from=あした").text


def test_a_refused_form_leaves_its_trace_although_it_is_undone(app: Flask, daigo: FlaskClient) -> None:
    assert as_(app, "bunta").post(f"{TOWN}/departments", data={"name": "税務課"}).status_code == 403
    page = daigo.get(f"{TOWN}/activity?kind=access.refused").text
    assert "POST" in page
    assert "市民課 住民記録係長" in page
    assert "税務課" not in daigo.get(f"{TOWN}/departments").text


def test_the_record_is_taken_away_without_formulas(daigo: FlaskClient, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        who = person(session, "daigo", now)
        record(session, "comet.sighted", who=who, at=now, town=AOBA, object_name="=HYPERLINK(1)", detail="＠SUM(1)")
        record(session, "comet.sighted", who=who, at=now, town=WAKAMATSU, object_name="elsewhere")
    answer = daigo.get(f"{TOWN}/activity.csv?kind=comet.sighted")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="activity-{AOBA}.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    [_, row] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row == ["2026-11-22 09:00:00", "見本 だいご", "", "comet.sighted", "'=HYPERLINK(1)", "'＠SUM(1)", ""]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\tx", "\rx", "＝1", "＋1", "－1", "＠a"])
def test_no_cell_is_calculated(cell: str) -> None:
    [row] = csv.reader(io.StringIO(csv_text(["plain", cell], []), newline=""))
    assert row[0] == "plain"
    [_, row] = csv.reader(io.StringIO(csv_text(["x"], [[cell]]), newline=""))
    assert row == [f"'{cell}"]
