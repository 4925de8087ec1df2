"""A live publication as search documents: one face for outsiders, one for the own town."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlmodel import Session

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


def live_with(session: Session, publication: Publication, users: Collection[str] = ()) -> Live:
    """Gather what the documents of a publication need; `users` are other towns that use it."""
    manual = session.get_one(Manual, publication.manual_id)
    revision = session.get_one(Revision, publication.revision_id)
    return Live(
        publication=publication,
        manual=manual,
        revision=revision,
        town=session.get_one(Municipality, manual.municipality_code),
        procedure=session.get(Procedure, revision.procedure_key) if revision.procedure_key else None,
        users=tuple(sorted(users)),
    )


def document_id(manual_id: int) -> str:
    """Name of a manual in the index."""
    return f"manual-{manual_id}"


def documents(live: Live) -> Iterator[Document]:
    """The faces of a publication: the own one always, the public one unless it is 庁内."""
    content = content_of(live.revision)
    if live.publication.audience is not Audience.MUNICIPALITY:
        yield _document(live, content, Face.PUBLIC)
    yield _document(live, content, Face.OWN)


def _document(live: Live, whole: ManualContent, face: Face) -> Document:
    content = readable_content(whole, live.revision.parameter_values, redacted=face is Face.PUBLIC)
    procedure = live.procedure
    called = [procedure.name, *procedure.aliases] if procedure else []
    band = size_band(live.town.population)
    return Document(
        id=document_id(live.manual.id),
        face=face,
        version=live.publication.id,
        town=live.town.code,
        members_only=live.publication.audience is Audience.MEMBERS,
        title=content.title,
        readings=" ".join(procedure.readings) if procedure else "",
        keywords=" ".join([*called, content.department, live.town.name]),
        passages=tuple(passages(content)),
        facets={
            "town": (live.town.code, *live.users),
            "area": content.work_areas,
            "size": (band.key,) if band else (),
            "phase": tuple(dict.fromkeys(step.phase for step in content.steps if step.phase)),
            "procedure": (procedure.key,) if procedure else (),
        },
        published_at=live.publication.live_from.timestamp(),
        stored={"manual": str(live.manual.id)},
    )
