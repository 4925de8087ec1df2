"""Who may read and who may publish."""

from calendar import monthrange
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, false, or_

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for
from kb.common_format.checks import Finding, Vocabulary
from kb.common_format.checks import obstacles as content_obstacles
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.japanese.notation import local_date
from kb.manuals.models import Manual
from kb.publishing.models import Publication


def audiences_of(viewer: Viewer) -> list[Audience]:
    """The audiences that the viewer belongs to, whatever town published."""
    return [Audience.PUBLIC, Audience.MEMBERS] if viewer.member else [Audience.PUBLIC]


def may_read(viewer: Viewer, municipality_code: str, audience: Audience) -> bool:
    """Whether a publication with this audience, of this town, is for the viewer's eyes."""
    return viewer.own_town == municipality_code or audience in audiences_of(viewer)


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """`may_read` as a condition on joined `Publication` and `Manual` rows."""
    own = col(Manual.municipality_code) == viewer.own_town if viewer.own_town else false()
    return or_(col(Publication.audience).in_(audiences_of(viewer)), own)


def reads_redacted(viewer: Viewer, municipality_code: str) -> bool:
    """Whether the viewer gets the content without its 庁内限り parts."""
    return viewer.own_town != municipality_code


def may_publish(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may publish manuals of a town, or None."""
    return may_act_for(by, municipality_code, Role.APPROVER)


def obstacles(content: ManualContent, values: dict[str, str], vocabulary: Vocabulary) -> list[Finding]:
    """What stands between a content and its publication; empty when it may be published."""
    return content_obstacles(content, vocabulary, values=values)


def review_day(confirmed_at: datetime, months: int) -> date:
    """The day `months` after a confirmation; the last of the month when that month has no such day (as 民法143条2項)."""
    day = local_date(confirmed_at)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
