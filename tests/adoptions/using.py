"""What the tests of adoptions share: 若松町 uses a manual of 青葉市, through the verbs and reads of the room."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from kb.accounts.models import Participation
from kb.activity.models import Activity
from kb.adoptions.actions import adopt
from kb.adoptions.declared import Declared, adoption_seen
from kb.adoptions.models import Adoption
from kb.adoptions.rules import Told
from kb.common_format.envelope import Audience
from kb.manuals.actions import save_revision
from kb.manuals.models import Manual
from kb.publishing.actions import publish, withdraw
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_manual
from tests.world import AOBA, WAKAMATSU, a_content, a_step, person

WORDS = [
    {"key": "窓口名", "label": "窓口の呼び名", "default": "市民課窓口"},
    {"key": "内線", "label": "内線番号", "default": "", "kind": "電話"},
]
STEPS = [
    a_step("step-1", title="受け付ける", action="{{窓口名}}で受け付ける。内線{{内線}}。"),
    a_step("step-2", title="金庫を開ける", action="番号はqzkinko。", internal=True),
]


def told(**changes: Any) -> Told:
    """A declaration that may stand."""
    return Told(**{"degree": "採用", "note": "そのまま使っています。", "since": "令和8年11月22日", **changes})


def listed_for(session: Session, login: str, at: datetime, slug: str = "tennyu", town: str = AOBA) -> Listed:
    """The live manual as one of the cast finds it."""
    found = live_manual(session, person(session, login, at), at, town, slug)
    assert found is not None
    return found


def adopted(session: Session, at: datetime, login: str = "chika", slug: str = "tennyu", **changes: Any) -> Adoption:
    """One of the cast adopts the live edition."""
    listed = listed_for(session, login, at, slug)
    return adopt(session, listed, listed.edition, told(**changes), by=person(session, login, at), at=at)


def seen(session: Session, adoption: Adoption, login: str, at: datetime, town: str = WAKAMATSU) -> Declared | None:
    """The adoption as one of the cast sees it."""
    return adoption_seen(session, person(session, login, at), at, town, adoption.id)


def declared(session: Session, adoption: Adoption, at: datetime, login: str = "chika") -> Declared:
    """The adoption as its own town sees it."""
    found = seen(session, adoption, login, at)
    assert found is not None
    return found


def revise(
    session: Session,
    manual: Manual,
    at: datetime,
    audience: Audience = Audience.PUBLIC,
    live_from: datetime | None = None,
    **content: Any,
) -> Publication:
    """The next edition of a manual of 青葉市."""
    akari, bunta = person(session, "akari", at), person(session, "bunta", at)
    revision = save_revision(
        session, manual, a_content(**{"steps": STEPS, "parameters": WORDS, **content}), by=akari, at=at
    )
    return publish(
        session,
        manual,
        revision,
        by=bunta,
        at=at,
        audience=audience,
        live_from=live_from,
        change_note="様式が変わりました。",
    )


def leave(session: Session, town: str, at: datetime) -> None:
    """A town leaves participation."""
    for record in session.exec(select(Participation).where(Participation.municipality_code == town)):
        record.until = at
        session.add(record)
    session.flush()


def withdrawn(session: Session, manual: Manual, at: datetime) -> None:
    """青葉市 ends the live publication."""
    withdraw(session, manual, by=person(session, "bunta", at), at=at, reason="作り直すため")


def happened(session: Session) -> list[tuple[str, str | None, str]]:
    """What the activity says of adoptions."""
    rows = session.exec(select(Activity).where(Activity.kind.startswith("adoption")).order_by(Activity.id))
    return [(one.kind, one.municipality_code, one.detail) for one in rows]
