"""An adoption as one viewer may see it: what the town declared, the edition that it uses, and what has come since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from kb.accounts.models import Assignment, Department, Municipality, Post
from kb.accounts.rules import Viewer
from kb.adoptions.models import Adoption
from kb.adoptions.queries import counts, since_of
from kb.adoptions.rules import may_change
from kb.manuals.models import Manual, Revision
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_by_manual
from kb.publishing.rules import may_read


@dataclass(frozen=True)
class Declared:
    """An adoption. What the viewer may not read of the manual is empty."""

    adoption: Adoption
    town_name: str
    office: str
    """Department and post of whoever declared it."""
    owner_code: str
    owner_name: str
    slug: str
    title: str
    edition: int
    revision_id: int
    readable: bool
    """The viewer may read the edition that is used."""
    since: datetime
    """Since when without a break, whichever edition it was."""
    live: Listed | None
    """What is live of the manual for this viewer."""
    considered: int
    """The newest edition that the town has decided about."""

    @property
    def number(self) -> int:
        """Where the adoption has its page."""
        return self.adoption.id

    @property
    def open(self) -> bool:
        """Whether the town still uses the edition."""
        return self.adoption.until is None

    @property
    def newer(self) -> Listed | None:
        """An edition that the town has not decided about; None while there is none."""
        return self.live if self.open and self.live and self.live.edition > self.considered else None

    @property
    def waits(self) -> bool:
        """Whether the town has something to decide: a newer edition, or one that is gone."""
        return self.open and (self.newer is not None or not self.readable)


def adoption_seen(session: Session, viewer: Viewer, now: datetime, town: str, number: int) -> Declared | None:
    """An adoption of a town by its number; None when there is none for this viewer.

    The town's own people find every one; everybody else those that count, while they may read the edition.
    """
    asked = _rows().where(col(Adoption.id) == number, col(Adoption.municipality_code) == town)
    if viewer.own_town != town:
        asked = asked.where(counts())
    found = next(iter(_declared(session, viewer, now, asked)), None)
    return found if found and (found.readable or viewer.own_town == town) else None


def adopted_by(session: Session, viewer: Viewer, now: datetime, town: str) -> list[Declared]:
    """What a participating town uses, as far as the viewer may read it; its own people see what is gone, too."""
    asked = _rows().where(counts(), col(Adoption.municipality_code) == town)
    found = _declared(session, viewer, now, asked.order_by(col(Revision.title), col(Adoption.id)))
    return [one for one in found if one.readable or viewer.own_town == town]


def to_consider(session: Session, viewer: Viewer, now: datetime) -> list[Declared]:
    """What waits for a decision of the viewer's town: newer editions, and manuals that are gone. Empty without a role."""
    town = viewer.own_town
    if town is None or may_change(viewer, town) is None:
        return []
    return [one for one in adopted_by(session, viewer, now, town) if one.waits]


def _rows() -> Select[Any]:
    owner, considered = aliased(Municipality), aliased(Publication)
    rows: Select[Any] = (
        select(  # type: ignore[call-overload]  # SQLModel types up to four columns
            Adoption,
            Manual,
            Publication,
            col(Revision.title).label("title"),
            col(Municipality.name).label("town_name"),
            col(owner.name).label("owner_name"),
            col(considered.edition).label("considered"),
            col(Department.name).label("department"),
            col(Post.title).label("post"),
        )
        .join(Manual, col(Manual.id) == Adoption.manual_id)
        .join(Publication, col(Publication.id) == Adoption.publication_id)
        .join(considered, col(considered.id) == Adoption.considered_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .join(Municipality, col(Municipality.code) == Adoption.municipality_code)
        .join(owner, col(owner.code) == Manual.municipality_code)
        .outerjoin(Assignment, col(Assignment.id) == Adoption.assignment_id)
        .outerjoin(Post, col(Post.id) == Assignment.post_id)
        .outerjoin(Department, col(Department.id) == Post.department_id)
    )
    return rows


def _declared(session: Session, viewer: Viewer, now: datetime, asked: Select[Any]) -> list[Declared]:
    rows = session.execute(asked).all()
    live = live_by_manual(session, viewer, now, [row.Adoption.manual_id for row in rows])
    since = since_of(session, [row.Adoption for row in rows])
    return [_one(viewer, row, live.get(row.Adoption.manual_id), since) for row in rows]


def _one(viewer: Viewer, row: Any, live: Listed | None, since: dict[int, datetime]) -> Declared:
    adoption, manual, used = row.Adoption, row.Manual, row.Publication
    readable = _readable(viewer, manual.municipality_code, used, live)
    known = readable or live is not None
    return Declared(
        adoption=adoption,
        town_name=row.town_name,
        office=" ".join(filter(None, (row.department, row.post))),
        owner_code=manual.municipality_code,
        owner_name=row.owner_name,
        slug=manual.slug if known else "",
        title=row.title if readable else live.title if live else "",
        edition=used.edition,
        revision_id=used.revision_id,
        readable=readable,
        since=since[adoption.id],
        live=live,
        considered=row.considered,
    )


def _readable(viewer: Viewer, owner: str, used: Publication, live: Listed | None) -> bool:
    """As `publishing.history` has it: outsiders read an edition only while the manual is live for them."""
    if viewer.own_town == owner:
        return True
    return live is not None and used.withdrawn_at is None and may_read(viewer, owner, used.audience)
