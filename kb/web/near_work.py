"""近い業務: standard procedures whose name looks or sounds like what was asked for, and how many towns have a manual of each."""

from dataclasses import dataclass

from flask import url_for

from kb.publishing.counts import towns_by_procedure
from kb.search.nearby import nearest
from kb.web.current import now, session, viewer, words


@dataclass(frozen=True)
class NearWork:
    """A procedure near to what was asked for."""

    name: str
    url: str
    summary: str
    towns: int
    """Towns with a live manual of it that the viewer may read."""


def near_work(text: str) -> list[NearWork]:
    """Procedures near to a text, none for an empty one: first those that a town has a manual of, the most alike first."""
    known = words().procedures
    keys = nearest(text, [(key, one.called) for key, one in known.items()])
    towns = towns_by_procedure(session(), viewer(), now(), keys) if keys else {}
    return [
        NearWork(known[key].name, url_for("procedures.show", key=key), known[key].summary, towns.get(key, 0))
        for key in sorted(keys, key=lambda key: key not in towns)
    ]
