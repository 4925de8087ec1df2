"""Which addresses a text may link to."""

import html
import re

_EXTERNAL = re.compile(r"https?://[^/\\]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^/\\]", re.IGNORECASE)
_INSIDE = re.compile(r"#|\?|/(?![/\\])|\.{1,2}/|[\w%~.-]+(?:[/?#]|$)")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


def is_external(address: str) -> bool:
    """Whether `address` leads to another site."""
    return _EXTERNAL.match(address) is not None


def may_link(address: str) -> bool:
    """Whether a text may link to `address`: http(s), mailto, an anchor, or a place inside this site.

    Judged as browsers read it: entities are resolved, and blanks, control characters and backslashes, which browsers
    drop or turn into slashes, are refused; so are addresses without a scheme that lead elsewhere (`//example.jp`).
    """
    told = html.unescape(address)
    if _INVISIBLE.search(told):
        return False
    return any(pattern.match(told) for pattern in (_EXTERNAL, _MAIL, _INSIDE))
