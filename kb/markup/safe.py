"""The way from a person's Markdown to HTML that a page may show: render, then sanitise."""

from functools import lru_cache

from kb.markup.markdown import render
from kb.markup.sanitize import TooLarge, sanitize

MAX_MARKDOWN = 20_000
"""Characters of one text; the common format allows as many."""


def safe_html(markdown_text: str) -> str:
    """HTML of `markdown_text` that may be shown as it is: no script, no image, no link to a scheme but http(s) and mailto.

    Call it once when a text is saved or published, not per request. Raises `TooLarge` above `MAX_MARKDOWN` characters,
    or when the HTML grows over what `sanitize` takes.
    """
    if len(markdown_text) > MAX_MARKDOWN:
        raise TooLarge(f"文章が長すぎます。{MAX_MARKDOWN:,}文字以内に分けてください。")
    return _rendered(markdown_text)


@lru_cache(maxsize=512)
def _rendered(markdown_text: str) -> str:
    """Kept: a text is rendered for two kinds of reader, and most stay as they are from edition to edition."""
    return sanitize(render(markdown_text))
