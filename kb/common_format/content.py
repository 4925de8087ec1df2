"""`ManualContent` (内容): the common format itself, a validated frozen value.

Little is required by the type, so that an unfinished manual can be kept; what publishing needs is said by
`checks.obstacles`. Repeated things keep their uid for life: moving keeps it, duplicating makes a new one.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from kb.common_format.fields import (
    Line,
    Prose,
    Section,
    Slug,
    Uid,
    Value,
    WorkAreaCode,
    declared,
)
from kb.common_format.header import (
    AffairKind,
    Contact,
    Form,
    Frequency,
    LegalBasis,
    Parameter,
    Purpose,
    RelatedManual,
    Trigger,
    Volume,
)
from kb.common_format.step import END, Minutes, Step

FORMAT_VERSION = 1

Month = Annotated[int, Field(ge=1, le=12)]


class RequiredDocument(Value):
    """A document that somebody must bring or attach."""

    uid: Uid
    name: Line = declared("書類", "", example="転出証明書", required=True)
    condition: Line = declared("必要な場合", "", example="マイナンバーカードで転出届をしていない人")
    note: Line = declared("備考", "", example="原本。写しは不可")


class ExceptionCase(Value):
    """A case that leaves the usual path."""

    uid: Uid
    title: Line = declared("場合", "", example="転出証明書を失くした人", required=True, role="heading")
    internal: bool = declared("庁内限り", False)
    body: Prose = declared("対応", "", role="body")


class Faq(Value):
    """A question that is often asked, and its answer."""

    uid: Uid
    q: Line = declared("質問", "", example="郵便で転入届はできますか", required=True, role="heading")
    internal: bool = declared("庁内限り", False)
    a: Prose = declared("答え", "", role="body")


class ScheduleEntry(Value):
    """What is done in a month of the year."""

    uid: Uid
    month: Month = declared("月", ...)
    what: Line = declared("行うこと", "", example="繁忙期の臨時窓口を開く", required=True)


class Improvement(Value):
    """What was, what is wanted, and the minutes saved for one case."""

    as_is: Prose = declared("現状", "")
    to_be: Prose = declared("目指す姿", "")
    saved_minutes: Minutes | None = declared("1件あたり短縮(分)", None)


class ManualContent(Value):
    """One town's manual for one procedure, without the town: header, steps, sections."""

    title: Annotated[Line, Field(min_length=1)] = declared("表題", ..., example="転入届の受付", required=True)
    procedure: Slug | None = declared("標準業務", None, example="tennyu-todoke", fill=True)
    work_areas: tuple[WorkAreaCode, ...] = declared("業務分類", (), hint="1つ目が主な分類", example="B01")
    department: Line = declared("所管課", "", example="市民課", required=True, fill=True)
    contact: Contact = declared("問合せ先", Contact(), fill=True)
    purpose: Purpose = declared("目的", Purpose(), fill=True)
    target: Line = declared("対象", "", example="他の市区町村から転入した人", fill=True)
    trigger: Trigger | None = declared("きっかけ", None, fill=True)
    legal_bases: tuple[LegalBasis, ...] = declared("根拠法令", ())
    no_legal_basis: bool = declared("根拠法令なし", False, hint="法令や例規によらない業務のとき")
    affair_kind: AffairKind | None = declared("事務の区分", None, fill=True)
    frequency: Frequency | None = declared("頻度", None, fill=True)
    months: tuple[Month, ...] = declared("行う月", ())
    peak: Line = declared("繁忙期", "", example="3月下旬〜4月上旬", fill=True)
    annual_volume: Volume = declared("件数", Volume(), fill=True)
    standard_processing_days: Annotated[int, Field(ge=0, le=3_660)] | None = declared(
        "標準処理期間(日)", None, hint="0は即日", fill=True
    )
    standard_processing_note: Line = declared("標準処理期間の備考", "", example="郵送の請求は到着から3日")
    systems: tuple[Line, ...] = declared("使うシステム", (), fill=True)
    official_forms: tuple[Form, ...] = declared("様式", ())
    fee: Line = declared("手数料", "", example="無料", fill=True)
    prerequisites: tuple[Line, ...] = declared("前提", (), example="住民記録システムの操作権限")
    related_manuals: tuple[RelatedManual, ...] = declared("関連する手順書", ())
    outcome_indicator: Line = declared("成果指標", "", example="窓口の滞在時間 平均20分以内", fill=True)
    reuse_tips: Prose = declared("横展開のポイント", "", fill=True)
    license: Line = declared("利用条件", "CC BY 4.0")
    review_months: Annotated[int, Field(ge=1, le=120)] = declared("見直しの間隔(月)", 12)
    parameters: tuple[Parameter, ...] = declared("自団体の言葉", ())
    steps: tuple[Step, ...] = declared("手順", (), section=Section.ITEMS, required=True, numbered=True)
    required_documents: tuple[RequiredDocument, ...] = declared("必要書類", (), section=Section.DATA, fill=True)
    exceptions: tuple[ExceptionCase, ...] = declared("例外", (), section=Section.ITEMS, fill=True)
    faq: tuple[Faq, ...] = declared("よくある質問", (), section=Section.ITEMS, fill=True)
    schedule: tuple[ScheduleEntry, ...] = declared("年間の予定", (), section=Section.DATA)
    handover_note: Prose = declared("引継ぎメモ", "", section=Section.PROSE, internal=True)
    improvement: Improvement = declared("改善", Improvement(), section=Section.DATA)

    @model_validator(mode="after")
    def _names_are_unique_and_lead_somewhere(self) -> Self:
        uids = Counter(uids_in(self))
        twice = sorted(uid for uid, n in uids.items() if n > 1)
        if twice:
            raise ValueError(f"同じuidが2度使われています: {'、'.join(twice[:5])}")
        if END in uids:
            raise ValueError(f"uidに「{END}」は使えません。")
        steps = {step.uid for step in self.steps}
        for step in self.steps:
            for branch in step.branches:
                if branch.goto != END and branch.goto not in steps:
                    raise ValueError(f"手順「{step.title or step.uid}」の分岐の行き先「{branch.goto}」がありません。")
        keys = [parameter.key for parameter in self.parameters]
        if len(keys) != len(set(keys)):
            raise ValueError("同じキーの「自団体の言葉」が2つあります。")
        return self


def uids_in(value: Any) -> Iterator[str]:
    """Every uid in a value of the common format, depth first."""
    if isinstance(value, tuple):
        for item in value:
            yield from uids_in(item)
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            found = getattr(value, name)
            if name == "uid":
                yield found
            elif isinstance(found, tuple | Value):
                yield from uids_in(found)
