"""Reads of adoptions: which towns use a manual, and what a town uses. Towns and posts are told, never people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from kb.accounts.models import Municipality, Participation
from kb.accounts.rules import Viewer
from kb.adoptions.models import Adoption, Degree
from kb.adoptions.rules import used_since
from kb.common_format.envelope import Audience
from kb.manuals.models import Manual
from kb.publishing.models import Publication
from kb.publishing.rules import may_read


@dataclass(frozen=True)
class Use:
    """A town that uses a manual, as everybody who may read the manual is told."""

    number: int
    town_code: str
    town_name: str
    edition: int
    degree: Degree
    since: datetime
    """Since when without a break, whichever edition it was."""
    owner_code: str
    audience: Audience
    withdrawn: bool

    def readable(self, viewer: Viewer) -> bool:
        """Whether somebody for whom the manual is live may read the edition that is used, too."""
        own = viewer.own_town == self.owner_code
        return own or (not self.withdrawn and may_read(viewer, self.owner_code, self.audience))


def adoption_counts(session: Session, manual_ids: Collection[int] | None = None) -> dict[int, int]:
    """How many participating towns use each manual, of `manual_ids` or of all; manuals that nobody uses are left out."""
    counted = select(Adoption.manual_id, func.count()).where(counts()).group_by(col(Adoption.manual_id))
    if manual_ids is not None:
        counted = counted.where(col(Adoption.manual_id).in_(manual_ids))
    return dict(session.exec(counted).all())


def counts() -> ColumnElement[bool]:
    """The condition that an adoption counts: it has not been ended, and its town takes part."""
    taking_part = select(Participation.municipality_code).where(col(Participation.until).is_(None))
    return col(Adoption.until).is_(None) & col(Adoption.municipality_code).in_(taking_part)


def users_of(session: Session, manual_ids: Collection[int]) -> Mapping[int, list[str]]:
    """Codes of the participating towns that use each of some manuals, for the search index."""
    found: dict[int, list[str]] = defaultdict(list)
    asked = select(Adoption.manual_id, Adoption.municipality_code).where(counts())
    for manual_id, code in session.exec(asked.where(col(Adoption.manual_id).in_(manual_ids))):
        found[manual_id].append(code)
    return found


def uses(session: Session, manual_ids: Collection[int], towns: Collection[str] | None = None) -> dict[int, list[Use]]:
    """Who uses each of some manuals (of `towns` alone, when given): the longest use first."""
    asked = (
        select(Adoption, Municipality.name, Publication, Manual.municipality_code)
        .join(Municipality, col(Municipality.code) == Adoption.municipality_code)
        .join(Publication, col(Publication.id) == Adoption.publication_id)
        .join(Manual, col(Manual.id) == Adoption.manual_id)
        .where(counts(), col(Adoption.manual_id).in_(manual_ids))
    )
    if towns is not None:
        asked = asked.where(col(Adoption.municipality_code).in_(towns))
    rows = session.exec(asked).all()
    since = since_of(session, [adoption for adoption, *_ in rows])
    found: dict[int, list[Use]] = defaultdict(list)
    for adoption, name, publication, owner in rows:
        found[adoption.manual_id].append(_use(adoption, name, publication, owner, since[adoption.id]))
    return {manual_id: sorted(known, key=lambda use: (use.since, use.number)) for manual_id, known in found.items()}


def _use(adoption: Adoption, town: str, publication: Publication, owner: str, since: datetime) -> Use:
    return Use(
        number=adoption.id,
        town_code=adoption.municipality_code,
        town_name=town,
        edition=publication.edition,
        degree=adoption.degree,
        since=since,
        owner_code=owner,
        audience=publication.audience,
        withdrawn=publication.withdrawn_at is not None,
    )


def open_adoption(session: Session, town: str, manual_id: int) -> Adoption | None:
    """What a town has declared on a manual and not ended, whether or not it takes part."""
    asked = select(Adoption).where(Adoption.municipality_code == town, Adoption.manual_id == manual_id)
    return session.exec(asked.where(col(Adoption.until).is_(None))).first()


def last_ended(session: Session, town: str, manual_id: int) -> datetime | None:
    """When a town's last use of a manual ended; None when none has."""
    ended = select(func.max(col(Adoption.until))).where(
        Adoption.municipality_code == town, Adoption.manual_id == manual_id
    )
    return session.exec(ended).one()


def since_of(session: Session, adoptions: Iterable[Adoption]) -> dict[int, datetime]:
    """Since when the use that each adoption belongs to has gone on without a break."""
    wanted = list(adoptions)
    asked = select(Adoption).where(
        col(Adoption.manual_id).in_({one.manual_id for one in wanted}),
        col(Adoption.municipality_code).in_({one.municipality_code for one in wanted}),
    )
    known: dict[tuple[str, int], list[Adoption]] = defaultdict(list)
    for one in session.exec(asked.order_by(col(Adoption.since), col(Adoption.id))):
        known[one.municipality_code, one.manual_id].append(one)
    return {one.id: used_since(_until(known[one.municipality_code, one.manual_id], one)) for one in wanted}


def _until(records: Sequence[Adoption], last: Adoption) -> list[tuple[datetime, datetime | None]]:
    return [(one.since, one.until) for one in records if one.id <= last.id]
