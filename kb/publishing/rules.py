"""Who may read, who may publish and keep, and what stands in the way."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, datetime

from kb.accounts.models import Role
from kb.accounts.rules import Acting, Viewer, may_act_for
from kb.common_format.checks import Finding, Vocabulary
from kb.common_format.checks import obstacles as content_obstacles
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.common_format.privacy import PersonalData
from kb.common_format.walk import Path
from kb.japanese.notation import local_date


def audiences_of(viewer: Viewer) -> list[Audience]:
    """The audiences that the viewer belongs to, whatever town published."""
    return [Audience.PUBLIC, Audience.MEMBERS] if viewer.member else [Audience.PUBLIC]


def may_read(viewer: Viewer, municipality_code: str, audience: Audience) -> bool:
    """Whether a publication with this audience, of this town, is for the viewer's eyes."""
    return viewer.own_town == municipality_code or audience in audiences_of(viewer)


def reads_redacted(viewer: Viewer, municipality_code: str) -> bool:
    """Whether the viewer gets the content without its 庁内限り parts."""
    return viewer.own_town != municipality_code


def may_publish(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may publish manuals of a town and end their publication, or None."""
    return may_act_for(by, municipality_code, Role.APPROVER)


def may_confirm(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may confirm that a town's live manual still holds, or None."""
    return may_act_for(by, municipality_code, Role.AUTHOR, Role.APPROVER)


def may_waive(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may say that something is no personal data, or None. Who publishes reads the reason."""
    return may_act_for(by, municipality_code, Role.AUTHOR, Role.APPROVER)


def may_archive(by: Viewer, municipality_code: str) -> Acting | None:
    """The assignment in which `by` may take a town's manuals out of use and into use again, or None."""
    return may_act_for(by, municipality_code, Role.APPROVER, Role.ADMINISTRATOR)


def waivable(kind: PersonalData) -> bool:
    """Whether somebody may let this kind stand: a 個人番号 never (番号利用法19条・20条 forbid to provide and to collect it)."""
    return kind is not PersonalData.MY_NUMBER


def obstacles(
    content: ManualContent,
    values: Mapping[str, str],
    vocabulary: Vocabulary,
    waived: Collection[tuple[Path, PersonalData]] = (),
) -> list[Finding]:
    """What stands between a content and its publication; empty when it may be published."""
    allowed = {(path, kind) for path, kind in waived if waivable(kind)}
    return content_obstacles(content, vocabulary, values=values, waived=allowed)


def needs_note(last_edition: int) -> bool:
    """Whether the next edition has to say what it changes: all but the first one."""
    return last_edition > 0


def review_day(confirmed_at: datetime, months: int) -> date:
    """The day `months` after a confirmation; the last of the month when that month has no such day (as 民法143条2項)."""
    day = local_date(confirmed_at)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
