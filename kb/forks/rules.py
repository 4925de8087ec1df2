"""Who may take a manual over, and what the form of it must say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kb.accounts.rules import Acting, Viewer
from kb.manuals.rules import may_write

LONGEST_VALUE = 300
"""Characters of a town's word, as those of a line."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, unchecked: the whole manual or some of its steps, for which draft, with which words."""

    key: str
    """Names the form."""
    edition: int | None
    """The edition that the form showed."""
    whole: bool | None = True
    """None when neither was chosen."""
    step_uids: Sequence[str] = ()
    draft_id: int | None = None
    """A draft at hand to which the steps are added; None for a new manual."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The town's words by key."""


@dataclass(frozen=True)
class Mistake:
    """Why a form is not taken, with the name of the field where it is repaired."""

    field: str
    message: str


def may_fork(by: Viewer, upstream: str) -> Acting | None:
    """The assignment in which `by` may take over manuals of the town `upstream`, or None.

    Whoever writes for another town, while that one takes part.
    """
    town = by.municipality_code
    if town is None or town == upstream or not by.member:
        return None
    return may_write(by, town)


def why_not(by: Viewer, upstream: str) -> str:
    """What to tell somebody who may not take over manuals of the town `upstream`."""
    if by.municipality_code == upstream:
        return (
            "自団体の手順書は取り入れられません。「手順書を作る」の「自団体の手順書を写して始める」をお使いください。"
        )
    if not by.member:
        return "取り入れられるのは、参加している団体だけです。参加については、管理者にお尋ねください。"
    return "手順書を作成する役割がありません。所属の管理者に「作成者」の役割を頼んでください。"


def mistakes(asked: Asked, steps: Collection[str], drafts: Collection[int], keys: Sequence[str]) -> list[Mistake]:
    """What is wrong with a form; empty when it can be carried out.

    `steps`, `drafts` and `keys` are what the page offered. A step that the reader cannot see is one that is not there.
    """
    found = []
    if asked.whole is None:
        found.append(Mistake("scope", "全体か、一部の手順かを選んでください。"))
    if asked.whole is False and not asked.step_uids:
        found.append(Mistake("steps", "取り入れる手順を選んでください。"))
    if asked.whole is False and not set(asked.step_uids) <= set(steps):
        found.append(Mistake("steps", "選んだ手順に、この版にないものがあります。手順を選び直してください。"))
    if asked.draft_id is not None and asked.draft_id not in drafts:
        found.append(Mistake("into", "取り入れる先を、一覧から選んでください。"))
    for place, key in enumerate(keys):
        if len(asked.values.get(key, "")) > LONGEST_VALUE:
            found.append(Mistake(f"value-{place}", f"「{key}」は{LONGEST_VALUE}文字以内で入力してください。"))
    return found
