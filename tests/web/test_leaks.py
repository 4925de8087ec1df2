"""What is 庁内限り, and manuals that are not for everybody, reach outsiders on no surface.

The surfaces are walked by the routes of the application, so a new one is covered by being there. Outsiders are: nobody,
staff of another town, staff of a town that has left, and staff whose account is disabled.
"""

import re
from functools import cache
from urllib.parse import quote

import pytest
from flask import Flask

from tests.web.addresses import pages
from tests.web.conftest import Seen, lasting
from tests.web.stage import OUTSIDERS, OWN, SECRET_PHASE, Kind, Stage, Thing, secret, secrets, title

HIDDEN = {
    kind: [
        thing
        for thing in (Thing.MEMBERS, Thing.MUNICIPALITY, Thing.WITHDRAWN, Thing.SCHEDULED, Thing.NARROWED)
        if not (kind is Kind.MEMBER and thing is Thing.MEMBERS)
    ]
    for kind in OUTSIDERS
}
"""Manuals that an outsider must not know of at all."""
UNKNOWN = "qzzzzzzzzzzz"
"""A word that stands nowhere."""


@cache
def surfaces(app: Flask) -> tuple[str, ...]:
    """Every address, found once."""
    return tuple(address for _endpoint, address in pages(app))


def seen(stage: Stage, kind: Kind) -> dict[str, str]:
    """What a kind of viewer gets from every surface: address and all that the answer says, its headers too."""
    client = stage.as_(kind)
    found = {}
    for address in surfaces(stage.app):
        with client.get(address) as answer:
            found[address] = f"{answer.headers}\n{answer.text}"
    return found


@pytest.fixture(scope="module")
def by_staff(seen_by_reader: list[Seen]) -> dict[str, str]:
    """What the own town sees. Made first, so that anything kept from it would show in what outsiders see."""
    return {one.address: f"{one.headers}\n{one.text}" for one in seen_by_reader}


@pytest.fixture(scope="module", params=OUTSIDERS)
def outsider(request: pytest.FixtureRequest) -> Kind:
    """Each kind of outsider."""
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="module")
def by_outsider(stage: Stage, outsider: Kind, by_staff: dict[str, str]) -> dict[str, str]:
    """What an outsider sees after staff has seen it."""
    return seen(stage, outsider)


def test_every_kind_of_surface_is_walked(stage: Stage) -> None:
    walked = {endpoint for endpoint, _address in pages(stage.app)}
    assert {"manuals.show", "sheets.show", "prints.show", "files.show", "editions.show", "search.index"} <= walked


def test_the_own_town_reads_every_secret(by_staff: dict[str, str]) -> None:
    everything = "\n".join(by_staff.values())
    for thing in set(Thing) - {Thing.SCHEDULED, Thing.TWIN, Thing.MISSING}:
        assert [word for word in [*secrets(thing), title(thing)] if word not in everything] == []


def test_no_secret_word_reaches_an_outsider(by_outsider: dict[str, str]) -> None:
    words = [word for thing in Thing for word in secrets(thing)]
    leaks = [(address, word) for address, text in by_outsider.items() for word in words if word in text]
    assert leaks == []


def test_no_hidden_manual_is_named_to_an_outsider(outsider: Kind, by_outsider: dict[str, str]) -> None:
    for thing in HIDDEN[outsider]:
        assert [address for address, text in by_outsider.items() if title(thing) in text] == []
        links = f"/manuals/{thing.value}"  # but for the page's own address, which signing in leads back to
        said = {address: text.replace(address.partition("?")[0], "") for address, text in by_outsider.items()}
        assert [address for address, text in said.items() if links in text] == []


def test_a_manual_with_secrets_looks_like_one_that_never_had_any(by_outsider: dict[str, str]) -> None:
    """Numbers of steps, figures, the diagram, the table of contents: nothing tells that something was taken out."""
    pairs = [address for address in by_outsider if f"/manuals/{Thing.PUBLIC.value}" in address]
    assert len(pairs) > 5
    for address in pairs:
        twin = by_outsider[address.replace(f"/{Thing.PUBLIC.value}", f"/{Thing.TWIN.value}")]
        assert _neutral(by_outsider[address], Thing.PUBLIC) == _neutral(twin, Thing.TWIN), address


_PLACE = re.compile(r'<b class="number">\d+</b>番目')
"""Two manuals have two places in an order, however alike they are."""


def _neutral(answer: str, thing: Thing) -> str:
    lines = [line for line in answer.splitlines() if not line.startswith(("X-Request-Id", "Content-Length"))]
    text = _PLACE.sub("", lasting("\n".join(lines)))
    kept = text.partition('<figure class="sheet-qr">')
    if kept[1]:  # the code holds the address, which names the manual
        text = kept[0] + kept[2].partition("</figure>")[2]
    return text.replace(thing.value, "")


def test_the_own_town_sees_more_than_an_outsider(by_staff: dict[str, str]) -> None:
    """The comparison above can fail: for the own town the two manuals differ."""
    address = next(address for address in by_staff if address.endswith(f"/manuals/{Thing.PUBLIC.value}"))
    twin = by_staff[address.replace(Thing.PUBLIC.value, Thing.TWIN.value)]
    assert _neutral(by_staff[address], Thing.PUBLIC) != _neutral(twin, Thing.TWIN)


def _answer(stage: Stage, kind: Kind, word: str) -> str:
    return lasting(stage.as_(kind).get(f"/search?q={word}").text).replace(word, "")


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_searching_for_a_secret_is_like_searching_for_a_word_that_is_nowhere(stage: Stage, kind: Kind) -> None:
    """Hits, counts, facets, snippets, spelling and near names: all are the same as for an unknown word."""
    nothing = _answer(stage, kind, UNKNOWN)
    for word in (*secrets(Thing.PUBLIC), secret(Thing.MUNICIPALITY, "action"), secret(Thing.NARROWED, "action")):
        assert _answer(stage, kind, word) == nothing, word


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_searching_for_the_title_of_a_hidden_manual_finds_nothing(stage: Stage, kind: Kind) -> None:
    nothing = _answer(stage, kind, UNKNOWN)
    for thing in HIDDEN[kind]:
        assert _answer(stage, kind, f"kx{thing.value}kx") == nothing, thing


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_the_phase_of_secret_steps_is_no_condition_for_outsiders(stage: Stage, kind: Kind) -> None:
    def conditions(phase: str) -> str:
        answer = stage.as_(kind).get("/search", query_string={"phase": phase})
        said = lasting(answer.text).replace(phase, "")
        return said.replace(quote(phase), "").replace(quote(quote(phase)), "")  # in links, and in links back to here

    assert conditions(SECRET_PHASE) == conditions("ない工程")
    assert SECRET_PHASE not in stage.as_(kind).get("/search").text
    assert SECRET_PHASE in stage.as_(Kind.READER).get("/search").text


@pytest.mark.parametrize("kind", OWN)
def test_the_own_town_finds_its_secrets(stage: Stage, kind: Kind) -> None:
    for thing in (Thing.PUBLIC, Thing.MEMBERS, Thing.MUNICIPALITY, Thing.NARROWED):
        page = stage.as_(kind).get(f"/search?q={secret(thing, 'action')}").text
        assert f"/manuals/{thing.value}#step-step-naisho" in page


def test_the_members_manual_is_found_by_a_member_only(stage: Stage) -> None:
    found = {kind for kind in Kind if title(Thing.MEMBERS) in stage.as_(kind).get("/").text}
    assert found == {*OWN, Kind.MEMBER}
