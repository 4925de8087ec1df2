"""The world of the tests: the 見本 towns with their cast, and plain functions that make manuals in it."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.accounts.actions import record_municipality
from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import Viewer
from kb.accounts.sign_ins import begin_sign_in
from kb.app import create_app
from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience
from kb.config import ROOT, Mode, Settings
from kb.db import create_engine, transaction
from kb.manuals.actions import begin_manual, save_revision
from kb.manuals.models import Manual, Revision
from kb.migrations import runner
from kb.publishing.actions import publish
from kb.publishing.models import OutboxEntry, Publication
from kb.search.engines import open_index
from kb.seeds.people import AOBA, MIDORIKAWA, PASSWORD, WAKAMATSU, load_cast
from kb.seeds.vocabulary import load_standards, sample_municipalities
from kb.web.current import Parts

__all__ = ["AOBA", "MIDORIKAWA", "PASSWORD", "WAKAMATSU"]
SECRET = "a secret of the tests, long enough to be taken"  # 32 characters and more


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings of a demonstration whose data lie in `folder`; nothing drains by itself."""
    values: dict[str, Any] = {
        "mode": Mode.DEMO,
        "secret_key": SECRET,
        "database_url": f"sqlite:///{folder / 'monosashi.sqlite'}",
        "data_dir": folder,
        "index_dir": folder / "search_index",
        "content_dir": ROOT / "content",
        "public_url": "",
        "trusted_proxies": 0,
        "drain_seconds": 0.0,
        "log_level": "ERROR",
        "idle_minutes": 60,
    }
    return Settings(**{**values, **changes})


def build_template(folder: Path) -> Path:
    """A database file with the vocabulary, the 見本 towns and their cast, and no manuals."""
    path = folder / "template.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    runner.upgrade(engine)
    with transaction(engine) as session:
        for row in sample_municipalities(ROOT / "content"):
            record_municipality(session, row)
        load_standards(session, ROOT / "content")
        load_cast(session, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    engine.dispose()
    return path


def database_from(template: Path, folder: Path) -> Engine:
    """An engine on a fresh copy of the template."""
    shutil.copy(template, folder / "monosashi.sqlite")
    return create_engine(f"sqlite:///{folder / 'monosashi.sqlite'}")


def person(session: Session, login: str, now: datetime) -> Viewer:
    """One of the cast as the rules see them."""
    user = user_by_login(session, login)
    found = viewer(session, user.id, now) if user else None
    assert found is not None, f"nobody of the cast is called {login}"
    return found


def a_content(**changes: Any) -> ManualContent:
    """A content that may be published as it is."""
    values: dict[str, Any] = {
        "title": "転入届の受付",
        "procedure": "tennyu-todoke",
        "work_areas": ["B01"],
        "department": "市民課",
        "purpose": {
            "for_whom": "転入した人",
            "aim": "居住関係を公証する",
            "what": "転入の届出を受ける",
            "outcome": "住民票ができる",
        },
        "legal_bases": [{"uid": "law-juki", "name": "住民基本台帳法", "article": "第22条"}],
        "steps": [a_step("step-uketsuke")],
    }
    return ManualContent.model_validate({**values, **changes})


def a_step(uid: str, **changes: Any) -> dict[str, Any]:
    """A step that may be published as it is, as raw values."""
    values: dict[str, Any] = {
        "uid": uid,
        "title": "届書を受け付ける",
        "phase": "受付",
        "actor": {"kind": "窓口"},
        "minutes": 3,
        "action": "届書の記入を確かめる。",
    }
    return {**values, **changes}


def a_manual(
    session: Session, by: Viewer, at: datetime, slug: str = "tennyu", **content: Any
) -> tuple[Manual, Revision]:
    """A manual of `by`'s town with one revision; `content` changes `a_content`."""
    manual = begin_manual(session, by.municipality_code or "", slug, by=by, at=at)
    return manual, save_revision(session, manual, a_content(**content), by=by, at=at)


def a_publication(
    session: Session,
    at: datetime,
    slug: str = "tennyu",
    audience: Audience = Audience.PUBLIC,
    writers: tuple[str, str] = ("akari", "bunta"),
    **content: Any,
) -> tuple[Manual, Publication]:
    """A live manual, written and published by the two of the cast named in `writers`."""
    author, approver = (person(session, login, at) for login in writers)
    manual, revision = a_manual(session, author, at, slug, **content)
    return manual, publish(session, manual, revision, by=approver, at=at, audience=audience)


def waiting(session: Session, now: datetime) -> int:
    """How many outbox entries are due and not yet in the index."""
    return len(session.exec(select(OutboxEntry).where(OutboxEntry.due_at <= now)).all())


def an_app(folder: Path, now: datetime, **changes: Any) -> Flask:
    """The application on the database in `folder`, its clock standing at `now`, with an empty search index."""
    settings = settings_in(folder, **changes)
    open_index(settings.index_dir).rebuild(iter(()))
    app = create_app(settings, lambda: now)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def sign_in(client: FlaskClient, login: str) -> FlaskClient:
    """One of the cast is signed in: what the form would do, which has tests of its own."""
    parts: Parts = client.application.extensions["kb"]
    with transaction(parts.engine) as session:
        user = user_by_login(session, login)
        assert user is not None, login
        begun = begin_sign_in(session, user.id or 0, device="見本のブラウザー", at=parts.clock())
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = begun.token, True
    return client


def sign_in_by_form(client: FlaskClient, login: str) -> FlaskClient:
    """Sign one of the cast in through the form, where signing in is what is looked at."""
    answer = client.post("/session", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client
