"""A live publication as search documents: one face for outsiders, one for the own town."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from kb.accounts.models import Municipality
from kb.accounts.sizes import size_band
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import content_of
from kb.publishing.models import Publication
from kb.publishing.passages import passages
from kb.publishing.views import readable_content
from kb.search.index import Document, Face
from kb.standards.models import Procedure

_UNREAD = [defer(Revision.content)]  # type: ignore[arg-type]  # SQLModel types a column as its value
"""Read only when somebody asks: a document that was analysed before does not."""
CONTENT_FACETS = ("area", "phase")
"""Facets that the content decides."""


@dataclass(frozen=True)
class Live:
    """A live publication with everything that its documents are made of."""

    publication: Publication
    manual: Manual
    revision: Revision
    town: Municipality
    procedure: Procedure | None
    users: tuple[str, ...] = ()
    """Codes of the other towns under which it is found too."""

    @cached_property
    def content(self) -> ManualContent:
        """The content of the revision, read when somebody asks."""
        return content_of(self.revision)


def live_with(session: Session, publication: Publication, users: Collection[str] = ()) -> Live:
    """Gather what the documents of a publication need; `users` are other towns that use it."""
    manual = session.get_one(Manual, publication.manual_id)
    revision = session.get_one(Revision, publication.revision_id, options=_UNREAD)
    return Live(
        publication=publication,
        manual=manual,
        revision=revision,
        town=session.get_one(Municipality, manual.municipality_code),
        procedure=session.get(Procedure, revision.procedure_key) if revision.procedure_key else None,
        users=tuple(sorted(users)),
    )


@contextmanager
def gathered(session: Session, publications: Sequence[Publication]) -> Iterator[None]:
    """Ask for what many publications need at once: within the block `live_with` finds it in the session."""
    manuals = session.exec(select(Manual).where(col(Manual.id).in_([one.manual_id for one in publications]))).all()
    wanted = select(Revision).where(col(Revision.id).in_([one.revision_id for one in publications])).options(*_UNREAD)
    revisions = session.exec(wanted).all()
    yield
    del manuals, revisions  # the session holds what somebody holds


def document_id(manual_id: int) -> str:
    """Name of a manual in the index."""
    return f"manual-{manual_id}"


def faces(live: Live) -> list[Face]:
    """The faces of a publication: the own one always, the public one unless it is 庁内."""
    return [Face.OWN] if live.publication.audience is Audience.MUNICIPALITY else [Face.PUBLIC, Face.OWN]


def documents(live: Live) -> Iterator[Document]:
    """All faces of a publication."""
    return (document(live, face) for face in faces(live))


def document(live: Live, face: Face) -> Document:
    """A face of a publication, with its texts."""
    content = readable_content(live.content, live.revision.parameter_values, redacted=face is Face.PUBLIC)
    names, town = called(live)
    phases = dict.fromkeys(step.phase for step in content.steps if step.phase)
    return replace(
        _frame(live, face),
        title=content.title,
        readings=" ".join(live.procedure.readings) if live.procedure else "",
        keywords=" ".join([*names, content.department, town]),
        passages=tuple(passages(content)),
        facets=_facets(live) | {"area": content.work_areas, "phase": tuple(phases)},
    )


def known_document(live: Live, face: Face, facets: Mapping[str, Sequence[str]], analysed: bytes) -> Document:
    """A face whose texts were analysed before; `facets` are those of `CONTENT_FACETS`."""
    of_content = {name: tuple(values) for name, values in facets.items()}
    return replace(_frame(live, face), facets=_facets(live) | of_content, analysed=analysed)


def called(live: Live) -> tuple[list[str], str]:
    """Names under which a manual is found beside what it says: those of its procedure, and of its town."""
    procedure = live.procedure
    return [procedure.name, *procedure.aliases] if procedure else [], live.town.name


def _facets(live: Live) -> dict[str, tuple[str, ...]]:
    band = size_band(live.town.population)
    return {
        "town": (live.town.code, *live.users),
        "size": (band.key,) if band else (),
        "procedure": (live.procedure.key,) if live.procedure else (),
    }


def _frame(live: Live, face: Face) -> Document:
    """A document without its texts."""
    return Document(
        id=document_id(live.manual.id),
        face=face,
        version=live.publication.id,
        town=live.town.code,
        members_only=live.publication.audience is Audience.MEMBERS,
        title="",
        readings="",
        keywords="",
        passages=(),
        published_at=live.publication.live_from.timestamp(),
        stored={"manual": str(live.manual.id)},
    )
