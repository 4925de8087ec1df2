"""The own account: name and posts, the password, and where one is signed in."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.accounts.actions import set_password
from kb.accounts.models import User
from kb.accounts.passwords import hash_password, password_problems
from kb.accounts.queries import held_assignments
from kb.accounts.sign_ins import end_sign_in, end_sign_ins, live_sign_ins
from kb.accounts.throttling import Attempt, forgive
from kb.activity.actions import record
from kb.db import transaction
from kb.errors import Invalid, NotAllowed
from kb.japanese.notation import JST, wareki_short
from kb.web.access import Access, access
from kb.web.current import now, parts, session, viewer
from kb.web.notices import notify
from kb.web.password_check import TooEarly, attempted, password_fits
from kb.web.sign_in import idle_time, leave, sign_in_id
from kb.web.trail import trail

blueprint = Blueprint("account", __name__, url_prefix="/account")
WRONG = "今のパスワードが違います。"
SAME = "今のパスワードと同じです。別のものにしてください。"
DIFFERENT = "上の新しいパスワードと違います。同じものを入力してください。"
EVERYWHERE, ALL = "all", "すべての端末"
_LONGEST_NUMBER = 18
Problems = dict[str, list[str]]
"""Name of a field to what is wrong with it."""


@dataclass(frozen=True)
class Held:
    """An assignment as its holder sees it."""

    department: str
    post: str
    role: str
    since: datetime
    until: datetime | None
    begun: bool


@dataclass(frozen=True)
class Place:
    """A browser in which one is signed in."""

    number: int
    device: str
    began_at: datetime
    seen_at: datetime
    here: bool

    @property
    def began(self) -> str:
        """When, to the minute: several on one day are told apart."""
        return _minute(self.began_at)

    @property
    def seen(self) -> str:
        """As above, for the last use."""
        return _minute(self.seen_at)


@blueprint.get("")
@access(Access.SIGNED_IN)
def show() -> str:
    """Name, posts, password form and sign-ins."""
    return _page({})


@blueprint.post("/password")
@access(Access.SIGNED_IN, writes=False)
def update() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Change the password; every other sign-in ends. Hashing happens between two short transactions."""
    user = session().get_one(User, viewer().user_id)
    tried = attempted(user.login, f"sign-in {sign_in_id()}")
    current, new = request.form.get("current_password", ""), request.form.get("new_password", "")
    try:
        problems = _problems(user, tried, current, new)
    except TooEarly as early:
        return _page({"current_password": [early.message]}), 429, {"Retry-After": str(early.seconds)}
    if problems:
        return _page(problems), 422
    hashed = hash_password(new)
    with transaction(parts().engine) as writing:
        forgive(writing, tried)
        set_password(writing, writing.get_one(User, user.id), hashed, at=now(), keep=sign_in_id())
        record(writing, "password.changed", who=viewer(), at=now(), town=user.municipality_code)
    notify("パスワードを変更しました。ほかの端末からはログアウトしました。")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/sign-ins/delete")
@access(Access.SIGNED_IN)
def delete() -> Response:
    """End one sign-in of one's own, or all of them. Raises Invalid for what is no number of one."""
    known, chosen = viewer(), request.form.get("sign_in", "")
    mine = known.user_id or 0
    if chosen == EVERYWHERE:
        end_sign_ins(session(), mine, at=now())
        record(session(), "sign_in.ended", who=known, at=now(), town=known.municipality_code, detail=ALL)
        leave()
        return redirect(url_for("sessions.new"), 303)
    if not chosen.isascii() or not chosen.isdigit() or len(chosen) > _LONGEST_NUMBER:
        raise Invalid("ログアウトする端末を選んでください。")
    if int(chosen) == sign_in_id():
        raise NotAllowed("この端末は、画面の上の「ログアウト」からログアウトしてください。")
    if end_sign_in(session(), int(chosen), of=mine, at=now()):
        record(session(), "sign_in.ended", who=known, at=now(), town=known.municipality_code)
    notify("選んだ端末からログアウトしました。")
    return redirect(url_for("account.show"), 303)


def _problems(user: User, tried: Attempt, current: str, new: str) -> Problems:
    """What is wrong with a change of password, by field. Raises TooEarly."""
    if not current or not password_fits(tried, user.password_hash, current):
        return {"current_password": [WRONG]}
    wrong = password_problems(new, context=(user.login, user.name, viewer().municipality_name))
    if not wrong and new == current:
        wrong = [SAME]
    again = [] if wrong or request.form.get("new_password_again", "") == new else [DIFFERENT]
    found = {"new_password": wrong, "new_password_again": again}
    return {name: sentences for name, sentences in found.items() if sentences}


def _minute(moment: datetime) -> str:
    return f"{wareki_short(moment)} {moment.astimezone(JST):%H:%M}"


def _page(problems: Problems) -> str:
    known = viewer()
    user = session().get_one(User, known.user_id)
    return render_template(
        "account/show.html",
        user=user,
        held=[
            Held(department.name, post.title, one.role.label, one.since, one.until, one.since <= now())
            for one, post, department in held_assignments(session(), user.id, now())
        ],
        places=[
            Place(one.id, one.device, one.began_at, one.seen_at, one.id == sign_in_id())
            for one in live_sign_ins(session(), user.id, now(), idle_time())
        ],
        idle_minutes=parts().settings.idle_minutes,
        problems=problems,
        return_to=url_for("account.show"),
        trail=trail("アカウント"),
    )
