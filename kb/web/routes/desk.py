"""マイデスク: what waits for the person, and what is new to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for

from kb.manuals.queries import Written
from kb.publishing.queries import Due
from kb.readings.queries import Changed, Read
from kb.web.access import Access, access
from kb.web.adoption_rows import on_desk
from kb.web.current import now, session, viewer
from kb.web.desk import Desk, desk_of, publishes
from kb.web.received import Reaction
from kb.web.report_rows import report_row
from kb.web.rows import EditionRow, Row, edition_row, manual_url, row
from kb.web.saved_searches import OnDesk
from kb.web.saved_searches import on_desk as searches_on_desk
from kb.web.trail import trail
from kb.web.wished import wish_news

blueprint = Blueprint("desk", __name__)
KEEPING = "keeping"
"""Where on a manual's page its own town confirms or revises it."""
MOST_OFFICES = 2
UNTITLED = "(題名はまだありません)"


@dataclass(frozen=True)
class DraftRow:
    """A draft; `url` only for the own one."""

    title: str
    url: str | None
    post: str
    begun_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class DueRow:
    """A manual whose review is due."""

    due: Due
    url: str


@dataclass(frozen=True)
class ReactionRow:
    """A manual of the own office, with what came back for it."""

    row: Row
    came: Reaction


@dataclass(frozen=True)
class ReadRow:
    """A manual that was read: what it is now, and which edition was read when."""

    row: Row
    edition: int
    read_at: datetime
    editions: Sequence[EditionRow] = ()
    """What came since, newest first."""


@blueprint.get("/desk")
@access(Access.SIGNED_IN)
def show() -> str:
    """The desk of whoever is signed in."""
    desk, adoptions, searches = desk_of(session(), viewer(), now()), on_desk(), searches_on_desk()
    return render_template(
        "desk/show.html",
        desk=desk,
        adoptions=adoptions,
        searches=searches,
        wish_news=wish_news(),
        office=_office(),
        contents=_contents(desk, len(adoptions), searches),
        drafts=[_draft_row(draft, own=True) for draft in desk.waiting.drafts],
        colleagues=[_draft_row(draft, own=False) for draft in desk.colleagues],
        due=[DueRow(due, manual_url(due.town_code, due.slug, KEEPING)) for due in desk.waiting.due],
        reports=[report_row(filed) for filed in desk.waiting.reports],
        own_reports=[report_row(filed) for filed in desk.own_reports],
        changed=[_changed_row(one) for one in desk.news.changed],
        in_town=[row(listed, viewer()) for listed in desk.news.in_town],
        recent=[_read_row(read) for read in desk.recent],
        reactions=[ReactionRow(row(one.listed, viewer()), one) for one in desk.received.reactions],
        write_url=url_for("drafts.new") if desk.writes else None,
        publishes=publishes(viewer()),
        return_to=None,
        trail=trail("マイデスク"),
    )


def _office() -> str:
    """In which posts the person acts; somebody who holds many need not read them all."""
    offices = [acting.office for acting in viewer().acting]
    more = f" ほか{len(offices) - MOST_OFFICES}" if len(offices) > MOST_OFFICES else ""
    return "、".join(offices[:MOST_OFFICES]) + more


def _contents(desk: Desk, adoptions: int, searches: OnDesk | None) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The table of contents, with how much lies in each part; parts that never concern this person are left out."""
    waiting = desk.waiting
    parts = [
        ("reports", "回答する指摘", len(waiting.reports), desk.writes),
        ("unpublished", "公開を待つ控え", len(waiting.unpublished), publishes(viewer())),
        ("due", "見直しの時期", len(waiting.due), desk.writes),
        ("adoptions", "採用の変更", adoptions, bool(adoptions)),
        ("saved-searches", "保存した条件の新着", len(searches.rows) + searches.more if searches else 0, bool(searches)),
        ("drafts", "自分の下書き", len(waiting.drafts), desk.writes or bool(waiting.drafts)),
        ("colleagues", "所属の下書き", len(desk.colleagues), bool(desk.colleagues)),
        ("news", "前回から変わったこと", len(desk.news), True),
        ("received", "届いた反応", len(desk.received.news), desk.writes),
        ("own-reports", "自分が送った指摘", len(desk.own_reports), bool(desk.own_reports)),
        ("recent", "最近読んだ手順書", len(desk.recent), True),
    ]
    return [(anchor, f"{label} {count}", []) for anchor, label, count, shown in parts if shown]


def _draft_row(draft: Written, *, own: bool) -> DraftRow:
    url = url_for("drafts.edit", number=draft.id) if own else None
    return DraftRow(draft.title or UNTITLED, url, draft.post, draft.begun_at, draft.updated_at)


def _changed_row(changed: Changed) -> ReadRow:
    listed = changed.read.listed
    editions = [edition_row(edition, listed.town_code, listed.slug) for edition in changed.editions]
    return ReadRow(row(listed, viewer()), changed.read.edition, changed.read.read_at, editions)


def _read_row(read: Read) -> ReadRow:
    return ReadRow(row(read.listed, viewer()), read.edition, read.read_at)
