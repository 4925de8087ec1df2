"""Generated manuals for measuring speed: shipped ones recombined, in generated 見本 towns. Repeatable by seed."""

import random
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from kb.accounts.actions import (
    MunicipalityRow,
    assign,
    begin_participation,
    open_account,
    open_post,
    record_municipality,
)
from kb.accounts.models import MunicipalityKind, Role
from kb.accounts.queries import viewer
from kb.accounts.rules import Viewer
from kb.common_format.content import ManualContent
from kb.common_format.envelope import ManualFile
from kb.common_format.fields import new_uid
from kb.common_format.step import END, Step
from kb.japanese.check_digits import municipality_check_digit
from kb.manuals.actions import begin_manual, save_revision
from kb.publishing.actions import publish
from kb.seeds.people import SINCE

TOWNS = 40
_FIRST = 99_100


def generate_towns(session: Session) -> list[Viewer]:
    """Make 見本 towns of many sizes, each with one clerk who writes and approves (their password fits nothing)."""
    return [_town(session, number) for number in range(TOWNS)]


def _town(session: Session, number: int) -> Viewer:
    stem = str(_FIRST + number)
    code = stem + str(municipality_check_digit(stem))
    kind = (MunicipalityKind.CITY, MunicipalityKind.TOWN, MunicipalityKind.VILLAGE)[number % 3]
    record_municipality(
        session,
        MunicipalityRow(
            code=code,
            prefecture="見本県",
            name=f"見本{number + 1}{kind.value}",
            kana=f"みほん{number + 1}",
            kind=kind,
            population=1_000 * (1 + number * number),
            sample=True,
        ),
    )
    session.flush()
    begin_participation(session, code, since=SINCE)
    post = open_post(session, code, "総務課", "総務係")
    user = open_account(session, code, login=f"generated-{code}", name="見本 たろう", password_hash="-")  # noqa: S106  # no password fits "-"
    assign(session, user, post, Role.APPROVER, since=SINCE)
    found = viewer(session, user.id, SINCE)
    if found is None:
        raise LookupError(code)
    return found


def recombine(files: list[ManualFile], count: int, seed: int) -> Iterator[tuple[int, ManualContent, dict[str, str]]]:
    """`count` contents (town index, content, values): a shipped manual with some steps replaced by steps of others."""
    chance = random.Random(seed)  # noqa: S311  # repeatable test data, not secrets
    pool = [step for file in files for step in file.content.steps if not step.internal]
    for number in range(count):
        base = chance.choice(files)
        steps = tuple(
            _own(step if chance.random() < 0.5 else chance.choice(pool))
            for step in base.content.steps
            for _ in range(chance.choice((1, 1, 1, 2)))
        )
        title = f"{base.content.title}({number + 1})"
        content = ManualContent.model_validate(
            {**base.content.model_dump(), "title": title, "steps": [step.model_dump() for step in steps]}
        )
        yield chance.randrange(TOWNS), content, dict(base.envelope.values)


def _own(step: Step) -> Step:
    """The step under a new uid, with the uids inside it renewed and its branches leading to the end."""
    renewed = step.model_dump()
    renewed["uid"] = new_uid()
    for part in ("branches", "forms", "risks", "checklist"):
        renewed[part] = [{**item, "uid": new_uid()} for item in renewed[part]]
    for branch in renewed["branches"]:
        branch["goto"] = END
    return Step.model_validate(renewed)


def load_generated(
    session: Session,
    towns: list[Viewer],
    contents: Iterator[tuple[int, ManualContent, dict[str, str]]],
    *,
    at: datetime,
    first: int,
) -> int:
    """Publish generated contents, numbered from `first`. Returns how many."""
    count = 0
    for count, (town, content, values) in enumerate(contents, 1):
        by = towns[town]
        code = by.municipality_code or ""
        manual = begin_manual(session, code, f"generated-{first + count - 1}", by=by, at=at)
        revision = save_revision(session, manual, content, by=by, at=at, values=values)
        publish(session, manual, revision, by=by, at=at)
    return count
