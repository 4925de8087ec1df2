"""Invitations: a one-time link by which somebody chooses the password of one account.

The link carries a random token; the table keeps its hash. A newer link for the same account cancels the older ones.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from kb.accounts.actions import set_password
from kb.accounts.models import User
from kb.accounts.queries import viewer
from kb.accounts.rules import ANYONE, Acting, Viewer
from kb.accounts.sign_ins import TOKEN_BYTES, hash_token
from kb.activity.actions import record
from kb.errors import Conflict, NotAllowed, NotFound
from kb.staffing.models import Invitation, InvitationReason
from kb.staffing.rules import may_administer

GONE = "このリンクは使えません。"
LASTS = {InvitationReason.JOINING: timedelta(days=7), InvitationReason.RESET: timedelta(days=1)}
"""How long a link can be used: who is new may start next week, who has forgotten a password waits beside the telephone."""


def find_invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation of a link that can be used at `now`: neither used, cancelled nor run out, its account not disabled."""
    return session.exec(
        select(Invitation)
        .join(User)
        .where(
            Invitation.token_hash == hash_token(token),
            col(Invitation.used_at).is_(None),
            col(Invitation.cancelled_at).is_(None),
            Invitation.expires_at > now,
            or_(col(User.disabled_at).is_(None), col(User.disabled_at) > now),
        )
    ).first()


def accept_invitation(session: Session, invitation: Invitation, password_hash: str, *, at: datetime) -> None:
    """Use an invitation: the account gets this password, its sign-ins end, its other links are cancelled.

    Raises NotFound when somebody else has used the link in the meantime.
    """
    used = session.execute(
        update(Invitation)
        .where(col(Invitation.id) == invitation.id, col(Invitation.used_at).is_(None))
        .where(col(Invitation.cancelled_at).is_(None))
        .values(used_at=at)
        .returning(col(Invitation.id))
    ).first()
    if used is None:
        raise NotFound(GONE)
    user = session.get_one(User, invitation.user_id)
    set_password(session, user, password_hash, at=at)
    cancel_invitations(session, user.id, at=at)
    record(
        session,
        "invitation.used",
        who=viewer(session, user.id, at) or ANYONE,
        at=at,
        town=user.municipality_code,
        object_id=user.id,
        object_name=user.name,
    )


def make_invitation(session: Session, user: User, reason: InvitationReason, *, by: Viewer, at: datetime) -> str:
    """Invite somebody of the own town. Gives the token of the link, which is not kept.

    Raises NotFound for another town's people, NotAllowed for whoever is no administrator, Conflict for a disabled account.
    """
    acting = may_administer(by, user.municipality_code)
    if acting is None and by.municipality_code != user.municipality_code:
        raise NotFound
    if acting is None:
        raise NotAllowed("招待リンクを作れるのは、管理者だけです。")
    return issue_invitation(session, user, reason, who=by, acting=acting, at=at)


def issue_invitation(
    session: Session,
    user: User,
    reason: InvitationReason,
    *,
    at: datetime,
    who: Viewer = ANYONE,
    acting: Acting | None = None,
) -> str:
    """`make_invitation` without asking a rule: for the command line, whose user owns the machine. Raises Conflict."""
    if user.disabled_at is not None and user.disabled_at <= at:
        raise Conflict("このアカウントは停止中です。利用を再開してから、招待リンクを作ってください。")
    cancel_invitations(session, user.id, at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invitation(
            user_id=user.id,
            reason=reason,
            token_hash=hash_token(token),
            made_at=at,
            expires_at=at + LASTS[reason],
            assignment_id=acting.assignment_id if acting else None,
        )
    )
    record(
        session,
        "invitation.made",
        who=who,
        acting=acting,
        at=at,
        town=user.municipality_code,
        object_id=user.id,
        object_name=user.name,
        detail=reason.value,
    )
    session.flush()
    return token


def cancel_invitations(session: Session, user_id: int, *, at: datetime) -> None:
    """Cancel every link of an account that could still be used."""
    session.execute(
        update(Invitation)
        .where(col(Invitation.user_id) == user_id, col(Invitation.used_at).is_(None))
        .where(col(Invitation.cancelled_at).is_(None))
        .values(cancelled_at=at)
    )
