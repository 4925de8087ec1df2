"""Standard procedures: every town's manual of one procedure, side by side."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from kb.errors import NotFound
from kb.publishing.counts import counts_by_procedure, towns_by_procedure
from kb.publishing.queries import live_manuals
from kb.standards.models import Procedure
from kb.standards.queries import procedure, procedures, work_area, work_areas
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.rows import row
from kb.web.tiles import ProcedureTile, procedure_tile
from kb.web.trail import trail

blueprint = Blueprint("procedures", __name__, url_prefix="/procedures")


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
    """One procedure."""
    found = procedure(session(), key)
    if found is None:
        raise NotFound
    return render_template(
        "procedures/show.html",
        procedure=_described(found),
        rows=[row(listed, viewer()) for listed in live_manuals(session(), viewer(), now(), procedure=key)],
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
