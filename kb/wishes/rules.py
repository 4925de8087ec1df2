"""Who may wish, vote, undertake and remove; what a wish must say; when two wishes are one."""

from collections.abc import Sequence
from datetime import timedelta

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for
from kb.common_format.privacy import personal_data_in
from kb.japanese.width import fold
from kb.japanese.words import names_a_person

LONGEST, SHORTEST = 60, 2
"""Characters of a wish."""
LONGEST_REASON = 300
MOST_WISHES, MOST_VOTES = 5, 30
"""New wishes, and votes, of one person on one day."""
NEWS_LASTS = timedelta(days=30)
"""How long the news that a manual is there lies on a desk."""


def may_wish(by: Viewer) -> bool:
    """Whether `by` may wish, vote and take the vote of the own town back: staff of a town that takes part, in any role."""
    return by.signed_in and by.member and by.own_town is not None


def may_undertake(by: Viewer) -> Acting | None:
    """The assignment in which `by` may say that the own town writes what is wished for, or None."""
    return may_act_for(by, by.own_town or "", Role.AUTHOR, Role.APPROVER) if may_wish(by) else None


def may_give_back(by: Viewer) -> Acting | None:
    """The assignment in which `by` may give back what the own town has undertaken, or None; a town that has left may too."""
    return may_act_for(by, by.own_town or "", Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)


def may_remove(by: Viewer, asker_town: str) -> Acting | None:
    """The assignment in which `by` may remove a wish: an operator, or an administrator of the town that asked first."""
    return by.acts_as(Role.OPERATOR) or may_act_for(by, asker_town, Role.ADMINISTRATOR)


def normal(words: str) -> str:
    """What makes two wishes one: the words folded and without spaces."""
    return "".join(fold(words).split())


def tidy(words: str) -> str:
    """The words as they are kept: single spaces."""
    return " ".join(words.split())


def mistakes(words: str, *, sure: bool) -> list[str]:
    """What is wrong with the words of a wish, each as a sentence; empty when they may be shown to everybody.

    `sure`: what looks like somebody's name is none. Numbers and addresses are not asked about: no manual is called so.
    """
    kept = tidy(words)
    if len(normal(kept)) < SHORTEST:
        return ["ほしい手順書の業務名や書類名を、2文字以上で入れてください。"]
    if max(len(kept), len(normal(kept))) > LONGEST:
        return [f"{LONGEST}文字以内で入れてください(いま{len(kept)}文字)。業務名や書類名だけで足ります。"]
    found = personal_data_in(kept)
    if found:
        kinds = "・".join(dict.fromkeys(kind.value for kind, _ in found))
        return [f"{kinds}のようなもの(「{found[0][1]}」)があります。だれでも読むので、消してください。"]
    if names_a_person(kept) and not sure:
        return [
            "人の名前のようなものがあります。だれでも読むので、消してください。人の名前でないなら、下の欄で確認してください。"
        ]
    return []


def mistakes_in_reason(reason: str) -> list[str]:
    """What is wrong with the reason for a removal; empty when it may be given."""
    if not reason.strip():
        return ["取り除く理由を書いてください。"]
    return [f"理由は{LONGEST_REASON}文字以内で書いてください。"] if len(reason) > LONGEST_REASON else []


def comes_true_by(wish: tuple[str, str | None], procedure: str | None, names: Sequence[str]) -> bool:
    """Whether a manual about `procedure`, called `names` (its title and the names of its procedure), is what was wished for.

    `wish` is the normal form and the procedure, if it is one.
    """
    words, wished = wish
    return wished == procedure if wished else any(words in normal(name) for name in names)
