"""うちもほしい: a town's vote for a wish."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.notices import notify
from kb.web.wished import wish_url
from kb.wishes.actions import put_away, take_back, vote

blueprint = Blueprint("votes", __name__, url_prefix="/wanted/<number:number>/votes")


@blueprint.post("")
@access(Access.SIGNED_IN)
def create(number: int) -> Response:
    """The viewer's town wishes it too."""
    vote(session(), number, by=viewer(), at=now())
    notify("「うちもほしい」と伝えました。できると、マイデスクでお知らせします。")
    return redirect(wish_url(number), 303)


@blueprint.post("/delete")
@access(Access.SIGNED_IN)
def delete(number: int) -> Response:
    """Take the town's vote back."""
    take_back(session(), number, by=viewer(), at=now())
    notify("「うちもほしい」を取り消しました。")
    return redirect(wish_url(number), 303)


@blueprint.post("/news")
@access(Access.SIGNED_IN)
def update(number: int) -> Response:
    """The person has seen that the manual is there."""
    put_away(session(), number, by=viewer(), at=now())
    notify("お知らせを片付けました。")
    return redirect(url_for("desk.show"), 303)
