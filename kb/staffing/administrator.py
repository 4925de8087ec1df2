"""The administrators of a town: who may act as one, and that the town never loses its last."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.accounts.models import Assignment, Role, User
from kb.accounts.rules import Acting
from kb.errors import Conflict, NotAllowed
from kb.japanese.notation import wareki
from kb.staffing.tenure import Tenure, first_gap


@dataclass(frozen=True)
class Administration:
    """One person's time as administrator of a town."""

    assignment_id: int
    user_id: int
    tenure: Tenure


def required(acting: Acting | None) -> Acting:
    """The assignment that `may_administer` found. Raises NotAllowed when it found none."""
    if acting is None:
        raise NotAllowed("職員や所属を管理できるのは、団体の管理者だけです。変更が必要なときは管理者に頼んでください。")
    return acting


def administrations(session: Session, town: str) -> list[Administration]:
    """Times for which people can administer a town: enabled accounts alone, and only once they have a password."""
    rows = session.exec(
        select(Assignment)
        .join(User, col(User.id) == Assignment.user_id)
        .where(User.municipality_code == town, Assignment.role == Role.ADMINISTRATOR)
        .where(col(User.disabled_at).is_(None), User.password_hash != "")
    )
    return [Administration(row.id, row.user_id, Tenure(row.since, row.until)) for row in rows]


def refuse_last(remaining: list[Administration], now: datetime) -> None:
    """Raise Conflict when the town would be without an administrator now or on some later day."""
    gap = first_gap((one.tenure for one in remaining), now)
    if gap is not None:
        when = "いま" if gap <= now else f"{wareki(gap)}から"
        raise Conflict(
            f"この変更をすると、{when}この団体に管理者がいなくなります。"
            "先にほかの職員を管理者にし、その人がログインできることを確かめてから、やり直してください。"
        )
