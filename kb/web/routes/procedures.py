"""Standard procedures: every town's manual of one procedure, side by side."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from kb.accounts.queries import municipality, prefecture_names
from kb.errors import NotFound
from kb.publishing.counts import counts_by_procedure, towns_by_procedure
from kb.publishing.queries import live_manuals
from kb.standards.models import Procedure
from kb.standards.queries import procedure, procedures, work_area, work_areas
from kb.web.access import Access, access
from kb.web.compared import compared, ranked
from kb.web.comparison import COLUMN_SORTS, choices, comparison, headers, orders, sorts
from kb.web.current import now, parts, session, viewer
from kb.web.order_sentences import order_sentence
from kb.web.paging import PER_PAGE, pages
from kb.web.tiles import ProcedureTile, procedure_tile
from kb.web.trail import trail

blueprint = Blueprint("procedures", __name__, url_prefix="/procedures")
MOST = 2_000
"""Manuals of one procedure that are compared: more than there are municipalities."""


@dataclass(frozen=True)
class Group:
    """The procedures of a large work area."""

    name: str
    procedures: list[ProcedureTile]


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """All procedures by large work area."""
    towns = towns_by_procedure(session(), viewer(), now())
    manuals = counts_by_procedure(session(), viewer(), now())
    found = procedures(session())
    groups = [
        Group(area.name, [procedure_tile(one, towns, manuals) for one in found if one.work_area_code[0] == area.code])
        for area in work_areas(session())
        if area.parent_code is None
    ]
    return render_template("procedures/index.html", groups=groups, trail=trail("標準業務"))


@blueprint.get("/<slug:key>")
@access(Access.ANYONE)
def show(key: str) -> str:
    """One procedure: every town's manual of it, in the order and as far as the address asks for."""
    found = procedure(session(), key)
    if found is None:
        raise NotFound
    home = municipality(session(), viewer().municipality_code or "")
    asked = comparison(key, orders(from_a_town=home is not None, by_likes=parts().settings.rank_by_likes))
    everything = compared(
        session(), viewer(), live_manuals(session(), viewer(), now(), procedure=key, limit=MOST), home
    )
    kept = ranked([one for one in everything if asked.keeps(one)], asked.rank, turned=asked.turned)
    shown = kept[(asked.page - 1) * PER_PAGE : asked.page * PER_PAGE]
    if asked.page > 1 and not shown:
        raise NotFound
    names = prefecture_names(session())
    return render_template(
        "procedures/show.html",
        procedure=_described(found),
        rows=shown,
        total=len(kept),
        everything=len(everything),
        longest=max((one.manual.figures.minutes or 0 for one in everything if one.manual.figures), default=0),
        asked=asked,
        choices=choices(asked, everything, names),
        headers=headers(asked),
        sorts=sorts(asked),
        order_sentence=order_sentence(asked.rank, turned=asked.turned),
        column_sorts=sorts(asked, COLUMN_SORTS),
        prefecture_names=names,
        pages=pages(len(kept), asked.page, lambda number: asked.url(page=number)),
        feed_url=url_for("feeds.show", key=key),
        trail=trail(found.name, ("標準業務", url_for("procedures.index"))),
    )


@dataclass(frozen=True)
class Described:
    """A procedure as its page introduces it."""

    name: str
    reading: str
    description: str
    aliases: list[str]
    legal_basis: str
    work_area_name: str
    work_area_url: str


def _described(found: Procedure) -> Described:
    area = work_area(session(), found.work_area_code)
    return Described(
        name=found.name,
        reading=found.readings[0] if found.readings else "",
        description=found.summary,
        aliases=found.aliases,
        legal_basis=found.legal_basis,
        work_area_name=area.name if area else "",
        work_area_url=url_for("work_areas.show", code=found.work_area_code),
    )
