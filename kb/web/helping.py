"""The help inside the product: the texts of `content/help/`, and which of their parts tells about which page.

A text is a heading, a sentence or two, and parts that begin with `## Title {#anchor}`. `[[保存]]` in it is the name of
something that stands on a page; a test looks for every such name in the templates, so that help does not outlive them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flask import request, url_for

from kb.config import ROOT
from kb.markup import safe_html

FOLDER = ROOT / "content" / "help"
PAGES = ("readers", "authors", "approvers", "administrators")
"""The texts, in the order in which people grow into them."""

PARTS: Mapping[str, str] = {
    "home": "readers#find",
    "search": "readers#find",
    "explanations": "readers#order",
    "work_areas": "readers#find",
    "procedures": "readers#find",
    "towns": "readers#find",
    "manuals": "readers#read",
    "prefectures": "readers#find",
    "sizes": "readers#find",
    "editions": "readers#read",
    "lineages": "readers#read",
    "likes": "readers#likes",
    "exemplars": "readers#likes",
    "sheets": "readers#print",
    "prints": "readers#print",
    "reports": "readers#report",
    "reports.show": "authors#review",
    "reports.update": "authors#review",
    "desk": "readers#desk",
    "saved_searches": "readers#saved",
    "search_feeds": "readers#saved",
    "recent_searches": "readers#find",
    "sessions": "readers#sign-in",
    "account": "readers#sign-in",
    "invitations": "readers#sign-in",
    "drafts": "authors#drafts",
    "drafts.new": "authors#start",
    "drafts.create": "authors#start",
    "drafts.edit": "authors#writing",
    "drafts.update": "authors#overlap",
    "revisions": "authors#drafts",
    "revisions.new": "authors#overlap",
    "forks": "authors#take",
    "adoptions": "authors#adopt",
    "decisions": "authors#adopt",
    "confirmations": "authors#review",
    "waivers": "authors#privacy",
    "publications": "approvers#publish",
    "publications.show": "approvers#editions",
    "publications.edit": "approvers#withdraw",
    "publications.delete": "approvers#withdraw",
    "archivals": "approvers#archive",
    "holdings": "approvers#publish",
    "people": "administrators#people",
    "assignments": "administrators#people",
    "rosters": "administrators#roster",
    "links": "administrators#reissue",
    "suspensions": "administrators#suspension",
    "departments": "administrators#offices",
    "posts": "administrators#offices",
    "activity": "administrators#activity",
    "asked_words": "administrators#asked-words",
    "wishes": "readers#wishes",
    "votes": "readers#wishes",
    "undertakings": "readers#wishes",
}
"""A page family, or one of its routes where that is another matter, to the part of the help that tells about it."""

INDEXED = frozenset({"help"})
"""Page families whose link leads to the table of contents on purpose. So does that of a page that does not exist."""

_PART = re.compile(r"^## (.+?) \{#([a-z-]+)\}$", re.MULTILINE)
_NAME = re.compile(r"\[\[([^\[\]]+)\]\]")
_KEY = re.compile(r"<code>([^<{]+)</code>")


@dataclass(frozen=True)
class Part:
    """What a page of help says about one matter: anchor, title, and HTML that may be shown as it is."""

    anchor: str
    title: str
    html: str


@dataclass(frozen=True)
class HelpPage:
    """A text for one kind of reader."""

    name: str
    title: str
    lead: str
    parts: tuple[Part, ...]


def help_page(name: str, text: str) -> HelpPage:
    """The page that `text` makes. Raises ValueError for a text without a heading or without parts."""
    head, *rest = _PART.split(text)
    title, _, lead = head.strip().partition("\n")
    if not title.startswith("# ") or not rest:
        raise ValueError(f"content/help/{name}.md: begin with `# Title`, and parts with `## Title {{#anchor}}`")
    parts = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    return HelpPage(
        name,
        title.removeprefix("# "),
        lead.strip(),
        tuple(Part(anchor, said, _html(body)) for said, anchor, body in parts),
    )


@cache
def help_pages() -> Mapping[str, HelpPage]:
    """All pages by name, in order; read and sanitised once in a process."""
    return {name: help_page(name, (FOLDER / f"{name}.md").read_text(encoding="utf-8")) for name in PAGES}


def names_said(text: str) -> list[str]:
    """The names of things on pages that a text mentions."""
    return _NAME.findall(text)


def part_for(endpoint: str | None) -> str:
    """`page#anchor` that tells about the page behind an endpoint; "" for the table of contents."""
    known = endpoint or ""
    return PARTS.get(known) or PARTS.get(known.partition(".")[0], "")


def help_address() -> str:
    """Where 「使い方」 on the page of this request leads."""
    page, _, anchor = part_for(request.endpoint).partition("#")
    return url_for("help.show", page=page, _anchor=anchor) if page else url_for("help.index")


def _html(body: str) -> str:
    """The body as HTML: what may be pressed and read on a page, and keys, are told apart from the text around them."""
    named = _NAME.sub(r'<span class="on-page">\1</span>', safe_html(body.strip()))
    return _KEY.sub(r"<kbd>\1</kbd>", named)
