"""What the templates say of adoptions: on the manual's page, on the adopting town's page, on the desk, among results."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from kb.adoptions.declared import Declared, adopted_by, to_consider
from kb.adoptions.queries import Use, open_adoption, uses
from kb.adoptions.rules import may_adopt, may_change
from kb.publishing.history import editions
from kb.publishing.queries import Listed
from kb.web.current import now, session, viewer
from kb.web.rows import EditionRow, edition_row, manual_url


@dataclass(frozen=True)
class UseRow:
    """A town that uses a manual; `url` is None for whoever may not read the edition that it uses."""

    town_name: str
    town_url: str
    edition: int
    degree: str
    since: datetime
    url: str | None


@dataclass(frozen=True)
class OnManual:
    """Below a manual: who uses it, and what the viewer's town can do."""

    uses: Sequence[UseRow]
    adopt_url: str | None
    """Where the viewer declares that the own town uses the manual."""
    own_url: str | None
    """The own town's adoption."""


@dataclass(frozen=True)
class AdoptedRow:
    """A line in the list of what a town uses, and the head of an adoption's page."""

    url: str
    title: str
    """Empty when the viewer may read nothing of the manual."""
    owner_name: str
    edition: int
    degree: str
    since: datetime
    readable: bool
    newer: int | None
    """Number of an edition that the own town has not decided about."""
    notes: Sequence[EditionRow]
    """What has come since the town last decided, newest first."""
    change_url: str
    decision_url: str
    live_url: str | None


def use_row(use: Use) -> UseRow:
    """The line of a town that uses a manual which is live for the viewer."""
    return UseRow(
        town_name=use.town_name,
        town_url=url_for("towns.show", code=use.town_code),
        edition=use.edition,
        degree=use.degree.value,
        since=use.since,
        url=adoption_url(use.town_code, use.number) if use.readable(viewer()) else None,
    )


def adoption_url(town: str, number: int) -> str:
    """Address of an adoption."""
    return url_for("adoptions.show", code=town, number=number)


def on_manual(listed: Listed) -> OnManual:
    """Who uses a live manual."""
    rows = [use_row(use) for use in uses(session(), [listed.manual_id]).get(listed.manual_id, [])]
    if may_adopt(viewer(), listed.town_code, listed.audience) is None:
        return OnManual(rows, None, None)
    town = viewer().own_town or ""
    own = open_adoption(session(), town, listed.manual_id)
    if own is not None:
        return OnManual(rows, None, adoption_url(town, own.id))
    return OnManual(rows, url_for("adoptions.new", code=listed.town_code, slug=listed.slug), None)


def of_town(town: str) -> list[AdoptedRow]:
    """What a town uses, for its page."""
    return [adopted_row(one) for one in adopted_by(session(), viewer(), now(), town)]


def on_desk() -> list[AdoptedRow]:
    """What waits for a decision of the viewer's town."""
    return [adopted_row(one) for one in to_consider(session(), viewer(), now())]


def adopted_row(declared: Declared) -> AdoptedRow:
    """The line of an adoption; what waits for a decision is told to whoever may decide."""
    town, number = declared.adoption.municipality_code, declared.number
    newer = declared.newer if may_change(viewer(), town) else None
    live = declared.live
    return AdoptedRow(
        url=adoption_url(town, number),
        title=declared.title,
        owner_name=declared.owner_name,
        edition=declared.edition,
        degree=declared.adoption.degree.value,
        since=declared.since,
        readable=declared.readable,
        newer=newer.edition if newer else None,
        notes=_notes(declared) if newer else (),
        change_url=url_for("adoptions.edit", code=town, number=number),
        decision_url=url_for("decisions.create", code=town, number=number),
        live_url=manual_url(live.town_code, live.slug) if live else None,
    )


def _notes(declared: Declared) -> list[EditionRow]:
    code, slug = declared.owner_code, declared.slug
    begun = editions(session(), viewer(), now(), declared.adoption.manual_id, code)
    return [edition_row(edition, code, slug) for edition in begun if edition.edition > declared.considered]


def used_by(manual_ids: Collection[int], towns: Collection[str]) -> dict[int, list[UseRow]]:
    """Which of some towns use each of some live manuals, for results; manuals that none of them uses are left out."""
    if not (manual_ids and towns):
        return {}
    found = uses(session(), manual_ids, towns)
    return {manual_id: [use_row(use) for use in known] for manual_id, known in found.items()}
