"""What was done, said once on the next page: an action ends in a redirect, and the page after it says 「招待しました。」.

Kept in the signed cookie until it is shown. Only pages for signed-in people show notices, because those are never kept
for somebody else.
"""

from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, flash, get_flashed_messages

from kb.web.current import viewer

LONGEST = 200
"""Characters of a notice: it travels in a cookie."""


class NoticeKind(StrEnum):
    """How a notice looks; the values are those of `components/feedback.html`."""

    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Notice:
    """One sentence in the frame of the next page."""

    text: str
    kind: NoticeKind


def init_app(app: Flask) -> None:
    """Let the frame of every page ask for what is to be said."""
    app.jinja_env.globals["notices"] = waiting


def notify(text: str, kind: NoticeKind = NoticeKind.SUCCESS) -> None:
    """Say one sentence on the next page that this person opens; what is longer than `LONGEST` is cut."""
    flash(text[:LONGEST], kind.value)


def waiting() -> list[Notice]:
    """What is to be said on this page; it is forgotten by being asked for. Empty when nobody is signed in."""
    if not viewer().signed_in:
        return []
    said: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]  # with categories it gives pairs
    return [Notice(text, NoticeKind(kind)) for kind, text in said]
