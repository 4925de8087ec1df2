"""使い方: how the product is used, for each kind of user."""

from typing import Any

from flask import Blueprint, render_template, url_for

from kb.errors import NotFound
from kb.web.access import Access, access
from kb.web.helping import help_address, help_pages
from kb.web.trail import trail

blueprint = Blueprint("help", __name__, url_prefix="/help")
HERE = "使い方"


@blueprint.app_context_processor
def _link_of_every_page() -> dict[str, Any]:
    return {"help_address": help_address}


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """The contents of all pages."""
    return render_template("help/index.html", pages=help_pages().values(), trail=trail(HERE))


@blueprint.get("/<page>")
@access(Access.ANYONE)
def show(page: str) -> str:
    """One page with all its parts."""
    found = help_pages().get(page)
    if found is None:
        raise NotFound
    others = [one for one in help_pages().values() if one is not found]
    return render_template(
        "help/show.html",
        page=found,
        contents=[(part.anchor, part.title, []) for part in found.parts],
        others=others,
        trail=trail(found.title, (HERE, url_for("help.index"))),
    )
