"""Markdown to HTML: CommonMark with tables and strikethrough, for text that stands below a heading of a page.

No raw HTML and no images: a text fetches nothing. A line break is a line break. The result is not yet safe to show;
`kb.markup.safe_html` is.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from kb.markup.emphasis import JapaneseInline
from kb.markup.links import is_external, may_link

TOP_HEADING = 4
"""`#` becomes h4: a page has its own h1, a section h2, a step h3."""


def render(text: str) -> str:
    """The HTML of Markdown `text`; `#`, `##` and deeper are h4, h5 and h6."""
    rendered: str = _MARKDOWN.render(text)
    return rendered


def _fit_into_a_page(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + TOP_HEADING - 1)}"
        elif token.type in {"th_open", "td_open"}:
            style = str(token.attrs.pop("style", ""))
            if style:  # a style attribute would need a hole in the content security policy
                token.attrs["class"] = style.replace("text-align:", "align-")
        for child in token.children or []:
            if child.type == "link_open" and is_external(str(child.attrs.get("href", ""))):
                child.attrs["rel"] = "noopener noreferrer"


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark")
    made.inline = JapaneseInline()
    made.configure("commonmark", {"html": False, "breaks": True, "xhtmlOut": False, "linkify": False})
    made.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    made.core.ruler.push("fit_into_a_page", _fit_into_a_page)
    made.validateLink = may_link  # type: ignore[assignment, method-assign]  # the documented way to set the rule of one parser
    return made


_MARKDOWN = _markdown()
"""Configured once; rendering keeps its state in objects of its own, so threads share it."""
