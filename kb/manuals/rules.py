"""Who may write manuals, who may read what is not published, and whose a draft is."""

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for
from kb.manuals.models import Draft


def may_write(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may make and save manuals of a town, or None."""
    return may_act_for(by, municipality_code, Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)


def may_read_revisions(viewer: Viewer, municipality_code: str) -> bool:
    """Whether the viewer reads what a town has saved, published or not: staff of the town do, whatever their role."""
    return viewer.signed_in and viewer.own_town == municipality_code


def may_open_draft(viewer: Viewer, draft: Draft) -> bool:
    """Whether this is the viewer's own draft; nobody reads another's, not even an administrator."""
    return viewer.user_id is not None and draft.user_id == viewer.user_id


def may_write_draft(by: Viewer, draft: Draft) -> Acting | None:
    """The assignment in which `by` may go on writing a draft: it is theirs, and they still write for its town."""
    return may_write(by, draft.municipality_code) if may_open_draft(by, draft) else None
