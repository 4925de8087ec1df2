"""One step (手順) of a manual and what stands inside it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kb.common_format.fields import Line, Prose, Uid, Value, declared
from kb.common_format.header import Form

END = "end"
"""Goto of a branch that ends the work. Not a uid: uids of steps may not be `end`."""

Minutes = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
"""Working minutes for one case, without waiting time."""
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""Share of cases that pass a step, 0…1."""


class ActorKind(StrEnum):
    """Canonical lanes, so that towns with different office names compare."""

    RESIDENT = "住民"
    COUNTER = "窓口"
    EXAMINER = "審査"
    DECIDER = "決裁者"
    CLERK = "事務担当"
    OTHER_SECTION = "他課"
    SYSTEM = "システム"
    VENDOR = "委託先"
    OUTSIDE = "外部"


class Medium(StrEnum):
    """What carries the information of a step."""

    PAPER = "紙"
    DIGITAL = "電子"
    SPOKEN = "口頭"
    MIXED = "紙と電子"


class Core(StrEnum):
    """Who may do the step: needs an official, may be done by others, or must be judged case by case."""

    OFFICIAL = "職員必須"
    ANYONE = "職員以外可"
    TO_JUDGE = "要判断"


class Grade(StrEnum):
    """Three grades for how often a risk comes true and how much it hurts."""

    HIGH = "高"
    MIDDLE = "中"
    LOW = "低"


class Actor(Value):
    """Who does the step: a canonical kind beside the town's own word."""

    kind: ActorKind = declared("担当の種類", ...)
    name: Line = declared("担当の呼び名", "", example="{{窓口名}}")

    @property
    def lane(self) -> str:
        """The word over the lane: the town's own, or the kind."""
        return self.name or self.kind.value


class Branch(Value):
    """Where the work goes when `condition` holds; an empty condition means always. `goto` is a step's uid or `end`."""

    uid: Uid
    condition: Line = declared("条件", "", example="本人確認書類がない場合")
    goto: Uid = declared("行き先", END)


class Risk(Value):
    """What can go wrong in a step and what prevents it."""

    uid: Uid
    risk: Line = declared("リスク", "", example="別人の住所を異動してしまう", required=True)
    frequency: Grade | None = declared("起こりやすさ", None)
    impact: Grade | None = declared("影響", None)
    measure: Line = declared("対策", "", example="氏名・生年月日を声に出して2人で照合する")


class ChecklistPoint(Value):
    """A point to tick when the step is carried out (5W1H)."""

    uid: Uid
    item: Line = declared("確認すること", "", example="本人確認書類の有効期限", required=True)
    who: Line = declared("誰が", "", example="窓口担当")
    when: Line = declared("いつ", "", example="届書を受け取ったとき")
    why: Line = declared("なぜ", "", example="期限切れの書類では確認にならないため")
    how: Line = declared("どのように", "", example="原本の券面を見て、写しは受け取らない")


class Step(Value):
    """One numbered step. The number is its place; the uid is its name."""

    uid: Uid
    title: Line = declared("手順名", "", example="届書と本人確認書類を確認する", required=True, role="heading")
    phase: Line = declared("工程", "", example="受付", hint="業務の種類ごとの共通の工程", fill=True)
    actor: Actor | None = declared("担当", None, required=True, fill=True)
    timing: Line = declared("時期・きっかけ", "", example="届出人が窓口に来たとき", fill=True)
    inputs: tuple[Line, ...] = declared("入力(受け取るもの)", (), example="住民異動届")
    outputs: tuple[Line, ...] = declared("出力(できるもの)", (), example="受付済みの住民異動届")
    forms: tuple[Form, ...] = declared("使う様式", ())
    system: Line = declared("使うシステム", "", example="{{住民記録システム}}")
    medium: Medium | None = declared("媒体", None, fill=True)
    branches: tuple[Branch, ...] = declared("分岐", ())
    minutes: Minutes | None = declared(
        "標準時間(分)", None, example="3", hint="1件あたりの作業時間。待ち時間を除く", fill=True
    )
    rate: Rate = declared("通る割合", 1.0, example="0.2", hint="この手順を通る件数の割合(0〜1)")
    deadline: Line = declared("期限", "", example="届出の当日")
    decision_level: Line = declared("専決区分", "", example="課長専決")
    core: Core | None = declared("職員が行う必要", None, fill=True)
    cautions: tuple[Line, ...] = declared("注意", (), example="通称だけが書かれた書類では確認できない")
    risks: tuple[Risk, ...] = declared("リスクと対策", ())
    legal_article: Line = declared("根拠条項", "", example="住民基本台帳法第27条第2項")
    reason: Line = declared("なぜ行うか", "", example="なりすましによる虚偽の届出を防ぐため", fill=True)
    checklist: tuple[ChecklistPoint, ...] = declared("チェックリスト", ())
    internal: bool = declared("庁内限り", False, hint="他の団体や住民には見せない手順")
    action: Prose = declared("行うこと", "", required=True, role="body", hint="1手順に1つの動作。Markdownで書けます")
