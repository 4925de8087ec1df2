"""What a manual's page says of taking over: a button for who may, how many towns did, and where its own steps are from."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlmodel import select

from kb.forks.lineage import origins
from kb.forks.queries import fork_counts
from kb.forks.rules import may_fork
from kb.manuals.models import Revision
from kb.publishing.queries import Listed
from kb.web.current import now, session, viewer
from kb.web.rows import manual_url


@dataclass(frozen=True)
class ForkLine:
    """`new_url` is None for whoever may not take the manual over."""

    new_url: str | None
    lineage_url: str
    towns: int
    """Other towns that took it over."""
    parts: tuple[tuple[str, str], ...] = ()
    """Manuals from which steps were taken in, as (text, address); told where the manual as a whole has no origin."""


def fork_line(listed: Listed) -> ForkLine:
    """For the page of a live manual."""
    place: dict[str, Any] = {"code": listed.town_code, "slug": listed.slug}
    return ForkLine(
        new_url=url_for("forks.new", **place) if may_fork(viewer(), listed.town_code) else None,
        lineage_url=url_for("lineages.show", **place),
        towns=fork_counts(session(), [listed.manual_id]).get(listed.manual_id, 0),
        parts=() if listed.provenance else _parts(listed),
    )


def _parts(listed: Listed) -> tuple[tuple[str, str], ...]:
    saved_at = session().exec(select(Revision.saved_at).where(Revision.id == listed.revision_id)).one()
    found = origins(session(), viewer(), now(), listed.manual_id, saved_at)
    return tuple(
        (
            f"{one.town_name}『{one.title}』(第{taking.edition}版、{one.license})の手順を取り入れて作成",
            manual_url(one.town_code, one.slug),
        )
        for one, taking in found
    )
