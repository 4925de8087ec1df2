"""The shipped manuals in a search index of their own, and somebody who may read all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from kb.accounts.models import Role
from kb.accounts.queries import municipality_names
from kb.config import ROOT
from kb.db import transaction
from kb.japanese.notation import JST
from kb.manuals.actions import begin_manual, save_revision
from kb.publishing import indexing
from kb.publishing.documents import document_id
from kb.publishing.models import Publication
from kb.search.engines import open_index
from kb.search.index import Index, Query, Synonyms
from kb.seeds.manuals import read_manuals
from kb.seeds.people import CAST
from kb.seeds.vocabulary import sample_municipalities
from kb.standards.queries import synonym_groups, terms
from tests.relevance.metrics import DEPTH
from tests.world import MIDORIKAWA, database_from, person

CONTENT = ROOT / "content"
WHEN = datetime(2026, 11, 22, 9, 0, tzinfo=JST)


def addresses() -> set[str]:
    """What the judgements call the shipped manuals: name of the town, "/", slug."""
    names = {row.code: row.name for row in sample_municipalities(CONTENT)}
    return {f"{names[path.parent.name]}/{path.stem.partition('@')[0]}" for path in CONTENT.glob("manuals/*/*.md")}


@dataclass(frozen=True)
class Shipped:
    """An index of the shipped manuals, with what a search page would hand in."""

    folder: Path
    index: Index
    synonyms: Synonyms
    addresses: dict[str, str]
    """Id in the index to address of the manual."""

    def opened_anew(self) -> "Shipped":
        """The same index without the answers that this process keeps."""
        return replace(self, index=open_index(self.folder))

    def search(self, text: str, synonyms: bool = True) -> list[str]:
        """Addresses of the first ten hits for a clerk of 緑川村, the only one who may read every shipped manual."""
        asked = Query(text, town=MIDORIKAWA, member=True, limit=DEPTH)
        hits = self.index.search(asked, self.synonyms if synonyms else Synonyms())
        return [self.addresses[hit.id] for hit in hits.hits]


@contextmanager
def shipped(template: Path, folder: Path) -> Iterator[Shipped]:
    """Load the shipped manuals into a copy of the `template` database and index them, all in `folder`."""
    engine = database_from(template, folder)
    try:
        with transaction(engine) as session:
            known = _load(session)
            synonyms = Synonyms(synonym_groups(terms(session)))
        index = open_index(folder / "search_index")
        indexing.rebuild(engine, index, folder, WHEN)
        yield Shipped(folder / "search_index", index, synonyms, known)
    finally:
        engine.dispose()


def _load(session: Session) -> dict[str, str]:
    """Make the newest edition of every shipped manual live. Gives the address of each by its id in the index.

    Publications are written as rows: publishing would also render every page, which takes a minute and nobody reads here.
    """
    files = {(file.envelope.municipality, file.envelope.slug): file for file in read_manuals(CONTENT)}
    authors = {member.town: person(session, member.login, WHEN) for member in CAST if member.role is Role.AUTHOR}
    names = municipality_names(session)
    known = {}
    for (town, slug), file in files.items():
        manual = begin_manual(session, town, slug, by=authors[town], at=WHEN)
        values = dict(file.envelope.values)
        revision = save_revision(session, manual, file.content, by=authors[town], at=WHEN, values=values)
        session.add(
            Publication(
                manual_id=manual.id,
                revision_id=revision.id,
                edition=1,
                audience=file.envelope.audience,
                live_from=WHEN,
                published_at=WHEN,
            )
        )
        known[document_id(manual.id)] = f"{names[town]}/{slug}"
    return known
