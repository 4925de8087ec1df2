"""The addresses that everybody may open, for programs that collect them (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from flask import url_for
from sqlmodel import Session

from kb.accounts.prefectures import prefecture_code
from kb.accounts.queries import municipalities, participating
from kb.accounts.rules import ANYONE
from kb.accounts.sizes import size_band
from kb.publishing.addresses import Address, live_addresses
from kb.web.reading import absolute
from kb.web.rows import manual_url

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000
"""Addresses in one file; the protocol allows no more."""
_LISTS = ("home.show", "towns.index", "prefectures.index", "sizes.index", "work_areas.index", "procedures.index")


@dataclass(frozen=True)
class Place:
    """A page's local path, and since when it says what it says, where that is known."""

    path: str
    changed: datetime | None = None


def places(session: Session, now: datetime) -> list[Place]:
    """Every page worth finding: lists, groups that are not empty, manuals. As nobody in particular may open them."""
    manuals = live_addresses(session, ANYONE, now)
    towns = {town.code for town in participating(session, now)} | {one.town_code for one in manuals}
    return [
        *(Place(url_for(endpoint)) for endpoint in _LISTS),
        *(Place(path) for path in _groups(session, towns, manuals)),
        *(Place(manual_url(one.town_code, one.slug), one.live_from) for one in manuals),
    ]


def _groups(session: Session, towns: set[str], manuals: Sequence[Address]) -> Iterator[str]:
    for code in sorted(towns):
        yield url_for("towns.show", code=code)
    for number in sorted({prefecture_code(code) for code in towns}):
        yield url_for("prefectures.show", prefecture=number)
    bands = {band.key for town in municipalities(session, towns) if (band := size_band(town.population))}
    for key in sorted(bands):
        yield url_for("sizes.show", band=key)
    for key in sorted({one.procedure_key for one in manuals if one.procedure_key}):
        yield url_for("procedures.show", key=key)
    areas = {one.work_area_code for one in manuals if one.work_area_code}
    for code in sorted(areas | {area[:1] for area in areas}):
        yield url_for("work_areas.show", code=code)


def parts(found: Sequence[Place]) -> list[Sequence[Place]]:
    """The places in as many lists as files are needed; one at least."""
    return [found[start : start + MOST] for start in range(0, len(found), MOST)] or [found]


def newest(found: Iterable[Place]) -> datetime | None:
    """The newest moment that any of these places names."""
    return max((one.changed for one in found if one.changed), default=None)


def sitemap(found: Iterable[Place]) -> bytes:
    """A file of pages."""
    return _document("urlset", "url", found)


def sitemap_index(files: Iterable[Place]) -> bytes:
    """A file of files."""
    return _document("sitemapindex", "sitemap", files)


def _document(root: str, item: str, found: Iterable[Place]) -> bytes:
    lines = [f"<{item}><loc>{escape(absolute(one.path))}</loc>{_lastmod(one)}</{item}>" for one in found]
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n{body}\n</{root}>\n'.encode()


def _lastmod(place: Place) -> str:
    if place.changed is None:
        return ""
    return f"<lastmod>{place.changed.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>"
