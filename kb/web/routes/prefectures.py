"""Prefectures: the towns of each that share manuals."""

from flask import Blueprint, render_template, url_for

from kb.accounts.models import Municipality
from kb.accounts.prefectures import prefecture_code, prefectures
from kb.accounts.queries import prefecture_names
from kb.errors import NotFound
from kb.web.access import Access, access
from kb.web.current import session
from kb.web.town_groups import group_tiles, scene, town_group
from kb.web.trail import trail

blueprint = Blueprint("prefectures", __name__, url_prefix="/prefectures")


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """The prefectures that have a town here, north to south."""
    tiles = group_tiles(scene(), _prefecture_of, prefecture_names(session()), "prefectures.show", "prefecture")
    return render_template(
        "prefectures/index.html", groups=tiles, trail=trail("都道府県", ("団体", url_for("towns.index")))
    )


@blueprint.get("/<prefecture:prefecture>")
@access(Access.ANYONE)
def show(prefecture: str) -> str:
    """One prefecture: its towns, and its neighbours."""
    names = prefecture_names(session())
    if prefecture not in names:
        raise NotFound
    known = prefectures().get(prefecture)
    return render_template(
        "prefectures/show.html",
        name=names[prefecture],
        group=town_group(scene(), _prefecture_of, prefecture, "prefecture"),
        neighbours=[
            (names[code], url_for("prefectures.show", prefecture=code)) for code in (known.neighbours if known else ())
        ],
        trail=trail(names[prefecture], ("団体", url_for("towns.index")), ("都道府県", url_for("prefectures.index"))),
    )


def _prefecture_of(town: Municipality) -> str:
    return prefecture_code(town.code)
