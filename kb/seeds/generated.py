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
from kb.accounts.models import MunicipalityKind, Role, User
from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import Viewer
from kb.common_format.content import ManualContent
from kb.common_format.envelope import ManualFile
from kb.common_format.fields import new_uid
from kb.common_format.header import ParameterKind
from kb.common_format.step import END, Step
from kb.japanese.check_digits import municipality_check_digit
from kb.manuals.actions import begin_manual, save_revision
from kb.publishing.actions import publish
from kb.publishing.views import readable_content
from kb.seeds.people import SINCE

TOWNS = 40
_FIRST = 99_100


def generate_towns(session: Session) -> list[Viewer]:
    """見本 towns of many sizes, each with one clerk who writes and approves (no password fits); made when missing."""
    return [_town(session, number) for number in range(TOWNS)]


def _town(session: Session, number: int) -> Viewer:
    stem = str(_FIRST + number)
    code = stem + str(municipality_check_digit(stem))
    kind = (MunicipalityKind.CITY, MunicipalityKind.TOWN, MunicipalityKind.VILLAGE)[number % 3]
    known = user_by_login(session, f"generated-{code}")
    if known is not None:
        return _clerk(session, known)
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
    return _clerk(session, user)


def _clerk(session: Session, user: User) -> Viewer:
    found = viewer(session, user.id, SINCE)
    if found is None:
        raise LookupError(user.login)
    return found


def recombine(files: list[ManualFile], count: int, seed: int) -> Iterator[tuple[int, ManualContent]]:
    """`count` contents (town index, content): a shipped manual with some steps replaced by steps of others."""
    chance = random.Random(seed)  # noqa: S311  # repeatable test data, not secrets
    bases = [_plain(file) for file in files]
    pool = [step for content in bases for step in content.steps]
    for number in range(count):
        base = chance.choice(bases)
        steps = tuple(
            _own(step if chance.random() < 0.5 else chance.choice(pool))
            for step in base.steps
            for _ in range(chance.choice((1, 1, 1, 2)))
        )
        title = f"{base.title}({number + 1})"
        content = ManualContent.model_validate(
            {**base.model_dump(), "title": title, "steps": [step.model_dump() for step in steps]}
        )
        yield chance.randrange(TOWNS), content


def _plain(file: ManualFile) -> ManualContent:
    """A shipped content in its town's own words, without 庁内限り parts: its steps fit anywhere."""
    private = (ParameterKind.PHONE, ParameterKind.EMAIL)
    labels = {one.key: one.label for one in file.content.parameters if one.kind in private}
    seen = readable_content(file.content, {**file.envelope.values, **labels}, redacted=True)
    return ManualContent.model_validate({**seen.model_dump(), "parameters": ()})


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
    contents: Iterator[tuple[int, ManualContent]],
    *,
    at: datetime,
    name: str,
) -> int:
    """Publish generated contents as `generated-<name>-<n>`. Returns how many."""
    count = 0
    for count, (town, content) in enumerate(contents, 1):
        by = towns[town]
        code = by.municipality_code or ""
        manual = begin_manual(session, code, f"generated-{name}-{count}", by=by, at=at)
        revision = save_revision(session, manual, content, by=by, at=at)
        publish(session, manual, revision, by=by, at=at)
    return count
