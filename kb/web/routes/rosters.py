"""Inviting many people from a CSV file: every problem with its line, a preview, and the links of all, once."""

from base64 import b64encode

from flask import Blueprint, render_template, request, url_for

from kb.errors import Invalid
from kb.staffing.enrolment import Invited, against_town, enrol, missing
from kb.staffing.invitations import LASTS
from kb.staffing.models import InvitationReason
from kb.staffing.roster import HEADERS, MOST, Roster, decode, read_roster
from kb.web.access import Access, access
from kb.web.administration import administered, frame, link_url, moment_text
from kb.web.csv_answer import csv_bytes
from kb.web.current import now, session, viewer

blueprint = Blueprint("rosters", __name__, url_prefix="/towns/<code:code>/rosters")
LARGEST = 400_000
"""Bytes of a file: far more than `MOST` lines need."""
SHOWN = 100
"""Problems that a page lists; who has more repairs these first."""


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str) -> str:
    """What the file has to look like, and the form for sending it."""
    return _form(code)


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str) -> str | tuple[str, int]:
    """A file gives a preview; the preview, sent on, invites everybody in it or nobody."""
    administered(code)
    try:
        text = _sent()
        roster = against_town(session(), read_roster(text))
    except Invalid as error:
        return _form(code, refusal=error.message), 422
    if roster.problems:
        return _form(code, roster), 422
    if request.form.get("sure") != "yes":
        return _preview(code, text, roster)
    return _result(code, enrol(session(), code, roster, by=viewer(), at=now()))


def _sent() -> str:
    """The text of the file, or of the preview that was sent on. Raises Invalid."""
    file = request.files.get("file")
    if file is None or not file.filename:
        text = request.form.get("text", "")
        if not text:
            raise Invalid("CSVファイルを選んでください。")
        return text
    data = file.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Invalid(f"ファイルが大きすぎます。一度に読み込めるのは{MOST:,}行までです。")
    return decode(data)


def _form(code: str, roster: Roster | None = None, refusal: str = "") -> str:
    problems = roster.problems if roster else ()
    return render_template(
        "rosters/new.html",
        **frame(code, "CSVでまとめて招待する", _above(code)),
        problems=problems[:SHOWN],
        more=max(0, len(problems) - SHOWN),
        refusal=refusal,
        headers=HEADERS,
        most=MOST,
        example_url=_as_file(csv_bytes(HEADERS, EXAMPLE)),
        example=EXAMPLE,
    )


def _preview(code: str, text: str, roster: Roster) -> str:
    return render_template(
        "rosters/show.html",
        **frame(code, "招待する職員を確かめる", _above(code)),
        lines=roster.lines,
        people=len({line.entry.login for line in roster.lines}),
        missing=missing(session(), code, roster),
        text=text,
    )


def _result(code: str, invited: list[Invited]) -> str:
    until = moment_text(now() + LASTS[InvitationReason.JOINING])
    rows = [(one.login, one.name, one.office, link_url(one.token)) for one in invited]
    file = csv_bytes(("職員ID", "氏名", "所属と職", "リンク", "期限"), [(*row, until) for row in rows])
    return render_template(
        "rosters/create.html",
        **frame(code, "招待しました", _above(code)),
        rows=rows,
        until=until,
        file_url=_as_file(file),
    )


def _as_file(data: bytes) -> str:
    """An address that holds the file itself: links are kept nowhere, so that nothing but this page can give them."""
    return f"data:text/csv;charset=utf-8;base64,{b64encode(data).decode()}"


def _above(code: str) -> tuple[str, str]:
    return "職員", url_for("people.index", code=code)


EXAMPLE = (
    ("a-yamada", "山田 花子", "市民課", "住民記録係", "作成者", "2026-04-01"),
    ("k-suzuki", "鈴木 一郎", "市民課", "住民記録係長", "承認者", "令和8年4月1日"),
)
