"""Load the sample manuals of `content/manuals/` through the same verbs that people use."""

from collections.abc import Callable
from datetime import date, datetime, time
from itertools import groupby
from pathlib import Path

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.common_format.envelope import ManualFile
from kb.common_format.text import parse
from kb.errors import Invalid
from kb.forks.actions import know_origin
from kb.japanese.notation import JST
from kb.manuals.actions import begin_manual, save_revision
from kb.manuals.models import Manual
from kb.publishing.actions import publish

OPENING = time(9, 0, tzinfo=JST)
"""Files name a day; editions begin when the counter opens."""

Writers = Callable[[str, str], tuple[Viewer, Viewer]]
"""Town code and 所管課 to (author, approver)."""


def read_manuals(content_dir: Path) -> list[ManualFile]:
    """Every manual file, by town and slug, editions in order. Raises `TextFormError` naming file, line and field."""
    paths = sorted((content_dir / "manuals").glob("*/*.md"))
    files = [parse(path.read_text(encoding="utf-8"), str(path.relative_to(content_dir))) for path in paths]
    return sorted(files, key=lambda file: (*_address(file), file.envelope.edition))


def load_manuals(session: Session, files: list[ManualFile], writers: Writers, *, at: datetime) -> int:
    """Make manuals with all their editions. Returns how many manuals. Raises Invalid on a gap in the editions."""
    loaded = []
    for _, found in groupby(files, key=_address):
        editions = list(found)
        loaded.append((_load_manual(session, editions, writers, at), editions[0]))
    for manual, first in loaded:  # now that every original is there
        if first.envelope.provenance is not None:
            know_origin(session, manual, first.envelope.provenance, at=_moment(first, at))
    return len(loaded)


def _address(file: ManualFile) -> tuple[str, str]:
    return file.envelope.municipality, file.envelope.slug


def _load_manual(session: Session, editions: list[ManualFile], writers: Writers, at: datetime) -> Manual:
    town, slug = _address(editions[0])
    numbers = [file.envelope.edition for file in editions]
    if numbers != list(range(1, len(numbers) + 1)):
        raise Invalid(f"manuals/{town}/{slug}: 版が1から順に揃っていません(いまは{numbers})。")
    author, _ = writers(town, editions[0].content.department)
    manual = begin_manual(session, town, slug, by=author, at=_moment(editions[0], at))
    for file in editions:
        moment = _moment(file, at)
        author, approver = writers(town, file.content.department)
        revision = save_revision(
            session,
            manual,
            file.content,
            by=author,
            at=moment,
            values=dict(file.envelope.values),
            provenance=file.envelope.provenance,
            note=file.envelope.change_note,
        )
        publish(
            session,
            manual,
            revision,
            by=approver,
            at=moment,
            audience=file.envelope.audience,
            change_note=file.envelope.change_note,
        )
    return manual


def _moment(file: ManualFile, at: datetime) -> datetime:
    day = file.envelope.published_on
    return moment_of(day, at) if day else at


def moment_of(day: date, at: datetime) -> datetime:
    """When the counter opened on a day that a file names; never later than `at`."""
    return min(datetime.combine(day, OPENING), at)
