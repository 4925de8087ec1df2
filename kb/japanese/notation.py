"""How numbers, shares and dates are written on screen and paper (dates in 和暦; data keeps ISO)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from kb.japanese.eras import era_year
from kb.japanese.eras import wareki as wareki_of

JST = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time: no daylight saving since 1952, so a fixed offset is right for every date we hold."""


def local_date(moment: date | datetime) -> date:
    """The calendar day in Japan of a moment; a date stays itself."""
    return moment.astimezone(JST).date() if isinstance(moment, datetime) else moment


def next_day(now: datetime) -> datetime:
    """The next midnight in Japan, when the words of `ago` change."""
    return datetime.combine(local_date(now) + timedelta(days=1), time(), JST)


def wareki(moment: date | datetime) -> str:
    """「令和8年11月22日」."""
    return wareki_of(local_date(moment))


def wareki_short(moment: date | datetime) -> str:
    """「令和8.11.22」: for narrow columns."""
    day = local_date(moment)
    name, year = era_year(day)
    return f"{name}{'元' if year == 1 else year}.{day.month}.{day.day}"


def number(value: float | None) -> str:
    """「9,600」, one decimal only where there is one; 「不明」 for the unknown."""
    if value is None:
        return "不明"
    rounded = round(value, 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"


def minutes(value: float | None) -> str:
    """「12.5分」; 「未計測」 for the unknown."""
    return "未計測" if value is None else f"{number(value)}分"


def duration(value: float | None) -> str:
    """Minutes as people say them: 「6.5分」「27分」「3時間19分」「465時間」; 「未計測」 for the unknown."""
    if value is None:
        return "未計測"
    whole = int(value + 0.5)
    if value < 10:
        return minutes(value)
    if whole < 120:
        return f"{whole}分"
    hours, rest = divmod(whole, 60)
    if hours >= 24:
        return f"{number(int(value / 60 + 0.5))}時間"
    return f"{hours}時間{rest}分" if rest else f"{hours}時間"


def percent(value: float | None) -> str:
    """A share 0…1 as 「80%」; 「未判定」 for the unknown."""
    return "未判定" if value is None else f"{round(value * 100)}%"


def ago(moment: date | datetime, now: datetime) -> str:
    """How long ago a day was: 「今日」「3日前」「2か月前」「1年前」; 「○日後」 for days to come."""
    today, day = local_date(now), local_date(moment)
    days = (today - day).days
    if days <= 0:
        return "今日" if days == 0 else f"{-days}日後"
    if days < 31:
        return f"{days}日前"
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return f"{max(months, 1)}か月前" if months < 12 else f"{months // 12}年前"


def clock(moment: datetime) -> str:
    """The time of day in Japan: 「10:32」."""
    return moment.astimezone(JST).strftime("%H:%M")


def lately(moment: datetime, now: datetime) -> str:
    """How long ago something was done, in minutes while it is fresh: 「たった今」「2分前」「3時間前」, then as `ago`."""
    minutes_ago = int((now - moment).total_seconds() // 60)
    if minutes_ago < 1:
        return "たった今"
    if minutes_ago < 60:
        return f"{minutes_ago}分前"
    same_day = local_date(moment) == local_date(now)
    return f"{minutes_ago // 60}時間前" if same_day else ago(moment, now) + f" {clock(moment)}"


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock,
    "wareki": wareki,
    "wareki_short": wareki_short,
    "number": number,
    "minutes": minutes,
    "duration": duration,
    "percent": percent,
}
"""Template filters that need nothing but their value."""
