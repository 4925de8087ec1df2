"""The stage of the tests of the web floor: manuals in every state, full of secrets, and every kind of viewer.

All manuals of the states below belong to 青葉市. 若松町 takes part; 緑川村 has left; 青葉市's Yasuko has had her account disabled. Each
manual carries a secret word in every part that only its own town may read, so that a test can look for the words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.accounts.actions import open_account
from kb.accounts.models import Participation, User
from kb.accounts.queries import user_by_login
from kb.adoptions.actions import adopt
from kb.adoptions.models import Degree
from kb.adoptions.queries import users_of
from kb.adoptions.rules import Told as Used
from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.japanese.notation import wareki
from kb.manuals.actions import edit_manual, save_revision
from kb.manuals.models import Manual
from kb.manuals.queries import manual_at
from kb.publishing.actions import publish, withdraw
from kb.publishing.indexing import rebuild
from kb.publishing.queries import live_manual
from kb.reports.actions import make_report
from kb.reports.models import ReportKind
from kb.reports.rules import Told
from kb.search.engines import open_index
from kb.search.index import Sort
from kb.searches.actions import save_search
from kb.searches.rules import question
from kb.wishes.actions import make_wish
from tests.world import (
    AOBA,
    MIDORIKAWA,
    PASSWORD,
    WAKAMATSU,
    a_content,
    a_manual,
    a_publication,
    a_step,
    an_app,
    person,
    settings_in,
    sign_in,
)

__all__ = ["PASSWORD"]
BEFORE = timedelta(days=30)
SECRET_PHASE = "保管"
"""The phase of the secret steps and of no other."""


class Kind(StrEnum):
    """Kinds of viewer: the columns of docs/permissions.md."""

    ANONYMOUS = "anonymous"
    READER = "own reader"
    AUTHOR = "own author"
    APPROVER = "own approver"
    ADMINISTRATOR = "own administrator"
    MEMBER = "other town"
    NON_MEMBER = "left town"
    DISABLED = "disabled"


LOGINS = {
    Kind.READER: "eri",
    Kind.AUTHOR: "akari",
    Kind.APPROVER: "bunta",
    Kind.ADMINISTRATOR: "daigo",
    Kind.MEMBER: "fumio",
    Kind.NON_MEMBER: "haruko",
    Kind.DISABLED: "yasuko",
}
OWN = (Kind.READER, Kind.AUTHOR, Kind.APPROVER, Kind.ADMINISTRATOR)
OUTSIDERS = tuple(kind for kind in Kind if kind not in OWN)
SECRET_PARTS = ("title", "action", "caution", "actor", "system", "note", "q", "a", "case", "body", "value")


class Thing(StrEnum):
    """States of a manual; the value is its slug. `MISSING` is no manual at all."""

    PUBLIC = "ippan"
    MEMBERS = "sanka"
    MUNICIPALITY = "chonai"
    WITHDRAWN = "owari"
    SCHEDULED = "yoyaku"
    REVISED = "kaitei"
    """Two editions, both for everybody."""
    NARROWED = "semaku"
    """The first edition was for everybody, the second is for the own town."""
    WIDENED = "hiroku"
    """The first edition was for the own town, the second is for everybody."""
    TWIN = "futago"
    """What is left of the public one for outsiders, written without ever having had a secret."""
    MISSING = "nai"


def secret(thing: Thing, part: str) -> str:
    """The word that stands in one internal part of a manual and nowhere else: Latin letters, one word to a search."""
    return f"qz{thing.value}{part}"


def secrets(thing: Thing) -> list[str]:
    """All words of the internal parts of a manual."""
    return [secret(thing, part) for part in SECRET_PARTS]


def title(thing: Thing) -> str:
    """Title of a manual; a word of its own, so that it can be looked for."""
    return f"手順書kx{thing.value}kx"


def _secret_step(thing: Thing) -> dict[str, Any]:
    return a_step(
        "step-naisho",
        title=secret(thing, "title"),
        action=f"{secret(thing, 'action')} {{{{鍵箱}}}}",
        cautions=[secret(thing, "caution")],
        actor={"kind": "他課", "name": secret(thing, "actor")},
        phase=SECRET_PHASE,
        system=secret(thing, "system"),
        minutes=77,
        internal=True,
    )


def content(thing: Thing, *, with_secrets: bool = True) -> dict[str, Any]:
    """Changes to `a_content`: two steps with a secret one between them, and secrets in every other internal part."""
    first = a_step("step-uketsuke", branches=[{"uid": "br-1", "condition": "不備", "goto": "step-naisho"}])
    last = a_step("step-kofu", title="証明書を渡す", phase="交付", minutes=2)
    values: dict[str, Any] = {
        "title": title(thing),
        "annual_volume": {"total": 1200},
        "faq": [{"uid": "faq-1", "q": "代理人でもよいか", "a": "委任状で受ける。"}],
        "exceptions": [{"uid": "ex-1", "title": "届出期間を過ぎた", "body": "理由を聞く。"}],
    }
    if not with_secrets:
        first["branches"][0]["goto"] = "step-kofu"
        return {**values, "steps": [first, last]}
    return {
        **values,
        "steps": [first, _secret_step(thing), last],
        "faq": [*values["faq"], {"uid": "faq-2", "q": secret(thing, "q"), "a": secret(thing, "a"), "internal": True}],
        "exceptions": [
            *values["exceptions"],
            {"uid": "ex-2", "title": secret(thing, "case"), "body": secret(thing, "body"), "internal": True},
        ],
        "handover_note": secret(thing, "note"),
        "parameters": [{"key": "鍵箱", "label": "鍵の場所", "default": secret(thing, "value")}],
    }


@dataclass
class Stage:
    """A running application with its database, and one browser for each kind of viewer."""

    app: Flask
    engine: Engine
    folder: Path
    now: datetime
    clients: dict[Kind, FlaskClient] = field(default_factory=dict)

    def as_(self, kind: Kind) -> FlaskClient:
        """The browser of a kind of viewer."""
        return self.clients[kind]


def put_on_stage(engine: Engine, folder: Path, now: datetime) -> Stage:
    """Write the manuals, index them, sign everybody in, and disable the account that is to be disabled."""
    with transaction(engine) as session:
        _end_participation(session, now)
        _open_yasuko(session)
        for thing in Thing:
            _write(session, thing, now)
        _open_draft(session, now)
        _report(session, now)
        _adopt(session, now)
        _save_search(session, now)
        _wish(session, now)
    stage = Stage(an_app(folder, now), engine, folder, now)
    index_dir = settings_in(folder).index_dir
    rebuild(engine, open_index(index_dir), index_dir, now, users=users_of)
    for kind in Kind:
        client = stage.app.test_client()
        stage.clients[kind] = sign_in(client, LOGINS[kind]) if kind in LOGINS else client
    disable(engine, "yasuko", now)
    return stage


def disable(engine: Engine, login: str, now: datetime) -> None:
    """Disable an account at once."""
    with transaction(engine) as session:
        user = user_by_login(session, login)
        assert user is not None
        user.disabled_at = now
        session.add(user)


def _end_participation(session: Session, now: datetime) -> None:
    for record in session.exec(select(Participation).where(Participation.municipality_code == MIDORIKAWA)):
        record.until = now - BEFORE
        session.add(record)


def _open_yasuko(session: Session) -> None:
    akari: User | None = user_by_login(session, "akari")
    assert akari is not None
    open_account(session, AOBA, login="yasuko", name="見本 やすこ", password_hash=akari.password_hash)


def _open_draft(session: Session, now: datetime) -> None:
    """Akari, the author, is writing on the public one."""
    manual = manual_at(session, AOBA, Thing.PUBLIC.value)
    assert manual is not None
    edit_manual(session, manual, key="a-draft-on-the-stage", by=person(session, "akari", now), at=now)


def _audiences(thing: Thing) -> Iterator[Audience]:
    """Audience of each edition."""
    if thing in (Thing.NARROWED, Thing.REVISED):
        yield Audience.PUBLIC
    if thing is Thing.WIDENED:
        yield Audience.MUNICIPALITY
    last = {
        Thing.MEMBERS: Audience.MEMBERS,
        Thing.MUNICIPALITY: Audience.MUNICIPALITY,
        Thing.NARROWED: Audience.MUNICIPALITY,
    }
    yield last.get(thing, Audience.PUBLIC)


def _write(session: Session, thing: Thing, now: datetime) -> None:
    if thing is Thing.MISSING:
        return
    at = now - BEFORE
    author, approver = person(session, "akari", at), person(session, "bunta", at)
    values = content(thing, with_secrets=thing is not Thing.TWIN)
    manual, revision = a_manual(session, author, at, thing.value, **values)
    for number, audience in enumerate(_audiences(thing)):
        begins = now + BEFORE if thing is Thing.SCHEDULED else at + timedelta(days=number)
        if number:
            revision = save_revision(session, manual, a_content(**values), by=author, at=at)
        publish(session, manual, revision, by=approver, at=begins, audience=audience, live_from=begins)
    _end(session, thing, manual, now)


def _end(session: Session, thing: Thing, manual: Manual, now: datetime) -> None:
    if thing is Thing.WITHDRAWN:
        at = now - timedelta(days=1)
        withdraw(session, manual, by=person(session, "bunta", at), at=at, reason="作り直すため")


def _report(session: Session, now: datetime) -> None:
    """Report 1: Fumio of 若松町 found the public manual out of date."""
    fumio = person(session, LOGINS[Kind.MEMBER], now)
    listed = live_manual(session, fumio, now, AOBA, Thing.PUBLIC.value)
    assert listed is not None
    told = Told(key="0" * 32, kind=ReportKind.OUTDATED.value, reason="様式が変わりました。", step_uid="step-kofu")
    make_report(session, listed, told, by=fumio, at=now)


def _save_search(session: Session, now: datetime) -> None:
    """Saved search 1: Akari, the author, follows what is said of 届書."""
    asked = question("届書", {"town": [AOBA]}, exact=False, sort=Sort.RELEVANCE)
    save_search(session, asked, "届書の動き", by=person(session, LOGINS[Kind.AUTHOR], now), at=now - BEFORE)


def _wish(session: Session, now: datetime) -> None:
    """Wish 1: Akari, the author, wishes for a manual that nobody has undertaken."""
    make_wish(session, "空飛ぶ税の申告", sure=False, by=person(session, LOGINS[Kind.AUTHOR], now), at=now)


def _adopt(session: Session, now: datetime) -> None:
    """Adoption 1: 青葉市 uses a manual of 若松町, which is for members."""
    at = now - BEFORE
    a_publication(session, at, "tenkyo", audience=Audience.MEMBERS, writers=("chika", "fumio"), title="転居届の受付")
    akari = person(session, "akari", now)
    listed = live_manual(session, akari, now, WAKAMATSU, "tenkyo")
    assert listed is not None
    told = Used(degree=Degree.WHOLLY.value, note="", since=wareki(now))
    adopt(session, listed, listed.edition, told, by=akari, at=now)
