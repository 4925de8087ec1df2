"""What the tests of adopting over HTTP share: the form, sending it, ending the publication of the original."""

from datetime import datetime
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from kb.db import transaction
from kb.manuals.models import Manual
from kb.publishing.actions import withdraw
from tests.world import AOBA, person

MANUAL = f"/towns/{AOBA}/manuals/tennyu"
ADOPTIONS = f"{MANUAL}/adoptions"
FORM = {
    "edition": "1",
    "degree": "採用",
    "since": "令和8年11月22日",
    "note": "昼の窓口で使っています。",
    "value-1": "町民窓口",
    "value-2": "210",
}


def send(client: FlaskClient, address: str = ADOPTIONS, **changes: Any) -> TestResponse:
    """Send the form that adopts."""
    return client.post(address, data={**FORM, **changes})


def adopt(client: FlaskClient, **changes: Any) -> str:
    """Adopt, and give the address of the adoption."""
    answer = send(client, **changes)
    assert answer.status_code == 303, answer.text
    return answer.location


def said(answer: TestResponse) -> str:
    """The text of a page."""
    return unescape(answer.text)


def end_publication(engine: Engine, manual: Manual, at: datetime) -> None:
    """青葉市 ends the live publication."""
    with transaction(engine) as session:
        withdraw(session, manual, by=person(session, "bunta", at), at=at, reason="作り直すため")
