"""Who may write manuals."""

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for


def may_write(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may make and save manuals of a town, or None."""
    return may_act_for(by, municipality_code, Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)
