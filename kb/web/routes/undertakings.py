"""うちで書きます: a town undertakes what is wished for, or points at a manual that it has."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import form_text
from kb.web.notices import notify
from kb.web.wished import wish_url
from kb.wishes.actions import give_back, undertake

blueprint = Blueprint("undertakings", __name__, url_prefix="/wanted/<number:number>/undertakings")
_SLUG = 80


@blueprint.post("")
@access(Access.SIGNED_IN)
def create(number: int) -> Response:
    """The viewer's town is going to write it; with a manual chosen, that is it."""
    slug = form_text("manual", _SLUG)
    undertake(session(), number, slug, by=viewer(), at=now())
    notify("手順書を結び付けました。" if slug else "引き受けました。手順書を公開すると、ほしいと言った人に伝わります。")
    return redirect(wish_url(number), 303)


@blueprint.post("/delete")
@access(Access.SIGNED_IN)
def delete(number: int) -> Response:
    """The viewer's town does not write it after all."""
    give_back(session(), number, by=viewer(), at=now())
    notify("引き受けをやめました。")
    return redirect(wish_url(number), 303)
