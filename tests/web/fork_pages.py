"""A public manual of 青葉市 full of secrets, and what 若松町 does with it through pages."""

import re
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.manuals.models import Revision
from kb.manuals.queries import manual_at
from kb.publishing.actions import publish
from tests.web.editor_form import fields
from tests.web.stage import Thing, content, secrets, title
from tests.world import AOBA, WAKAMATSU, a_publication, person

SLUG = Thing.PUBLIC.value
MANUAL = f"/towns/{AOBA}/manuals/{SLUG}"
OURS = f"/towns/{WAKAMATSU}/manuals/{SLUG}"
FORKS, LINEAGE = f"{MANUAL}/forks", f"{MANUAL}/lineage"
ORIGIN = f"青葉市『{title(Thing.PUBLIC)}』(第1版、CC BY 4.0)を基に作成"
BEFORE = timedelta(days=1)
SECRETS = secrets(Thing.PUBLIC)
WORDS = [{"key": "窓口名", "label": "受付する窓口", "default": "市民課窓口"}]


def write_original(engine: Engine, now: datetime) -> None:
    """The manual, live since yesterday, with a word to fill in."""
    values = content(Thing.PUBLIC)
    values["steps"][0]["action"] = "{{窓口名}}で受け付ける。"
    values["parameters"] += WORDS
    with transaction(engine) as session:
        a_publication(session, now - BEFORE, SLUG, **values)


def form(client: FlaskClient, **changes) -> dict:
    """What the form sends, for the whole manual and a new draft."""
    page = client.get(f"{FORKS}/new").text
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("key", "edition")}
    return {**found, "scope": "whole", "into": "new", "do": "take", **changes}


def published(engine: Engine, now, login: str, town: str, audience: Audience = Audience.PUBLIC) -> None:
    """The newest revision of a town's manual goes live."""
    with transaction(engine) as session:
        manual = manual_at(session, town, SLUG)
        newest = session.exec(select(Revision).where(Revision.manual_id == manual.id).order_by(Revision.id.desc()))
        by = person(session, login, now)
        publish(session, manual, newest.first(), by=by, at=now, audience=audience, change_note="直した")


def taken_and_saved(client: FlaskClient, **changes) -> None:
    """The manual is taken over and saved as a revision."""
    draft = client.post(FORKS, data=form(client, **changes)).location
    answer = client.post(f"{draft}/revisions", data=fields(client.get(draft).text))
    assert answer.status_code == 303, answer.text


def kept(engine: Engine, table: type) -> list:
    """All rows of a table."""
    with reading(engine) as session:
        return list(session.exec(select(table)))
