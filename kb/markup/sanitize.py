"""The wall behind the renderer: only known elements and attributes pass. The one file that knows bleach."""

import bleach

from kb.errors import DomainError
from kb.markup.links import may_link

MAX_HTML = 120_000
"""Characters of HTML; bleach takes more than twice as long for twice as much."""

_TEXT = {"a", "br", "code", "em", "p", "pre", "s", "strong"}
_BLOCKS = {"blockquote", "h4", "h5", "h6", "hr", "li", "ol", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = frozenset(_TEXT | _BLOCKS | _TABLES)
ALIGNMENTS = frozenset({"align-left", "align-center", "align-right"})
PROTOCOLS = frozenset({"http", "https", "mailto"})


class TooLarge(DomainError):
    """A text that is too long to be shown safely."""


def sanitize(html: str) -> str:
    """`html` with every element and attribute outside the lists escaped or dropped, links judged by `may_link`.

    Raises `TooLarge` above `MAX_HTML` characters, before any work is done.
    """
    if len(html) > MAX_HTML:
        raise TooLarge("文章が長すぎて表示できません。手順を分けるか、表や記号を減らしてください。")
    return bleach.clean(html, tags=TAGS, attributes=_may_stay, protocols=PROTOCOLS, strip=False, strip_comments=True)


def _may_stay(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return (
            name == "title" or (name == "href" and may_link(value)) or (name, value) == ("rel", "noopener noreferrer")
        )
    if tag in {"td", "th"}:
        return name == "class" and value in ALIGNMENTS
    return tag == "ol" and name == "start" and value.isascii() and value.isdigit()
