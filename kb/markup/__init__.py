"""Markdown to safe HTML. Values in, values out."""

from kb.markup.safe import MAX_MARKDOWN, safe_html
from kb.markup.sanitize import TooLarge

__all__ = ["MAX_MARKDOWN", "TooLarge", "safe_html"]
