"""Decisions about people of a town: who may administer it. Pure."""

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for


def may_administer(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment as administrator that lets `by` keep the people of this town, or None. No town keeps another's people."""
    return may_act_for(by, municipality_code, Role.ADMINISTRATOR)
