"""Which towns may adopt what, what a declaration must say, and from when on a town has used a manual."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for
from kb.adoptions.models import Degree
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.common_format.privacy import PersonalData, personal_data, personal_data_in
from kb.errors import NotAllowed, NotFound
from kb.japanese.days import parse_day
from kb.japanese.notation import JST, local_date, wareki
from kb.publishing.rules import may_read

LONGEST_NOTE = 1_000
LONGEST_VALUE = 300
LONGEST_REASON = 300
NOT_YOURS = "採用を決められるのは、参加している団体の作成者・承認者・管理者です。所属の担当に頼んでください。"
VALUE = "value-"
"""Before the number of a parameter, from 1, in the name of the field of its value."""


@dataclass(frozen=True)
class Told:
    """What a town declares, unchecked. `sure`: what looks like personal data is none."""

    degree: str
    note: str
    values: Mapping[str, str] = field(default_factory=dict)
    """The town's words by key of the parameter; an empty one means the common word."""
    since: str = ""
    """A day as people write it."""
    sure: bool = False


@dataclass(frozen=True)
class Earliest:
    """The days between which a use can have begun."""

    edition_from: datetime
    ended: datetime | None
    """When the town's last use of the manual ended; None when there was none."""
    at: datetime
    """Now: nobody declares a use that is still to come."""


@dataclass(frozen=True)
class Mistake:
    """Why a form is not taken, with the name of the field where it is repaired."""

    field: str
    message: str
    doubtful: bool = False
    """It may stand when somebody says that it is no personal data."""


def may_adopt(by: Viewer, manual_town: str, audience: Audience) -> Acting | None:
    """The assignment in which `by` may adopt, for the own participating town, an edition of another town, or None."""
    town = by.own_town
    if town is None or town == manual_town or not may_read(by, manual_town, audience):
        return None
    return may_change(by, town)


def may_change(by: Viewer, adopter: str) -> Acting | None:
    """The assignment in which `by` may change or end what a participating town has adopted, or None."""
    roles = (Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)
    return may_act_for(by, adopter, *roles) if by.member and by.own_town == adopter else None


def may_declare(by: Viewer, manual_town: str, audience: Audience) -> Acting:
    """The assignment in which `by` declares for the own town. Raises NotFound for what `by` may not read, else NotAllowed."""
    if not by.signed_in or not may_read(by, manual_town, audience):
        raise NotFound
    if by.own_town == manual_town:
        raise NotAllowed("自分の団体の手順書は、採用するまでもなく、そのままお使いいただけます。")
    acting = may_adopt(by, manual_town, audience)
    if acting is None:
        raise NotAllowed(NOT_YOURS)
    return acting


def mistakes(told: Told, content: ManualContent, bounds: Earliest | None = None) -> list[Mistake]:
    """What is wrong with a declaration on an edition whose text for outsiders is `content`; empty when it may stand.

    The day is looked at only when there are `bounds`.
    """
    return [*_of_degree(told), *(_of_day(told, bounds) if bounds else ()), *_of_note(told), *_of_values(told, content)]


def _of_degree(told: Told) -> Iterator[Mistake]:
    if told.degree not in list(Degree):
        yield Mistake("degree", "参考・一部採用・採用 から選んでください。")


def _of_day(told: Told, bounds: Earliest) -> Iterator[Mistake]:
    day, begins = parse_day(told.since), local_date(bounds.edition_from)
    if day is None:
        yield Mistake("since", "使い始めた日を、「2026-04-01」や「令和8年4月1日」のように入力してください。")
    elif day > local_date(bounds.at):
        yield Mistake("since", "使い始めた日が先の日付です。きょうまでの日を入力してください。")
    elif day < begins:
        yield Mistake("since", f"この版は{wareki(begins)}に公開されました。その日か、あとの日を入力してください。")
    elif bounds.ended and day < local_date(bounds.ended):
        yield Mistake(
            "since", f"前の採用は{wareki(bounds.ended)}に終わっています。その日か、あとの日を入力してください。"
        )


def _of_note(told: Told) -> Iterator[Mistake]:
    if len(told.note) > LONGEST_NOTE:
        yield Mistake("note", f"メモは{LONGEST_NOTE:,}文字以内で入力してください(いま{len(told.note):,}文字)。")
    for kind, excerpt in personal_data_in(told.note)[:1]:
        yield from _personal("note", kind, excerpt, told.sure)


def _of_values(told: Told, content: ManualContent) -> Iterator[Mistake]:
    names = {parameter.key: f"{VALUE}{number}" for number, parameter in enumerate(content.parameters, 1)}
    for key, value in told.values.items():
        if key not in names:
            yield Mistake("values", "この版にない言葉が送られました。画面を開き直してください。")
        elif len(value) > LONGEST_VALUE:
            yield Mistake(names[key], f"「{key}」は{LONGEST_VALUE}文字以内で入力してください(いま{len(value)}文字)。")
    for found in personal_data(content, told.values):
        if found.path[0] == "values" and found.path[1] in names:
            yield from _personal(names[found.path[1]], found.kind, found.excerpt, told.sure)


def _personal(name: str, kind: PersonalData, excerpt: str, sure: bool) -> Iterator[Mistake]:
    """番号利用法19条・20条 forbid to provide and to collect a 個人番号, whatever somebody says."""
    if kind is PersonalData.MY_NUMBER:
        yield Mistake(name, f"個人番号のようなもの(「{excerpt}」)があります。消してください。")
    elif not sure:
        yield Mistake(
            name,
            f"{kind.value}のようなもの(「{excerpt}」)があります。個人情報なら消してください。"
            "違うなら、下の欄で確認してください。",
            doubtful=True,
        )


def begins_at(day: date, bounds: Earliest) -> datetime:
    """The moment from which a declared day counts: never before the edition, nor before the end of the last use."""
    midnight = datetime.combine(day, time(), JST)
    return max(filter(None, (midnight, bounds.edition_from, bounds.ended)))


def used_since(spans: Sequence[tuple[datetime, datetime | None]]) -> datetime:
    """Since when the last of a town's uses has gone on without a break; `spans` are one town's on one manual, in order."""
    since = spans[-1][0]
    for begun, ended in reversed(spans[:-1]):
        if ended != since:
            break
        since = begun
    return since


def wrong_reason(reason: str) -> str:
    """What is wrong with the reason for an end, "" when nothing."""
    if not reason.strip():
        return "理由を入力してください。"
    return "" if len(reason) <= LONGEST_REASON else f"理由は{LONGEST_REASON}文字以内で入力してください。"
