"""The cast of the demonstration (見本): fictitious people of fictitious towns, with one open password."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from kb.accounts.actions import assign, begin_participation, open_account, open_post
from kb.accounts.models import Municipality, Role, User
from kb.accounts.passwords import hash_password
from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import Viewer
from kb.errors import Misconfigured

PASSWORD = "monosashi-mihon"  # noqa: S105  # printed on the sign-in page of the demonstration
SINCE = datetime(2023, 4, 1, tzinfo=UTC)

AOBA, WAKAMATSU, MIDORIKAWA = "990019", "990027", "990035"


@dataclass(frozen=True)
class Member:
    """One of the cast."""

    login: str
    name: str
    town: str
    department: str
    post: str
    role: Role


_WITH_NOTE = re.compile("([^(\uff08]*)[(\uff08](.*)[)\uff09]")
_MANY_OFFICES = re.compile("^各|する課$")
_HEADED = ("課", "室", "局", "係", "センター")

CAST = (
    Member("akari", "見本 あかり", AOBA, "市民課", "住民記録係", Role.AUTHOR),
    Member("bunta", "見本 ぶんた", AOBA, "市民課", "住民記録係長", Role.APPROVER),
    Member("daigo", "見本 だいご", AOBA, "情報政策課", "DX推進係長", Role.ADMINISTRATOR),
    Member("eri", "見本 えり", AOBA, "市民課", "窓口係", Role.READER),
    Member("chika", "見本 ちか", WAKAMATSU, "町民課", "町民係", Role.AUTHOR),
    Member("fumio", "見本 ふみお", WAKAMATSU, "町民課", "町民課長", Role.APPROVER),
    Member("genta", "見本 げんた", MIDORIKAWA, "住民課", "住民係", Role.AUTHOR),
    Member("haruko", "見本 はるこ", MIDORIKAWA, "住民課", "住民課長", Role.APPROVER),
)


def load_cast(session: Session, password_hash: str) -> None:
    """Take the 見本 towns into participation and give the cast accounts and posts."""
    for town in dict.fromkeys(member.town for member in CAST):
        begin_participation(session, town, since=SINCE)
    for member in CAST:
        post = open_post(session, member.town, member.department, member.post)
        user = open_account(session, member.town, login=member.login, name=member.name, password_hash=password_hash)
        assign(session, user, post, member.role, since=SINCE)


def cast_password_hash() -> str:
    """The hash that all demo accounts share; made outside of transactions."""
    return hash_password(PASSWORD)


def writers(session: Session, town: str, department: str, at: datetime) -> tuple[Viewer, Viewer]:
    """Author and approver of a 見本 town, the approver acting first in a post that answers for the 所管課 of a manual.

    The cast is small, so its approver heads the other departments too; their posts are opened when first needed.
    Raises Misconfigured for a town without the two.
    """
    found = {member.role: member for member in CAST if member.town == town}
    if not {Role.AUTHOR, Role.APPROVER} <= set(found):
        raise Misconfigured(f"団体 {town} には見本の作成者と承認者がいません。")
    author, approver = (_viewer(session, found[role].login, at) for role in (Role.AUTHOR, Role.APPROVER))
    office = office_named(department)
    if office in ("", found[Role.APPROVER].department):
        return author, approver
    post = open_post(session, town, office, head_of(office))
    if all(acting.post_id != post.id for acting in approver.acting):
        assign(session, session.get_one(User, approver.user_id), post, Role.APPROVER, since=SINCE)
        approver = _viewer(session, found[Role.APPROVER].login, at)
    return author, replace(
        approver, acting=tuple(sorted(approver.acting, key=lambda acting: acting.post_id != post.id))
    )


def office_named(department: str) -> str:
    """The one office that answers for a 所管課: of 「各課(様式は人事課)」 人事課, of 「総務課(起案は各課)」 総務課."""
    parts = _WITH_NOTE.fullmatch(department)
    head, note = parts.groups() if parts else (department, "")
    return note.rpartition("は")[2].strip() if note and _MANY_OFFICES.search(head) else head.strip()


def head_of(office: str) -> str:
    """Title of an office's head: of 「教育委員会事務局 学務課」 学務課長."""
    name = office.split()[-1]
    return f"{name}長" if name.endswith(_HEADED) else f"{name}の責任者"


def has_demo_account(session: Session) -> bool:
    """Whether any account of the cast is in the database; a production start refuses then.

    A name alone proves nothing: a real town may well have somebody called eri.
    """
    logins = [member.login for member in CAST]
    found = select(User.id).join(Municipality).where(col(User.login).in_(logins), col(Municipality.sample))
    return session.exec(found.limit(1)).first() is not None


def _viewer(session: Session, login: str, at: datetime) -> Viewer:
    user = user_by_login(session, login)
    found = viewer(session, user.id, at) if user else None
    if found is None:
        raise Misconfigured(f"見本の職員「{login}」がいません。")
    return found
