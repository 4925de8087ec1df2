"""Who may report on a manual, who may read a report and who may settle it; what a report and an answer must say."""

from collections.abc import Collection
from dataclasses import dataclass

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for
from kb.common_format.envelope import Audience
from kb.common_format.privacy import personal_data_in
from kb.publishing.rules import may_read
from kb.reports.models import ReportKind

LONGEST = 1000
"""Characters of a reason and of an answer."""
MOST_OPEN = 3
"""Reports of one person on one manual that may wait for an answer at the same time."""


@dataclass(frozen=True)
class Told:
    """What a reader filled in, unchecked. `sure`: what looks like personal data is none."""

    key: str
    kind: str
    reason: str
    step_uid: str = ""
    sure: bool = False


@dataclass(frozen=True)
class Mistake:
    """Why a form is not taken, with the name of the field where it is repaired."""

    field: str
    message: str


def may_report(by: Viewer, municipality_code: str, audience: Audience) -> bool:
    """Whether `by` is a known person, of any town, who may read an edition with this audience, of this town."""
    return by.signed_in and may_read(by, municipality_code, audience)


def may_see(by: Viewer, municipality_code: str, reporter: int) -> bool:
    """Whether a report on a manual of this town is for the eyes of `by`: the town's own people, and who reported."""
    return by.signed_in and (by.own_town == municipality_code or by.user_id == reporter)


def may_settle(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may answer reports on manuals of a town, or None."""
    return may_act_for(by, municipality_code, Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)


def settles_for_all(by: Viewer) -> bool:
    """Whether the reports of the whole town wait on this person's desk, not only those of the own departments."""
    return by.acts_as(Role.ADMINISTRATOR) is not None


def mistakes(told: Told, steps: Collection[str]) -> list[Mistake]:
    """What is wrong with a report; `steps` are the uids that the reader can see. Empty when it may be made."""
    found = []
    if told.kind not in [kind.value for kind in ReportKind]:
        found.append(Mistake("kind", "古い・違う・わかりにくい から選んでください。"))
    if told.step_uid and told.step_uid not in steps:
        found.append(Mistake("step", "選んだ手順は、いまの版にありません。選び直してください。"))
    return found + _in_text("reason", "理由", told.reason, told.sure)


def mistakes_in_answer(answer: str, *, sure: bool) -> list[Mistake]:
    """What is wrong with an answer; empty when it may be given."""
    return _in_text("answer", "回答", answer, sure)


def _in_text(field: str, label: str, text: str, sure: bool) -> list[Mistake]:
    if not text.strip():
        return [Mistake(field, f"{label}を入力してください。")]
    if len(text) > LONGEST:
        return [Mistake(field, f"{label}は{LONGEST:,}文字以内で入力してください(いま{len(text):,}文字)。")]
    looks = [] if sure else personal_data_in(text)
    if not looks:
        return []
    kinds = "・".join(dict.fromkeys(kind.value for kind, _excerpt in looks))
    return [
        Mistake(
            field,
            f"{kinds}のようなもの(「{looks[0][1]}」)があります。個人情報なら消してください。違うなら、下の欄で確認してください。",
        )
    ]


def looks_personal(text: str) -> bool:
    """Whether a text holds something that looks like personal data: the form then asks."""
    return bool(personal_data_in(text))
