"""What lies on a person's desk: everything that waits for them or is new to them, as far as they may read it."""

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.manuals.queries import Written, drafts_of, drafts_of_colleagues
from kb.manuals.rules import may_write
from kb.publishing.holdings import Held, active_manuals
from kb.publishing.queries import Due, Listed, due_for_review
from kb.publishing.rules import may_publish
from kb.readings.queries import Changed, Read, changed_since_read, new_in_town, previous_visit, recent
from kb.reports.queries import Filed, departments_of, own_reports, to_answer
from kb.reports.rules import settles_for_all
from kb.web.received import Received, received_by

NEWS = timedelta(days=14)
"""How far back news goes for somebody whose last visit is not known."""


@dataclass(frozen=True)
class Waiting:
    """What somebody has to do: own drafts, saved revisions to publish, reviews that are due, reports to answer."""

    drafts: Sequence[Written]
    unpublished: Sequence[Held]
    due: Sequence[Due]
    reports: Sequence[Filed]


@dataclass(frozen=True)
class News:
    """What changed: manuals that the person has read, and other new editions of the own town since `since`."""

    since: datetime
    changed: Sequence[Changed]
    in_town: Sequence[Listed]

    def __len__(self) -> int:
        return len(self.changed) + len(self.in_town)


@dataclass(frozen=True)
class Desk:
    """Everything on a desk."""

    writes: bool
    """The person may write manuals for the own town: drafts, reviews and reports concern them."""
    waiting: Waiting
    colleagues: Sequence[Written]
    news: News
    own_reports: Sequence[Filed]
    recent: Sequence[Read]
    received: Received

    @property
    def is_bare(self) -> bool:
        """Nothing of the person's own lies there, as for somebody who has just come; the town may have news all the same."""
        waiting = self.waiting
        parts: tuple[Sized, ...] = (waiting.drafts, waiting.unpublished, waiting.due, waiting.reports, self.colleagues)
        return not any(
            len(part) for part in (*parts, self.news.changed, self.recent, self.own_reports, self.received.reactions)
        )


def waiting_for(session: Session, viewer: Viewer, now: datetime) -> Waiting:
    """What the viewer has to do."""
    return Waiting(
        drafts=drafts_of(session, viewer),
        unpublished=_unpublished(session, viewer, now),
        due=_due(session, viewer, now),
        reports=to_answer(session, viewer, now),
    )


def desk_of(session: Session, viewer: Viewer, now: datetime) -> Desk:
    """The viewer's desk."""
    changed = changed_since_read(session, viewer, now)
    since = previous_visit(session, viewer) or now - NEWS
    told = {one.read.listed.manual_id for one in changed}
    in_town = [one for one in new_in_town(session, viewer, now, since) if one.manual_id not in told]
    return Desk(
        writes=writes(viewer),
        waiting=waiting_for(session, viewer, now),
        colleagues=drafts_of_colleagues(session, viewer),
        news=News(since, changed, in_town),
        own_reports=own_reports(session, viewer, now),
        recent=recent(session, viewer, now),
        received=received_by(session, viewer, now, since),
    )


def writes(viewer: Viewer) -> bool:
    """Whether the viewer may write manuals of the own town."""
    return viewer.own_town is not None and may_write(viewer, viewer.own_town) is not None


def _due(session: Session, viewer: Viewer, now: datetime) -> list[Due]:
    """Reviews of the viewer's departments and of manuals without a post; an administrator's are the whole town's."""
    if viewer.own_town is None or not writes(viewer):
        return []
    due = due_for_review(session, viewer.own_town, now)
    if settles_for_all(viewer):
        return due
    departments = departments_of(session, viewer)
    return [one for one in due if one.department_id is None or one.department_id in departments]


def publishes(viewer: Viewer) -> bool:
    """Whether the viewer may publish manuals of the own town."""
    return viewer.own_town is not None and may_publish(viewer, viewer.own_town) is not None


def _unpublished(session: Session, viewer: Viewer, now: datetime) -> list[Held]:
    """Revisions of the viewer's departments, and of manuals without a post, that nobody has published yet."""
    if viewer.own_town is None or not publishes(viewer):
        return []
    departments = departments_of(session, viewer)
    held = [one for one in active_manuals(session, viewer.own_town, now) if one.waiting]
    return [one for one in held if one.department_id is None or one.department_id in departments]
