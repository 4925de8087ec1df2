"""Who can be asked to publish: the posts of a town that carry the role, never the people in them."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from kb.accounts.models import Assignment, Department, Post, Role, User
from kb.accounts.queries import in_force
from kb.manuals.models import Manual

MOST = 5
"""Posts that a page names."""


def approver_posts(session: Session, manual: Manual, now: datetime) -> list[str]:
    """Posts that may publish a manual, such as 「市民課 住民記録係長」; those of its own department first, at most `MOST`."""
    office = select(Post.department_id).where(Post.id == manual.post_id).scalar_subquery()
    rows = session.exec(
        select(Department.name, Post.title, Department.id == office)
        .join(Post, col(Post.department_id) == col(Department.id))
        .join(Assignment, col(Assignment.post_id) == col(Post.id))
        .join(User, col(User.id) == col(Assignment.user_id))
        .where(
            Department.municipality_code == manual.municipality_code,
            Assignment.role == Role.APPROVER,
            in_force(Assignment, now),
            or_(col(User.disabled_at).is_(None), col(User.disabled_at) > now),
        )
        .order_by(col(Post.id))
    )
    named = sorted(rows, key=lambda row: not row[2])
    return list(dict.fromkeys(f"{department} {post}" for department, post, _ in named))[:MOST]
