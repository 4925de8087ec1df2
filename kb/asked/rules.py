"""Which texts are told apart, and which are shown. docs/decisions/0010 says why."""

import re

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer
from kb.common_format.privacy import personal_data_in
from kb.japanese.width import fold
from kb.japanese.words import names_a_person

LONGEST = 60
"""Characters of a text that is told apart; people who type more tell a story."""
READERS = 3
"""So many different readers must have asked for a text before anybody is shown it."""
OTHERS = ""
"""その他: under this text everything is added up that is not told apart."""
_READ = 200
"""Characters that are looked at; no address that is kept holds many more."""
_LONG_NUMBER = re.compile(r"[0-9](?:[-/. ]?[0-9]){5,}")
"""Six figures and more, however they are written: a birthday, a number of a person, of a case, of a house."""


def normal(text: str) -> str:
    """The text under which a search is counted: folded, single spaces; `OTHERS` when that is too long to be told apart."""
    known = " ".join(fold(text[:_READ]).split())
    return known if len(known) <= LONGEST else OTHERS


def looks_personal(text: str) -> bool:
    """Whether a normal text could say something about one person: then it is not told apart."""
    return bool(_LONG_NUMBER.search(text) or personal_data_in(text)) or names_a_person(text)


def may_see_sums(by: Viewer) -> Acting | None:
    """The assignment in which `by` may read the sums of the whole installation, or None: an operator, any administrator.

    They tell nothing about a town: which of them asked is not kept.
    """
    return by.acts_as(Role.OPERATOR) or (by.acts_as(Role.ADMINISTRATOR) if by.member else None)
