"""The one verb of this room: record what happened, in the transaction of what is recorded. Rules are asked by the caller."""

from datetime import datetime

from sqlmodel import Session

from kb.accounts.rules import Acting, Viewer
from kb.activity.models import Activity

LONGEST = 300
"""Characters of a name or detail that are kept; the rest is cut, for a record must not stop what it records."""


def record(
    session: Session,
    kind: str,
    *,
    who: Viewer,
    at: datetime,
    town: str | None,
    acting: Acting | None = None,
    object_id: int | None = None,
    object_name: str = "",
    detail: str = "",
    refused: bool = False,
) -> None:
    """Keep that `who`, in the post of `acting`, did `kind` ("noun.verb") to a thing of `town`, or was refused it."""
    session.add(
        Activity(
            at=at,
            kind=kind,
            municipality_code=town,
            user_id=who.user_id,
            assignment_id=acting.assignment_id if acting else None,
            acting=acting.office if acting else "",
            object_id=object_id,
            object_name=object_name[:LONGEST],
            detail=detail[:LONGEST],
            refused=refused,
        )
    )
