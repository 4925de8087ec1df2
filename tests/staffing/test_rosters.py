"""名簿: read as Excel writes it, every problem at once, and carried out wholly or not at all."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, func, select

from kb.accounts.models import Department, Post, Role, User
from kb.accounts.rules import Viewer
from kb.errors import Invalid, NotAllowed
from kb.japanese.notation import local_date
from kb.staffing.enrolment import against_town, enrol, missing
from kb.staffing.invitations import find_invitation
from kb.staffing.queries import people
from kb.staffing.roster import HEADERS, MOST, Roster, UnfitRoster, decode, read_roster
from tests.world import AOBA, person

HEAD = ",".join(HEADERS) + "\r\n"
GOOD = HEAD + (
    "a-yamada,山田 花子,市民課,住民記録係,作成者,2026-04-01\r\n"
    "k-suzuki,鈴木 一郎,税務課,収納係長,承認者,令和8年4月1日\r\n"
    "k-suzuki,鈴木 一郎,税務課,管理係長,管理者,R8.4.1\r\n"
)


def problems(text: str) -> list[tuple[int, str]]:
    """Line and message of everything wrong."""
    return [(one.line, one.message) for one in read_roster(text).problems]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_it_is_read_as_excel_writes_it(encoding: str) -> None:
    roster = read_roster(decode(GOOD.encode(encoding)))
    assert roster.problems == ()
    assert [(line.number, line.entry.login, line.entry.role, line.post) for line in roster.lines] == [
        (2, "a-yamada", Role.AUTHOR, "住民記録係"),
        (3, "k-suzuki", Role.APPROVER, "収納係長"),
        (4, "k-suzuki", Role.ADMINISTRATOR, "管理係長"),
    ]
    assert {local_date(line.entry.since) for line in roster.lines} == {date(2026, 4, 1)}


def test_every_problem_is_told_with_its_line() -> None:
    text = HEAD + (
        ",,,,,\n"
        "やまだ,山田 花子,市民課,係,作成者,2026-04-01\n"
        "b,,市民課,係,えらい人,来年\n"
        "c,運営 一郎,市民課,係,運営者,2026-04-01\n"
        "d,山田,市民課,係,作成者,2026-04-01,余分\n"
    )
    found = problems(text)
    assert [line for line, _ in found] == [3, 4, 4, 4, 5, 6]
    assert "職員ID" in found[0][1]
    assert [word in message for word, (_, message) in zip(("氏名", "役割", "開始日"), found[1:4], strict=True)] == [
        True
    ] * 3
    assert "役割" in found[4][1]
    assert "列が6つより多く" in found[5][1]


def test_contradictions_within_the_file() -> None:
    line = "a,山田,市民課,係,作成者,2026-04-01\n"
    assert problems(HEAD + line + line) == [(3, "2行目と同じ職員・職・役割です。")]
    assert problems(HEAD + line + line.replace("山田", "山本")) == [(3, "職員ID「a」が2行目の別の人と重なっています。")]
    assert problems(HEAD + line + line.replace("a,", "A,")) == [(3, "職員ID「A」が2行目の別の人と重なっています。")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1行目の見出し"),
        ("名前,年齢\n花子,20\n", "1行目の見出し"),
        (HEAD, "職員の行がありません"),
        (HEAD + "a\0b,山田,市民課,係,作成者,2026-04-01\n", "CSVファイルではない"),
        (HEAD + '"a,山田,市民課,係,作成者,2026-04-01\n', "CSVとして読み取れません"),
        (HEAD + f'"{"x" * 140_000}",山田,市民課,係,作成者,2026-04-01\n', "CSVとして読み取れません"),
        (HEAD + "a,山田,市民課,係,作成者,2026-04-01\n" * 10_000, f"{MOST:,}行まで"),
    ],
)
def test_what_is_no_roster(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_roster(text)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(Invalid, match="文字コード"):
        decode(b"\xff\xfe\x00\x81")


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    for sent in (text, HEAD + text):
        with suppress(Invalid):
            assert isinstance(read_roster(sent), Roster)


def test_everybody_is_invited_and_what_is_missing_is_opened(session: Session, daigo: Viewer, now: datetime) -> None:
    roster = read_roster(GOOD)
    lacking = missing(session, AOBA, roster)
    assert (lacking.departments, lacking.posts) == (
        ("税務課",),
        (("税務課", "収納係長"), ("税務課", "管理係長")),
    )
    invited = enrol(session, AOBA, roster, by=daigo, at=now)
    assert [(one.login, one.office) for one in invited] == [
        ("a-yamada", "市民課 住民記録係"),
        ("k-suzuki", "税務課 収納係長"),
    ]
    assert all(find_invitation(session, one.token, now) for one in invited)
    [suzuki] = people(session, AOBA, "k-suzuki")
    assert [(one.post, one.role) for one in suzuki.held] == [
        ("収納係長", Role.APPROVER),
        ("管理係長", Role.ADMINISTRATOR),
    ]
    assert missing(session, AOBA, roster).posts == ()


def test_all_or_nothing(session: Session, daigo: Viewer, now: datetime) -> None:
    roster = read_roster(GOOD + "akari,見本 あかり,福祉課,係,作成者,2026-04-01\r\n")
    assert [one.line for one in against_town(session, roster).problems] == [5]
    before = counted(session)
    with pytest.raises(UnfitRoster, match="5行目: 職員ID「akari」は既に使われています"):
        enrol(session, AOBA, roster, by=daigo, at=now)
    assert counted(session) == before


@pytest.mark.parametrize("login", ["bunta", "fumio"])
def test_nobody_but_the_towns_administrator_may(session: Session, now: datetime, login: str) -> None:
    with pytest.raises(NotAllowed):
        enrol(session, AOBA, read_roster(GOOD), by=person(session, login, now), at=now)


def counted(session: Session) -> tuple[int, ...]:
    """How many people, departments and posts there are."""
    return tuple(session.exec(select(func.count()).select_from(table)).one() for table in (User, Department, Post))
