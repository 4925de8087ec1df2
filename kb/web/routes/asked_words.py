"""検索のようす: what is searched for in the whole installation, for operators and administrators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Flask, render_template, url_for
from werkzeug.wrappers import Response

from kb.asked.queries import Sum, Told, all_since, others_since, words_since
from kb.asked.rules import READERS, may_see_sums
from kb.errors import NotAllowed
from kb.japanese.notation import local_date
from kb.web.access import Access, access
from kb.web.administration import administers
from kb.web.csv_answer import csv_answer
from kb.web.current import now, session, viewer
from kb.web.input import choice
from kb.web.trail import manual_trail, trail

blueprint = Blueprint("asked_words", __name__)
PERIODS = ("7", "30", "90")
USUAL = "30"
SHOWN, MOST = 50, 10_000
"""Texts of a table, and of a file."""
HEADERS = ("さがした語", "さがした回数", "見つからなかった回数", "結果を開いた回数")
OTHERS = "その他"
TITLES = {
    Told.ASKED: ("よくさがされた語", "この期間にさがされた語はありません。"),
    Told.MISSED: ("見つからなかった語", "見つからなかった語はありません。"),
    Told.ABANDONED: ("見つかっても開かれなかった語", "見つかっても開かれなかった語はありません。"),
}


@dataclass(frozen=True)
class Table:
    """One of the three lists."""

    told: Told
    title: str
    nothing: str
    rows: list[tuple[Sum, str]]
    """Each text with the address of its search."""


@blueprint.record_once
def _register(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals["sees_sums"] = lambda: may_see_sums(viewer()) is not None


@blueprint.get("/asked-words")
@access(Access.SIGNED_IN)
def index() -> str:
    """The lists of a period."""
    _check()
    days, first = _period()
    own = viewer().own_town
    code = own if administers(own) else None
    title = "検索のようす"
    return render_template(
        "asked_words/index.html",
        code=code,
        town=viewer().municipality_name,
        trail=manual_trail(title, code, viewer().municipality_name) if code else trail(title),
        periods=[(f"{one}日間", url_for("asked_words.index", days=one), one == days) for one in PERIODS],
        total=all_since(session(), first),
        others=others_since(session(), first),
        tables=[_table(told, first) for told in Told],
        readers=READERS,
        file_url=url_for("asked_words.show", days=days),
    )


@blueprint.get("/asked-words.csv")
@access(Access.SIGNED_IN)
def show() -> Response:
    """Every text of a period as a file, and その他."""
    _check()
    days, first = _period()
    return csv_answer(f"asked-words-{days}.csv", HEADERS, _lines(first))


def _lines(first: date) -> Iterator[tuple[str, ...]]:
    for one in words_since(session(), first, limit=MOST):
        yield one.text, str(one.asked), str(one.missed), str(one.opened)
    others = others_since(session(), first)
    yield OTHERS, str(others.asked), str(others.missed), str(others.opened)


def _table(told: Told, first: date) -> Table:
    found = words_since(session(), first, told, limit=SHOWN)
    return Table(told, *TITLES[told], [(one, url_for("search.index", q=one.text)) for one in found])


def _period() -> tuple[str, date]:
    """The chosen number of days, today being one of them, and the first of them."""
    days = choice("days", PERIODS) or USUAL
    return days, local_date(now()) - timedelta(days=int(days) - 1)


def _check() -> None:
    if may_see_sums(viewer()) is None:
        raise NotAllowed("検索のようすを見られるのは、運営者と団体の管理者です。")
