"""Header values of the common format, after the 業務説明表 of 総務省's 業務改革 guidance."""

from enum import StrEnum

from kb.common_format.fields import Count, Line, ParameterKey, Slug, Uid, Url, Value, declared


class Trigger(StrEnum):
    """What sets the work in motion. 申請 and 届出 differ in law (行政手続法2条), 申告 is of tax law, 申込み of contracts."""

    APPLICATION = "申請"
    NOTIFICATION = "届出"
    DECLARATION = "申告"
    REQUEST = "申込み"
    EX_OFFICIO = "職権"
    PERIODIC = "定期"
    INQUIRY = "照会"


class Tier(StrEnum):
    """The level of a legal basis."""

    LAW = "法律等"
    PREFECTURE = "都道府県"
    OWN = "自団体"
    PLAN = "計画・通知"


class AffairKind(StrEnum):
    """自治事務 or 法定受託事務 (地方自治法2条8項・9項)."""

    OWN = "自治事務"
    DELEGATED = "法定受託事務"


class Frequency(StrEnum):
    """How often the work comes."""

    ANY_TIME = "随時"
    DAILY = "毎日"
    WEEKLY = "毎週"
    MONTHLY = "毎月"
    QUARTERLY = "四半期ごと"
    SEVERAL_A_YEAR = "年数回"
    YEARLY = "年1回"
    LESS_OFTEN = "数年に1回"


class ParameterKind(StrEnum):
    """What a parameter holds; only 電話 and メール may hold an office's number or address."""

    TEXT = "文字"
    PHONE = "電話"
    EMAIL = "メール"
    URL = "アドレス"


class Contact(Value):
    """The office to ask; never a person."""

    office: Line = declared("窓口・係", "", example="市民課 住民記録係")
    phone: Line = declared("電話", "", example="0990-00-1234(内線 210)")
    email: Line = declared("メール", "", example="shimin@city.aoba.example.jp")
    place: Line = declared("場所", "", example="本庁舎1階 3番窓口")


class Purpose(Value):
    """Why the work exists, in four short answers."""

    for_whom: Line = declared("誰のために", "", example="市内に引っ越してきた人のために", fill=True)
    aim: Line = declared("何のために", "", example="居住関係を公に証明し、行政サービスの基礎とするため", fill=True)
    what: Line = declared("何をするか", "", example="住所の異動を住民票に記録する", required=True, fill=True)
    outcome: Line = declared("どうなればよいか", "", example="届出の当日に住民票の写しを交付できる", fill=True)


class LegalBasis(Value):
    """One legal basis of the work."""

    uid: Uid
    tier: Tier = declared("区分", Tier.LAW)
    name: Line = declared("名称", "", example="住民基本台帳法", required=True)
    article: Line = declared("条項", "", example="第22条")
    url: Url = declared("リンク", "", example="https://laws.e-gov.go.jp/law/342AC0000000081")


class Volume(Value):
    """Cases: a year in total, and a month in the normal, peak and off-peak season."""

    total: Count | None = declared("年間件数", None, example="9600")
    normal: Count | None = declared("通常期の月間件数", None)
    peak: Count | None = declared("繁忙期の月間件数", None)
    off_peak: Count | None = declared("閑散期の月間件数", None)


class Form(Value):
    """An official form (様式) or a paper used in a step."""

    uid: Uid
    name: Line = declared("様式名", "", example="住民異動届", required=True)
    number: Line = declared("様式番号", "", example="様式第1号")
    url: Url = declared("リンク", "")


class RelatedManual(Value):
    """A pointer to another manual: of the own town (municipality empty) or of another."""

    uid: Uid
    municipality: Line = declared("団体コード", "", example="990019")
    slug: Slug = declared("手順書の名前(アドレス)", ..., example="tenshutsu-todoke")
    title: Line = declared("表題", "", example="転出届の受付")


class Parameter(Value):
    """A town-specific word: the common text says `{{窓口名}}`, each town keeps its own value beside the content."""

    key: ParameterKey = declared("キー", ..., example="窓口名")
    label: Line = declared("説明", "", example="受付する窓口の呼び名")
    default: Line = declared("標準の値", "", example="市民課窓口")
    kind: ParameterKind = declared("種類", ParameterKind.TEXT)
