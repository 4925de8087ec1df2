"""Towns and what each of them shares."""

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, url_for

from kb.accounts.models import Municipality
from kb.accounts.prefectures import prefecture_code
from kb.accounts.queries import municipality, participating, prefecture_names
from kb.accounts.sizes import size_band
from kb.errors import NotFound
from kb.japanese.notation import wareki
from kb.publishing.counts import counts_by_town
from kb.publishing.queries import live_manuals
from kb.web.access import Access, access
from kb.web.adoption_rows import of_town
from kb.web.current import now, session, viewer
from kb.web.rows import Row, row
from kb.web.taken_over import taken_over
from kb.web.tiles import town_tile
from kb.web.trail import trail

blueprint = Blueprint("towns", __name__, url_prefix="/towns")
MOST = 1_000
"""Manuals listed on a town's page; beyond that the search within the town serves better."""


@dataclass(frozen=True)
class Described:
    """A town as its page introduces it."""

    name: str
    code: str
    kind: str
    prefecture: str
    prefecture_url: str | None
    population: int | None
    population_note: str
    size: str
    """Label of the size band; empty when the population is not known."""
    size_url: str | None


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """All participating towns, largest first."""
    counts = counts_by_town(session(), viewer(), now())
    towns = [town_tile(town, counts) for town in participating(session(), now())]
    return render_template("towns/index.html", towns=towns, trail=trail("団体"))


@blueprint.get("/<code:code>")
@access(Access.ANYONE)
def show(code: str) -> str:
    """One town and its manuals by work area."""
    town = municipality(session(), code)
    if town is None:
        raise NotFound
    listed = live_manuals(session(), viewer(), now(), town=code, limit=MOST)
    rows = [row(one, viewer()) for one in sorted(listed, key=lambda one: (one.work_area_code or "~", one.title))]
    return render_template(
        "towns/show.html",
        town=_described(town),
        groups=[(name, list(group)) for name, group in groupby(rows, key=_area_of)],
        adopted=of_town(code),
        total=counts_by_town(session(), viewer(), now()).get(code, 0),
        search_url=url_for("search.index", town=code),
        feed_url=url_for("feeds.show", code=code),
        taken=taken_over(listed),
        trail=trail(town.name, ("団体", url_for("towns.index"))),
    )


def _area_of(one: Row) -> str:
    return one.work_area_name or "分類なし"


def _described(town: Municipality) -> Described:
    note = "見本" if town.sample else ""
    if town.population_as_of:
        note = f"日本人住民、{wareki(town.population_as_of)}"
    band, number = size_band(town.population), prefecture_code(town.code)
    known = number in prefecture_names(session())
    return Described(
        name=town.name,
        code=town.code,
        kind=town.kind.value,
        prefecture=town.prefecture,
        prefecture_url=url_for("prefectures.show", prefecture=number) if known else None,
        population=town.population,
        population_note=note,
        size=band.label if band else "",
        size_url=url_for("sizes.show", band=band.key) if band else None,
    )
