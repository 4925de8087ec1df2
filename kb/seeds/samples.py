"""The 見本 manuals without the 見本 people: something to read and copy on the first day of a real installation.

The 見本 towns take part, and their posts are there with nobody in them. Nobody here wrote the manuals, so that their
revisions and publications name no assignment. The towns' names say 見本 wherever they stand.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from kb.accounts.actions import begin_participation, open_post
from kb.accounts.models import Municipality, Role
from kb.accounts.queries import is_participating
from kb.accounts.rules import Acting, Viewer
from kb.common_format.envelope import ManualFile
from kb.errors import Conflict
from kb.manuals.models import Manual
from kb.seeds.manuals import load_manuals
from kb.seeds.people import CAST, SINCE, head_of, office_named

MARK = "(見本)"


def load_samples(session: Session, files: list[ManualFile], *, at: datetime) -> int:
    """Load the shipped manuals; how many. Raises Conflict when 見本 manuals are there already."""
    there = select(Manual.id).join(Municipality).where(col(Municipality.sample))
    if session.exec(there.limit(1)).first() is not None:
        raise Conflict("見本の手順書は、既に読み込まれています。")
    for code in dict.fromkeys(file.envelope.municipality for file in files):
        _mark(session, code)
        if not is_participating(session, code, at):
            begin_participation(session, code, since=SINCE)
    return load_manuals(session, files, lambda town, department: _nobody(session, town, department), at=at)


def _mark(session: Session, code: str) -> None:
    town = session.get_one(Municipality, code)
    if not town.name.endswith(MARK):
        town.name += MARK
        session.add(town)
        session.flush()


def _nobody(session: Session, town: str, department: str) -> tuple[Viewer, Viewer]:
    """Author and approver that are nobody, acting in the post that answers for a 所管課."""
    office = office_named(department)
    own = next((member for member in CAST if member.town == town and member.department == office), None)
    office = office or "総務課"
    post = open_post(session, town, office, own.post if own else head_of(office))
    acting = tuple(
        Acting(
            assignment_id=None,  # type: ignore[arg-type]  # nobody holds the post; the tables of content take that
            post_id=post.id,
            post_title=post.title,
            role=role,
            department_name=office,
        )
        for role in (Role.AUTHOR, Role.APPROVER)
    )
    nobody = Viewer(municipality_code=town, acting=acting)
    return nobody, nobody
