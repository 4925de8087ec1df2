"""A draft that starts from a file of another town says where it is from, in the words of that edition and not of the file."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.common_format.envelope import Audience, Envelope, ManualFile, Provenance
from kb.db import transaction
from kb.exchange.formats import FORMATS
from tests.world import AOBA, WAKAMATSU, a_content, a_publication, sign_in

ORIGIN = "青葉市『転入届の受付』(第1版、CC BY 4.0)を基に作成"
FORGED = {"municipality_name": "総務省", "title": "国が認めた手順書", "license": "禁転載"}


@pytest.fixture
def chika(app: Flask, engine: Engine, now) -> FlaskClient:
    """The browser of an author of 若松町; 青葉市 has a public manual and one for itself."""
    with transaction(engine) as session:
        a_publication(session, now)
        a_publication(session, now, "chonai", Audience.MUNICIPALITY, title="庁内の手順書")
    return sign_in(app.test_client(), "chika")


def editor(chika: FlaskClient, form: str = "md", **envelope) -> str:
    """The editor of a draft that was begun from a file with this envelope."""
    file = ManualFile(envelope=Envelope(**envelope), content=a_content(title="写し"))
    data = {"from": "file", "key": "k" * 24, "file": (io.BytesIO(FORMATS[form].write(file).encode()), f"a.{form}")}
    return chika.get(chika.post("/drafts", data=data).location).text


def named(**changes) -> Provenance:
    """What a file says of its origin."""
    return Provenance(**{"municipality": AOBA, "slug": "tennyu", "edition": 1, **FORGED, **changes})


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_file_that_another_town_gave_out(chika, form):
    assert ORIGIN in editor(chika, form, municipality=AOBA, slug="tennyu", edition=1)


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_file_of_ones_own_that_names_its_origin_in_words_of_its_own(chika, form):
    page = editor(chika, form, municipality=WAKAMATSU, slug="ours", provenance=named())
    assert ORIGIN in page
    assert not [words for words in FORGED.values() if words in page]


@pytest.mark.parametrize(
    "origin",
    [{"slug": "chonai"}, {"slug": "nowhere"}, {"edition": 2}, {"municipality": WAKAMATSU}, {"municipality": "000000"}],
    ids=["not for their eyes", "no such manual", "no such edition", "one's own", "no such town"],
)
def test_what_cannot_be_read_here_is_not_named(chika, origin):
    page = editor(chika, municipality=WAKAMATSU, slug="ours", provenance=named(**origin))
    assert "写し" in page
    assert "を基に作成" not in page
