"""What in a content looks like personal data, and which of it somebody has looked at and let stand.

A waiver speaks of one field, one kind and one text. As soon as the text is another one, it says nothing any more.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.accounts.models import Assignment, Post
from kb.common_format.content import ManualContent
from kb.common_format.privacy import PersonalData, PrivacyFinding, personal_data
from kb.common_format.walk import Path, texts
from kb.publishing.models import Waiver
from kb.publishing.rules import waivable

_Key = tuple[str, PersonalData, str]
"""Joined path, kind and hash of the text: what a waiver holds for."""


@dataclass(frozen=True)
class Waived:
    """Why it may stand, by whom (post) and since when."""

    waiver_id: int
    reason: str
    post: str
    at: datetime


@dataclass(frozen=True)
class Concern:
    """One kind of personal data in one field. `excerpts` show it masked."""

    path: Path
    label: str
    kind: PersonalData
    excerpts: tuple[str, ...]
    text_hash: str
    waived: Waived | None

    @property
    def waivable(self) -> bool:
        """Whether a reason is enough; what is not waivable has to go."""
        return waivable(self.kind)


def concerns(session: Session, manual_id: int, content: ManualContent, values: dict[str, str]) -> list[Concern]:
    """What looks like personal data in a manual's content and the town's values, in the order of the page."""
    found: dict[tuple[Path, PersonalData], list[PrivacyFinding]] = {}
    for finding in personal_data(content, values):
        found.setdefault((finding.path, finding.kind), []).append(finding)
    if not found:
        return []
    hashes, decided = _hashes(content, values), _decided(session, manual_id)
    return [
        Concern(
            path=path,
            label=findings[0].label,
            kind=kind,
            excerpts=tuple(dict.fromkeys(finding.excerpt for finding in findings)),
            text_hash=hashes[path],
            waived=decided.get((joined(path), kind, hashes[path])) if waivable(kind) else None,
        )
        for (path, kind), findings in found.items()
    ]


def waived_in(found: Iterable[Concern]) -> set[tuple[Path, PersonalData]]:
    """The path and kind of those that may stand, as the checks want them."""
    return {(concern.path, concern.kind) for concern in found if concern.waived}


def joined(path: Path) -> str:
    """A path as it is stored and sent in forms."""
    return "/".join(path)


def _hashes(content: ManualContent, values: dict[str, str]) -> dict[Path, str]:
    places: dict[Path, str] = {text.path: text.text for text in texts(content)}
    places |= {("values", key): value for key, value in values.items()}
    return {path: hashlib.sha256(text.encode()).hexdigest() for path, text in places.items()}


def _decided(session: Session, manual_id: int) -> dict[_Key, Waived]:
    rows = session.exec(
        select(Waiver, Post.title)
        .join(Assignment, col(Assignment.id) == Waiver.assignment_id)
        .join(Post, col(Post.id) == Assignment.post_id)
        .where(Waiver.manual_id == manual_id)
        .order_by(col(Waiver.id))
    )
    return {
        (waiver.path, waiver.kind, waiver.text_hash): Waived(waiver.id, waiver.reason, post, waiver.waived_at)
        for waiver, post in rows
    }
