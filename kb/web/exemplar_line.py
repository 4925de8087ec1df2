"""模範 on the pages: which manuals are exemplary, and the line on a manual's own page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g, url_for

from kb.exemplars.queries import exemplar_of, exemplary
from kb.exemplars.rules import may_choose_exemplars
from kb.japanese.notation import local_date
from kb.publishing.queries import Listed
from kb.web.current import now, session, viewer


@dataclass(frozen=True)
class ExemplarLine:
    """Why and until when a manual is exemplary, and what an operator can do; an address is None for whoever may not."""

    reason: str
    """Empty when it is not exemplary."""
    last_day: date | None
    new_url: str | None
    delete_url: str | None


def exemplary_now() -> frozenset[int]:
    """The numbers of the manuals that are exemplary; asked once for a request."""
    if "exemplary" not in g:
        g.exemplary = exemplary(session(), now())
    found: frozenset[int] = g.exemplary
    return found


def exemplar_line(listed: Listed) -> ExemplarLine | None:
    """The line on the page of a live manual; None when there is nothing to say and nothing to do."""
    found = exemplar_of(session(), listed.manual_id, now())
    chooses = may_choose_exemplars(viewer()) is not None
    if found is None and not chooses:
        return None
    address: dict[str, Any] = {"code": listed.town_code, "slug": listed.slug}
    return ExemplarLine(
        reason=found.reason if found else "",
        last_day=local_date(found.until) - timedelta(days=1) if found else None,
        new_url=url_for("exemplars.new", **address) if chooses and not found else None,
        delete_url=url_for("exemplars.delete", **address) if chooses and found else None,
    )
