"""Who says that a manual is exemplary, and what must be said with it."""

from dataclasses import dataclass
from datetime import date, timedelta

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer
from kb.common_format.privacy import personal_data_in

LONGEST = 300
"""Characters of a reason."""
LASTS = timedelta(days=3 * 366)
"""The longest time for which a manual is exemplary without being looked at again."""


@dataclass(frozen=True)
class Mistake:
    """Why a decision is not taken, with the name of the field where it is repaired."""

    field: str
    message: str


def may_choose_exemplars(by: Viewer) -> Acting | None:
    """The assignment in which `by` may make manuals exemplary and end that, or None: an operator of no town's own."""
    return by.acts_as(Role.OPERATOR)


def mistakes(reason: str, last_day: date | None, today: date) -> list[Mistake]:
    """What is wrong with a decision; empty when it may be made. Everybody reads the reason."""
    found = []
    if not reason.strip():
        found.append(Mistake("reason", "模範とする理由を書いてください。"))
    elif len(reason) > LONGEST:
        found.append(Mistake("reason", f"理由は{LONGEST}文字以内で書いてください(いま{len(reason):,}文字)。"))
    elif personal_data_in(reason):
        found.append(Mistake("reason", "理由に個人情報のようなものがあります。だれでも読む文なので、消してください。"))
    if last_day is None:
        found.append(Mistake("last_day", "模範とする最後の日を、年月日で入れてください。"))
    elif not today <= last_day <= today + LASTS:
        found.append(Mistake("last_day", "最後の日は、今日から3年以内の日にしてください。"))
    return found
