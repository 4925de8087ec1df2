"""How a town begins and leaves, and how an operator is made. Run on the command line by whoever owns the machine: no actor.

An operator works for all towns alike, but an account belongs to one municipality. So operators belong to `OPERATORS`, an
entry beside the master that is no town: it never takes part, its code is that of no town, and no administrator keeps its people.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from kb.accounts.actions import (
    MunicipalityRow,
    assign,
    begin_participation,
    open_account,
    open_post,
    record_municipality,
)
from kb.accounts.models import Municipality, MunicipalityKind, Participation, Role, User
from kb.accounts.queries import in_force, municipality
from kb.accounts.rules import ANYONE
from kb.activity.actions import record
from kb.errors import Conflict, Invalid
from kb.staffing.entries import Checking, taken
from kb.staffing.invitations import LASTS, issue_invitation
from kb.staffing.models import InvitationReason
from kb.staffing.queries import login_taken

OPERATORS = MunicipalityRow(
    code="000001", prefecture="", name="ものさし運営", kana="ものさしうんえい", kind=MunicipalityKind.ASSOCIATION
)
"""Whose people operators are. Prefecture numbers begin with 01, so that no municipality ever has this code."""


def create_operator(session: Session, login: str, name: str, *, at: datetime) -> str:
    """Make an operator's account; the token of the link by which they choose a password. Raises Invalid."""
    if municipality(session, OPERATORS.code) is None:
        record_municipality(session, OPERATORS)
        session.flush()
    return _open(session, OPERATORS.code, login, name, ("運営", "運営者"), Role.OPERATOR, at)


def join_town(
    session: Session, code: str, login: str, name: str, department: str, post: str, *, at: datetime
) -> tuple[Municipality, str]:
    """Take a municipality into participation with its first administrator; the town, and the token of that person's link.

    Raises Invalid for an unknown code, a login that is taken or a name that cannot be; Conflict when it takes part already.
    """
    town = _known(session, code)
    if _open_participation(session, code, at) is not None:
        raise Conflict(f"{town.name}({code})は既に参加しています。")
    begin_participation(session, code, since=at)
    record(session, "town.joined", who=ANYONE, at=at, town=code, object_name=town.name)
    return town, _open(session, code, login, name, (department, post), Role.ADMINISTRATOR, at)


def leave_town(session: Session, code: str, *, at: datetime) -> Municipality:
    """End a municipality's participation. What it has published stays; its people read what is their own or public.

    Raises Invalid for an unknown code, Conflict when it does not take part.
    """
    town = _known(session, code)
    participation = _open_participation(session, code, at)
    if participation is None:
        raise Conflict(f"{town.name}({code})は参加していません。")
    participation.until = at
    session.add(participation)
    record(session, "town.left", who=ANYONE, at=at, town=code, object_name=town.name)
    return town


def renew_first_link(session: Session, login: str, *, at: datetime) -> tuple[str, timedelta]:
    """The token of a new link, and how long it lasts, for somebody whom no administrator can help: an operator, or a
    town's only administrator. Raises Invalid for an unknown login, Conflict for a disabled account.
    """
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None:
        raise Invalid(f"職員ID「{login}」の人はいません。")
    reason = InvitationReason.RESET if user.password_hash else InvitationReason.JOINING
    return issue_invitation(session, user, reason, at=at), LASTS[reason]


def _known(session: Session, code: str) -> Municipality:
    town = municipality(session, code)
    if town is None or code == OPERATORS.code:
        raise Invalid(
            f"団体コード「{code}」の自治体は名簿にありません。検査数字を含む6桁で指定してください。"
            "まだ読み込んでいないときは、先に prepare を実行してください。"
        )
    return town


def _open_participation(session: Session, code: str, at: datetime) -> Participation | None:
    found = select(Participation).where(Participation.municipality_code == code, in_force(Participation, at))
    return session.exec(found.order_by(col(Participation.id).desc())).first()


def _open(session: Session, code: str, login: str, name: str, office: tuple[str, str], role: Role, at: datetime) -> str:
    """An account in a post of its own, opened when it is not there yet, and the token of its link."""
    checking = Checking()
    login = checking.login("login", login)
    name = checking.name("name", "氏名", name)
    department, title = (
        checking.name(field, label, text)
        for field, label, text in zip(("department", "post"), ("所属", "職"), office, strict=True)
    )
    checking.finish()
    if login_taken(session, login):
        raise Invalid(taken(login))
    user = open_account(session, code, login=login, name=name, password_hash="")  # none until the link is used
    assign(session, user, open_post(session, code, department, title), role, since=at)
    record(
        session,
        "person.invited",
        who=ANYONE,
        at=at,
        town=code,
        object_id=user.id,
        object_name=name,
        detail=f"職員ID {login}・{department} {title}・{role.label}",
    )
    return issue_invitation(session, user, InvitationReason.JOINING, at=at)
