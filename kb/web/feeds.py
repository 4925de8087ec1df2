"""Feeds of new editions as Atom (RFC 4287): made of what everybody may read, the same for whoever asks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from flask import url_for

from kb.japanese.notation import wareki
from kb.publishing.queries import Listed
from kb.web.reading import absolute
from kb.web.rows import manual_url

MEDIA_TYPE = "application/atom+xml"
ENTRIES = 50
"""Editions in a feed: whoever asks once a day misses none."""
_UNCHANGED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed was updated that never had anything in it (the element is required: RFC 4287, 4.1.1)."""
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML 1.0 cannot hold, not even escaped (2.2), and the carriage return, which readers turn into another sign (2.11)."""


@dataclass(frozen=True)
class Feed:
    """A feed before it is written: addresses are local paths."""

    title: str
    own_path: str
    page_path: str
    """The page that says the same to people."""
    changed: datetime | None
    """When anything in it came or went last."""
    editions: Sequence[Listed]


def atom(feed: Feed) -> bytes:
    """The document of a feed."""
    root = Xml.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "ja"})
    _text(root, "id", _tag(feed.own_path))
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.changed or _UNCHANGED))
    _link(root, "self", feed.own_path, MEDIA_TYPE)
    _link(root, "alternate", feed.page_path, "text/html")
    _text(root, "generator", "ものさし")
    for edition in feed.editions:
        _entry(root, edition)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: Xml.Element, listed: Listed) -> None:
    entry = Xml.SubElement(root, "entry")
    place: dict[str, Any] = {"code": listed.town_code, "slug": listed.slug}
    _text(entry, "id", _tag(url_for("editions.show", **place, edition=listed.edition)))
    _text(entry, "title", f"{listed.title}(第{listed.edition}版)")
    _text(entry, "updated", _moment(listed.published_at))
    _text(entry, "published", _moment(listed.published_at))
    author = Xml.SubElement(entry, "author")
    _text(author, "name", listed.town_name)
    _text(author, "uri", absolute(url_for("towns.show", code=listed.town_code)))
    _link(entry, "alternate", manual_url(**place), "text/html")
    for scheme, term, label in (
        ("procedures.index", listed.procedure_key, listed.procedure_name),
        ("work_areas.index", listed.work_area_code, listed.work_area_name),
    ):
        if term:
            values = {"term": term, "scheme": absolute(url_for(scheme)), "label": _clean(label or term)}
            Xml.SubElement(entry, "category", values)
    _text(entry, "summary", _summary(listed))
    _text(entry, "rights", listed.license)


def _summary(listed: Listed) -> str:
    began = f"{listed.town_name}が{wareki(listed.published_at)}に公開した第{listed.edition}版です。"
    return f"{began}改訂の内容:{listed.change_note}" if listed.change_note else began


def _tag(path: str) -> str:
    """An id that stays when the scheme or the port of the address changes (RFC 4151); 2026 is when such ids began."""
    host = (urlsplit(absolute("/")).hostname or "localhost").replace(":", "-")
    return f"tag:{host},2026:{path}"


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _clean(text)


def _link(parent: Xml.Element, relation: str, path: str, media_type: str) -> None:
    Xml.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": absolute(path)})


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _moment(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
