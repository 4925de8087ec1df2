"""The steps that a reader can point at: read from the article that this reader gets, so that nothing hidden is among them."""

import re
from dataclasses import dataclass
from html import unescape

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.publishing.queries import Listed, article_of

_STEP = re.compile(r'<li class="step [^"]*" id="step-([^"]+)">.*?<h3>(.*?)</h3>', re.DOTALL)
"""A step as templates/components/step.html writes it; loading the content instead would cost tens of milliseconds."""


@dataclass(frozen=True)
class StepSeen:
    """A step as the reader sees it."""

    uid: str
    number: int
    title: str


def steps_seen(session: Session, viewer: Viewer, listed: Listed) -> list[StepSeen]:
    """The steps of an edition in order, as this viewer may read them."""
    found = _STEP.findall(article_of(session, viewer, listed))
    return [StepSeen(uid, number, unescape(title)) for number, (uid, title) in enumerate(found, 1)]
