"""What the tests of comparisons share: reading the table, and three towns with likes and adoptions."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape

from sqlalchemy import Engine

from kb.adoptions.actions import adopt
from kb.adoptions.models import Degree
from kb.adoptions.rules import Told
from kb.db import transaction
from kb.japanese.notation import local_date
from kb.likes.actions import like
from kb.publishing.queries import live_by_manual
from tests.world import (
    AOBA,
    MIDORIKAWA,
    WAKAMATSU,
    a_publication,
    a_step,
    person,
)

PAGE = "/procedures/tennyu-todoke"
DAY = timedelta(days=1)
CAST = {AOBA: ("akari", "bunta"), WAKAMATSU: ("chika", "fumio"), MIDORIKAWA: ("genta", "haruko")}


def towns_in(text: str) -> list[str]:
    """The towns of the comparison's rows, from above."""
    return [unescape(name) for name in re.findall(r'<th scope="row">\s*<a [^>]*>([^<]+)</a>', text)]


def cells(text: str, town: str) -> list[str]:
    """What stands in the row of a town, without marks."""
    row = next(row for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL) if f">{town}</a>" in row)
    plain = [unescape(re.sub(r"<[^>]+>", " ", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
    return [" ".join(cell.split()) for cell in plain]


def ordered_by(text: str) -> list[tuple[str, str]]:
    """The heads of columns that say how the rows are ordered, as (label, aria-sort)."""
    heads = re.findall(r'<th scope="col"[^>]*aria-sort="(\w+)"[^>]*><a [^>]*>([^<]+)', text)
    return [(label, order) for order, label in heads]


def publish_three(engine: Engine, now: datetime) -> dict[str, int]:
    """転入届 of three towns, the newest 青葉市's: town code to number of the manual."""
    made = {}
    with transaction(engine) as session:
        for days, (code, steps) in enumerate(
            {
                MIDORIKAWA: [a_step("step-1", minutes=None, medium="紙")],
                WAKAMATSU: [a_step("step-1", minutes=5, medium="電子"), a_step("step-2", minutes=None)],
                AOBA: [
                    a_step("step-1", minutes=20, medium="紙と電子", core="職員必須"),
                    a_step("step-2", minutes=10),
                    a_step("step-3"),
                ],
            }.items()
        ):
            at = now - (10 - days) * DAY
            manual, _ = a_publication(session, at, writers=CAST[code], steps=steps)
            made[code] = manual.id
    return made


def use(
    engine: Engine, manual_id: int, now: datetime, *, likers: Sequence[str] = (), adopters: Sequence[str] = ()
) -> None:
    """People of the cast like a manual, and others adopt it for their towns; each is named by login."""
    with transaction(engine) as session:
        for login in likers:
            by = person(session, login, now)
            like(session, live_by_manual(session, by, now, [manual_id])[manual_id], None, by=by, at=now)
        for login in adopters:
            by = person(session, login, now)
            listed = live_by_manual(session, by, now, [manual_id])[manual_id]
            told = Told(degree=Degree.WHOLLY.value, note="", since=local_date(now).isoformat())
            adopt(session, listed, listed.edition, told, by=by, at=now)
