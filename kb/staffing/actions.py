"""Verbs on people: invite somebody, correct a name, send a new link, stop and resume an account."""

from datetime import datetime

from sqlmodel import Session

from kb.accounts.models import Post, User
from kb.accounts.rules import Acting, Viewer
from kb.accounts.sign_ins import end_sign_ins
from kb.activity.actions import record
from kb.errors import Conflict
from kb.staffing.administrator import administrations, refuse_last, required
from kb.staffing.assignments import begin_assignment
from kb.staffing.entries import Checking, PersonEntry, Problem, Unfit, taken
from kb.staffing.invitations import cancel_invitations, make_invitation
from kb.staffing.models import InvitationReason
from kb.staffing.queries import login_taken
from kb.staffing.rules import may_administer
from kb.staffing.tenure import Tenure

REASON = 200
"""Characters of the reason for stopping an account."""


def invite_person(
    session: Session, town: str, entry: PersonEntry, post: Post, *, by: Viewer, at: datetime
) -> tuple[User, str]:
    """Open an account without password, give it a post, and make the link; the account and the link's token.

    Raises NotAllowed, NotFound for a post of another town, Unfit for a login that is taken, Conflict for a closed post.
    """
    acting = required(may_administer(by, town))
    if login_taken(session, entry.login):
        raise Unfit(Problem("login", taken(entry.login)))
    user = User(municipality_code=town, login=entry.login, name=entry.name, password_hash="")
    session.add(user)
    session.flush()
    _record(session, "person.invited", user, by, acting, at, detail=f"職員ID {user.login}")
    begin_assignment(session, user, post, entry.role, Tenure(entry.since), by=by, at=at)
    return user, make_invitation(session, user, InvitationReason.JOINING, by=by, at=at)


def rename_person(session: Session, user: User, name: str, *, by: Viewer, at: datetime) -> None:
    """Correct a name, after a marriage for example; the login stays. Raises NotAllowed, Unfit."""
    acting = required(may_administer(by, user.municipality_code))
    checking = Checking()
    name, before = checking.name("name", "氏名", name), user.name
    checking.finish()
    if name == before:
        return
    user.name = name
    session.add(user)
    _record(session, "person.renamed", user, by, acting, at, detail=f"前の氏名: {before}")


def renew_link(session: Session, user: User, *, by: Viewer, at: datetime) -> str:
    """The token of a new link for somebody who lost the first one or forgot the password; older links stop working.

    The password, if there is one, works until the link is used. Raises NotAllowed, Conflict for a disabled account.
    """
    required(may_administer(by, user.municipality_code))
    if user.disabled_at is not None:
        raise Conflict(f"{user.name}さんは利用停止中です。リンクを作る前に、利用を再開してください。")
    reason = InvitationReason.RESET if user.password_hash else InvitationReason.JOINING
    return make_invitation(session, user, reason, by=by, at=at)


def disable_account(session: Session, user: User, reason: str, *, by: Viewer, at: datetime) -> None:
    """Shut an account at once: its sign-ins end, its links stop working. Its assignments stay as they are.

    Raises NotAllowed, Unfit without a reason, Conflict when it is disabled already or is the town's last administrator.
    """
    acting = required(may_administer(by, user.municipality_code))
    if user.disabled_at is not None:
        raise Conflict(f"{user.name}さんは既に利用停止中です。")
    reason = reason.strip()
    if not reason or len(reason) > REASON:
        raise Unfit(Problem("reason", f"「理由」を{REASON}文字までで入力してください。"))
    held = administrations(session, user.municipality_code)
    if any(one.user_id == user.id for one in held):
        refuse_last([one for one in held if one.user_id != user.id], at)
    user.disabled_at = at
    session.add(user)
    end_sign_ins(session, user.id, at=at)
    cancel_invitations(session, user.id, at=at)
    _record(session, "account.disabled", user, by, acting, at, detail=reason)


def enable_account(session: Session, user: User, *, by: Viewer, at: datetime) -> None:
    """Open a disabled account again; its password and assignments are as they were. Raises NotAllowed, Conflict."""
    acting = required(may_administer(by, user.municipality_code))
    if user.disabled_at is None:
        raise Conflict(f"{user.name}さんは利用停止中ではありません。")
    user.disabled_at = None
    session.add(user)
    _record(session, "account.enabled", user, by, acting, at)


def _record(
    session: Session, kind: str, user: User, by: Viewer, acting: Acting, at: datetime, *, detail: str = ""
) -> None:
    record(
        session,
        kind,
        who=by,
        at=at,
        town=user.municipality_code,
        acting=acting,
        object_id=user.id,
        object_name=user.name,
        detail=detail,
    )
