"""docs/permissions.md is true: every cell of its table is tried, and the table names every route and no other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.config import ROOT
from kb.exchange.formats import FORMATS
from tests.web.addresses import routes
from tests.web.conftest import lasting
from tests.web.stage import LOGINS, PASSWORD, Kind, Stage, Thing, secret, secrets, title
from tests.world import AOBA, sign_in

ARGUMENTS = {
    "code": AOBA,
    "key": "tennyu-todoke",
    "area": "B01",
    "prefecture": "99",
    "band": "u500k",
    "part": "1",
    "edition": "1",
    "revision": "1",
    "number": "1",
    "report": "1",
    "person": "1",
    "department": "1",
    "post": "1",
    "assignment": "1",
    "filename": "css/base.css",
    "page": "readers",
    "token": "nobody-was-given-this",
}
AREA = "B01"
COOKIE = "monosashi"
LINK = "/towns/{code}/manuals/{slug}"


@dataclass(frozen=True)
class Scenario:
    """A row: which route, of a manual in which state, and what each kind of viewer gets."""

    id: str
    method: str
    rule: str
    thing: Thing | None
    answers: dict[Kind, str]

    def addresses(self) -> list[str]:
        """The addresses that the row speaks of: one, or one for each form of a file."""
        values = {**ARGUMENTS, "slug": self.thing.value if self.thing else ""}
        if "<workarea:" in self.rule:
            values["code"] = AREA
        forms = FORMATS if "<form>" in self.rule else ("",)
        return [self._filled({**values, "form": form}) for form in forms]

    def _filled(self, values: dict[str, str]) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found.group(1)], self.rule)


def scenarios() -> list[Scenario]:
    """The rows of the document's tables; a row that names several states of a manual is a scenario for each."""
    lines = (ROOT / "docs/permissions.md").read_text(encoding="utf-8").splitlines()
    table = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| ([A-Z]-\d|id )", line)
    ]
    kinds = [Kind(name) for name in table[0][3:]]
    return [one for row in table if row[0] != "id" for one in _scenarios(row, kinds)]


def _scenarios(row: list[str], kinds: list[Kind]) -> Iterator[Scenario]:
    number, route, states, *cells = row
    method, rule = route.strip("`").split(" ", 1)
    for state in states.split(", "):
        thing = None if state == "—" else Thing[state.upper()]
        yield Scenario(number, method, rule, thing, dict(zip(kinds, cells, strict=True)))


SCENARIOS = scenarios()


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    there = {route.name for route in routes(app)}
    said = {f"{one.method} {one.rule}" for one in SCENARIOS}
    assert (there - said, said - there) == (set(), set()), "Routes without a row, rows without a route"


def test_rows_are_numbered_once_and_speak_of_every_viewer() -> None:
    numbers = list(dict.fromkeys(one.id for one in SCENARIOS))
    for letter in {number[0] for number in numbers}:
        own = [number for number in numbers if number[0] == letter]
        assert own == [f"{letter}-{number:03}" for number in range(1, len(own) + 1)]
    assert all(set(one.answers) == set(Kind) for one in SCENARIOS)
    asked = [(one.method, one.rule, one.thing) for one in SCENARIOS]
    assert len(set(asked)) == len(asked)


def test_a_route_of_a_manual_speaks_of_every_state() -> None:
    states = {rule: {one.thing for one in SCENARIOS if one.rule == rule} for rule in {one.rule for one in SCENARIOS}}
    for rule, things in states.items():
        if "<slug:slug>" in rule:
            assert things == set(Thing) - {Thing.TWIN}, rule


def visitor(stage: Stage, kind: Kind, address: str) -> FlaskClient:
    """A browser of one's own with the cookie that this kind of viewer holds; with a sign-in of its own where it may end."""
    client = stage.app.test_client()
    if address.startswith("/session") and kind not in (Kind.ANONYMOUS, Kind.DISABLED):
        return sign_in(client, LOGINS[kind])
    held = stage.as_(kind).get_cookie(COOKIE)
    if held:
        client.set_cookie(COOKIE, held.value)
    return client


def ask(stage: Stage, kind: Kind, scenario: Scenario, address: str) -> tuple[int, str]:
    """Status and text of the answer."""
    client = visitor(stage, kind, address)
    data = {"login": LOGINS.get(kind, "nobody"), "password": PASSWORD} if address == "/session" else {}
    answer: TestResponse = client.get(address) if scenario.method == "GET" else client.post(address, data=data)
    with answer:
        return answer.status_code, answer.text


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: f"{one.id}-{one.thing or ''}")
def test_scenario(stage: Stage, scenario: Scenario) -> None:
    for kind, expected in scenario.answers.items():
        for address in scenario.addresses():
            found = _named(scenario, *ask(stage, kind, scenario, address), expected)
            assert found == expected, f"{scenario.id} {kind.value} {address}"


def _named(scenario: Scenario, status: int, text: str, expected: str) -> str:
    """The answer in the words of the document."""
    thing = scenario.thing
    if status != 200 or thing is None or expected == "200":
        return str(status)
    link = LINK.format(code=AOBA, slug=thing.value)
    if expected in ("listed", "absent"):
        return "listed" if link in text or title(thing) in text else "absent"
    if secret(thing, "title") in text:
        return "whole"
    return "some secret" if any(word in text for word in secrets(thing)) else "redacted"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_hidden_manual_answers_as_a_missing_one(stage: Stage, kind: Kind) -> None:
    """Byte for byte, headers too, for every route of a manual: nobody learns that it is there."""
    client = stage.as_(kind)
    client.get("/")  # the first page puts the secret of the forms into the cookie
    missing = cache(partial(_bare, client))  # every state of a manual has the same missing one
    for scenario in SCENARIOS:
        if scenario.answers[kind] != "404" or scenario.thing in (None, Thing.MISSING):
            continue
        for address in scenario.addresses():
            nowhere = address.replace(f"/{scenario.thing.value}", f"/{Thing.MISSING.value}")
            assert _bare(client, scenario.method, address) == missing(scenario.method, nowhere), address


def _bare(client: FlaskClient, method: str, address: str) -> tuple[int, list[tuple[str, str]], str]:
    answer = client.open(address, method=method)
    headers = [(name, value) for name, value in answer.headers if name != "X-Request-Id"]
    return answer.status_code, headers, lasting(answer.text)
