"""No text that anybody sends ends in a failure of ours: odd values are cut, refused (400) or nowhere (404)."""

from itertools import product

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete
from werkzeug.routing import Rule

from kb.accounts.models import SignInFailure
from kb.db import transaction
from tests.web.addresses import values_of
from tests.web.stage import Kind, Stage

ODD = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%C3",
    "%0A",
    "a%0D%0Ab",
    "%E2%80%AE",
    "%EF%BF%BF",
    "99999999999999999999",
    "-1",
    "0",
    "9223372036854775808",
    "%D9%A1",
    "1e9",
    "a" * 10_000,
    "%E5%AD%97" * 3_000,
    "..%2F..%2Fetc%2Fpasswd",
    "..",
    "%5C",
    "%27%20OR%201=1--",
    "%25",
    "*",
    "%22" * 50,
    "(((((" * 40,
    "%F0%A0%AE%B7",
    "{{7*7}}",
    "%3Cscript%3E",
)
PARAMETERS = ("town", "area", "size", "phase", "sort", "exact", "unheard-of")


def get_rules(stage: Stage) -> list[Rule]:
    """Every rule that can be fetched."""
    return [rule for rule in stage.app.url_map.iter_rules() if "GET" in (rule.methods or set())]


def status(client: FlaskClient, address: str, method: str = "GET") -> int:
    """Status of an answer."""
    with client.open(address, method=method) as answer:
        return answer.status_code


def has_a_route(stage: Stage, address: str) -> bool:
    """Whether any page would be asked; all other addresses go one way, whichever page they resemble."""
    with stage.app.test_request_context(address) as context:
        return context.request.routing_exception is None


def test_odd_text_in_a_path_is_nowhere(stage: Stage) -> None:
    client = stage.as_(Kind.READER)
    without_a_route: set[tuple[str, str]] = set()
    for rule in get_rules(stage):
        usual = dict(zip(sorted(rule.arguments), (values[0] for values in values_of(rule)), strict=True))
        for name, odd in product(usual, ODD):
            method = "HEAD" if len(odd) < 10 else "GET"  # both go the same way; a GET shows the page
            address = "".join(
                {**usual, name: odd}[part] if is_argument else part for is_argument, part in rule._trace if part != "|"
            )
            if not has_a_route(stage, address):
                if (name, odd) in without_a_route:
                    continue
                without_a_route.add((name, odd))
            assert status(client, address, method) in (200, 400, 404), address


def test_odd_text_in_a_query_is_taken_or_refused(stage: Stage) -> None:
    client = stage.as_(Kind.ANONYMOUS)
    refused: set[tuple[int, str]] = set()
    for rule in get_rules(stage):
        if rule.arguments - {"code"}:
            continue
        address = stage.app.url_map.bind("localhost").build(
            rule.endpoint, dict(zip(sorted(rule.arguments), (values[0] for values in values_of(rule)), strict=True))
        )
        usual = status(client, address)
        for odd in ODD:
            if usual != 200:  # nobody gets to these pages, so that nothing of theirs reads the query
                if (usual, odd) in refused:
                    continue
                refused.add((usual, odd))
            for query in (f"page={odd}", *(_questions(odd) if rule.endpoint == "search.index" else ())):
                assert status(client, f"{address}?{query}") in (200, 301, 303, 400, 404), query[:99]


def _questions(odd: str) -> tuple[str, str]:
    """The words alone, and everything else at once: each of it is read on its own."""
    return f"q={odd}", "&".join(f"{name}={odd}" for name in PARAMETERS)


def test_odd_targets_after_signing_in_are_ignored(stage: Stage) -> None:
    for odd in ODD:
        assert status(stage.as_(Kind.ANONYMOUS), f"/session/new?next={odd}") == 200


BIG = {
    "a thousand unheard-of parameters": "&".join(f"p{number}={number}" for number in range(1_000)),
    "a thousand values of a filter": "&".join(f"town=9{number:05}" for number in range(1_000)),
    "a thousand questions": "&".join("q=転入" for _ in range(1_000)),
    "deep names": "q=転入&q" + "[a]" * 1_000 + "=1&" + "town." * 1_000 + "=1",
    "a thousand words": "q=" + "+".join(f"語{number}" for number in range(1_000)),
    "quotes in quotes": "q=" + "「" * 500 + "転入" + "」" * 500,
    "a long value": f"q={'転' * 10_000}&town={'9' * 10_000}",
    "nothing but signs": "&=&&=&?;;=;" * 500,
}
"""Queries that are much longer than what people send."""


@pytest.mark.parametrize("query", BIG.values(), ids=BIG)
def test_a_big_query_is_answered_within_bounds(stage: Stage, query: str) -> None:
    for kind in (Kind.ANONYMOUS, Kind.READER):
        with stage.as_(kind).get(f"/search?{query}") as answer:
            assert answer.status_code == 200
            assert len(answer.data) < 200_000


def test_odd_names_of_parameters_are_ignored(stage: Stage) -> None:
    for odd in ODD[::3]:
        assert status(stage.as_(Kind.ANONYMOUS), f"/search?{odd}={odd}&{odd}&town={odd}&town={odd}") == 200


def _forget_failures(stage: Stage) -> None:
    with transaction(stage.engine) as session:
        session.exec(delete(SignInFailure))


@pytest.mark.parametrize("field", ["login", "password", "next", "csrf_token"])
def test_odd_text_in_a_form_is_refused(stage: Stage, field: str) -> None:
    usual = {"login": "eri", "password": "wrong", "next": "/"}
    for odd in ODD:
        _forget_failures(stage)  # or the throttle would answer before anybody looks at the form
        body = "&".join(f"{name}={value}" for name, value in {**usual, field: odd}.items())
        answer = stage.app.test_client().post("/session", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 422), (field, odd)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"\x00" * 99, "text/plain; charset=nonsense"),
    ],
)
def test_a_broken_form_is_refused(stage: Stage, body: bytes, kind: str) -> None:
    assert stage.app.test_client().post("/session", data=body, content_type=kind).status_code in (400, 422)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.text(max_size=300), page=st.text(max_size=5), more=st.text(max_size=50))
def test_any_question_is_answered(stage: Stage, asked: str, page: str, more: str) -> None:
    safe = [part.encode("utf-8", "replace").decode() for part in (asked, page, more)]
    query = {"q": safe[0], "town": safe[2], "phase": safe[2], "sort": safe[1]}
    assert stage.as_(Kind.ANONYMOUS).get("/search", query_string=query).status_code == 200
    assert stage.as_(Kind.READER).get("/search", query_string={**query, "page": safe[1]}).status_code in (200, 404)


@pytest.mark.parametrize("page", ["2", "500", "501", "0", "-1", "1.0", "", "１", "99999999999999999999"])
@pytest.mark.parametrize("address", ["/search", "/work-areas/B01"])
def test_no_page_lies_behind_the_last_one(stage: Stage, address: str, page: str) -> None:
    assert stage.as_(Kind.ANONYMOUS).get(address, query_string={"page": page}).status_code == 404
