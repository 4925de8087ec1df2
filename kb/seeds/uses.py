"""Load the sample likes and adoptions of `content/sample_uses.yml` through the same verbs that people use, day by day."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import Viewer
from kb.adoptions.actions import adopt
from kb.adoptions.models import Degree
from kb.adoptions.rules import Told
from kb.errors import Invalid
from kb.japanese.notation import local_date
from kb.likes.actions import like
from kb.likes.models import LikeReason
from kb.publishing.queries import Listed, live_manual
from kb.seeds.manuals import moment_of

FILE = "sample_uses.yml"


class _Row(BaseModel):
    """Who, and which manual: `<town>/<slug>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str
    manual: str = Field(pattern=r"^\d{6}/[a-z0-9-]+$")


class SampleLike(_Row):
    """A like of the edition that was live on a day."""

    day: date
    reasons: tuple[LikeReason, ...] = ()


class SampleAdoption(_Row):
    """An adoption of the edition that was live on a day, by the town of the person."""

    since: date
    degree: Degree
    note: str = ""
    values: dict[str, str] = Field(default_factory=dict)


class SampleUses(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    likes: tuple[SampleLike, ...] = ()
    adoptions: tuple[SampleAdoption, ...] = ()


def read_uses(content_dir: Path) -> SampleUses:
    """The file of a content folder; nothing when it has none. Raises Invalid with what is wrong in it."""
    path = content_dir / FILE
    if not path.exists():
        return SampleUses()
    try:
        return SampleUses.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise Invalid(f"{FILE}: {error}") from error


def load_uses(session: Session, uses: SampleUses, *, at: datetime) -> None:
    """Carry out the likes and adoptions in the order of their days, none later than `at`.

    Raises Invalid naming a person or manual that is not there, and what the verbs raise.
    """
    steps: list[tuple[date, Callable[[], Any]]] = [
        *((one.day, lambda one=one: _like(session, one, at)) for one in uses.likes),
        *((one.since, lambda one=one: _adopt(session, one, at)) for one in uses.adoptions),
    ]
    for _day, step in sorted(steps, key=lambda step: step[0]):
        step()


def _like(session: Session, row: SampleLike, at: datetime) -> None:
    moment = moment_of(row.day, at)
    by = _person(session, row, moment)
    like(session, _live(session, row, by, moment), row.reasons, by=by, at=moment)


def _adopt(session: Session, row: SampleAdoption, at: datetime) -> None:
    moment = moment_of(row.since, at)
    by = _person(session, row, moment)
    listed = _live(session, row, by, moment)
    told = Told(row.degree.value, row.note, row.values, since=local_date(moment).isoformat())
    adopt(session, listed, listed.edition, told, by=by, at=moment)


def _person(session: Session, row: _Row, at: datetime) -> Viewer:
    user = user_by_login(session, row.person)
    found = viewer(session, user.id, at) if user else None
    if found is None:
        raise Invalid(f"{FILE}: 見本の職員「{row.person}」がいません。")
    return found


def _live(session: Session, row: _Row, by: Viewer, at: datetime) -> Listed:
    town, _, slug = row.manual.partition("/")
    found = live_manual(session, by, at, town, slug)
    if found is None:
        raise Invalid(f"{FILE}: {row.manual} は、{local_date(at)} には公開されていません。")
    return found
