"""What happened in a town: read and taken away by its administrators."""

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from kb.activity.labels import LABELS, detail_label, label
from kb.activity.queries import Entry, Filters, count, feed, kinds
from kb.japanese.days import parse_day
from kb.japanese.notation import JST
from kb.staffing.queries import people
from kb.web.access import Access, access
from kb.web.administration import administered, frame, moment_text
from kb.web.csv_answer import csv_answer
from kb.web.current import session
from kb.web.input import page, query_number, text
from kb.web.paging import PER_PAGE, pages

blueprint = Blueprint("activity", __name__)
MOST = 50_000
"""Rows of a file; the newest ones. Whoever wants older ones names the days."""
PEOPLE = 5_000
HEADERS = ("日時", "職員", "そのときの職", "できごと", "対象", "補足", "結果")


@blueprint.get("/towns/<code:code>/activity")
@access(Access.OWN_TOWN)
def index(code: str) -> str:
    """The record, newest first, narrowed by kind, person and days."""
    values = frame(code, "できごと")
    filters, number = _filters(), page()
    total = count(session(), code, filters)
    entries = feed(session(), code, filters, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    asked = {name: text(name, 40) for name in _NAMES}
    narrowed: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return render_template(
        "activity/index.html",
        **values,
        entries=[(entry, moment_text(entry.at), label(entry.kind), _detail(entry)) for entry in entries],
        total=total,
        asked=asked,
        narrowed=bool(narrowed),
        kinds=[(kind, label(kind)) for kind in dict.fromkeys([*LABELS, *kinds(session(), code)])],
        people=[(str(one.id), one.name) for one in people(session(), code, limit=PEOPLE)],
        wrong=[name for name in ("from", "to") if asked[name] and parse_day(asked[name]) is None],
        file_url=url_for("activity.show", code=code, **narrowed),
        most=MOST,
        pages=pages(total, number, lambda n: url_for("activity.index", code=code, page=n, **narrowed)),
    )


@blueprint.get("/towns/<code:code>/activity.csv")
@access(Access.OWN_TOWN)
def show(code: str) -> Response:
    """The same record as a file, narrowed alike."""
    administered(code)
    entries = feed(session(), code, _filters(), limit=MOST)
    return csv_answer(f"activity-{code}.csv", HEADERS, map(_row, entries))


_NAMES = ("kind", "person", "from", "to", "refused")


def _filters() -> Filters:
    return Filters(
        kind=text("kind", 40),
        person_id=query_number("person"),
        first_day=parse_day(text("from", 20)),
        last_day=parse_day(text("to", 20)),
        refused=text("refused", 3) == "yes",
    )


def _detail(entry: Entry) -> str:
    return detail_label(entry.kind, entry.detail)


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S"),
        entry.person,
        entry.acting,
        label(entry.kind),
        entry.object_name,
        _detail(entry),
        "拒否" if entry.refused else "",
    )
