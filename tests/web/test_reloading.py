"""The address of a form that was sent, opened again, leads back to the form or to the page above it, and tells nobody anything."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.world import AOBA, sign_in

TOWN = f"/towns/{AOBA}"
MANUAL = f"{TOWN}/manuals/tennyu"
FORMS = {
    "a new post": (f"{TOWN}/posts", f"{TOWN}/posts/new"),
    "an assignment": (f"{TOWN}/assignments", f"{TOWN}/assignments/new"),
    "a roster": (f"{TOWN}/rosters", f"{TOWN}/rosters/new"),
    "a post that is renamed": (f"{TOWN}/posts/1", f"{TOWN}/posts/1/edit"),
    "a post that is closed": (f"{TOWN}/posts/1/delete", f"{TOWN}/posts/1/edit"),
    "a link": (f"{TOWN}/people/1/links", f"{TOWN}/people/1/links/new"),
    "an account that is shut": (f"{TOWN}/people/1/suspension", f"{TOWN}/people/1/suspension/new"),
    "a withdrawal": (f"{MANUAL}/publication/delete", f"{MANUAL}/publication/end"),
    "a confirmation": (f"{MANUAL}/confirmations", MANUAL),
    "a draft on a manual": (f"{MANUAL}/drafts", MANUAL),
    "a like taken back": (f"{MANUAL}/likes/delete", f"{MANUAL}/likes"),
    "a decision": (f"{TOWN}/adoptions/1/decisions", f"{TOWN}/adoptions/1"),
    "a sign-in": ("/session", "/session/new"),
}


@pytest.mark.parametrize(("sent", "form"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("login", ["daigo", None])
def test_a_reload_leads_back(client: FlaskClient, sent: str, form: str, login: str | None) -> None:
    if login:
        sign_in(client, login)
    answer = client.get(f"{sent}?next=//elsewhere.example")
    assert (answer.status_code, answer.location) == (303, form)


def test_the_administrator_stands_before_the_form_again(client: FlaskClient) -> None:
    sign_in(client, "daigo")
    refused = client.post(f"{TOWN}/posts", data={"title": ""})
    assert refused.status_code == 422
    assert client.get(f"{TOWN}/posts", follow_redirects=True).status_code == 200


def test_every_address_that_takes_forms_leads_to_a_page(app: Flask, client: FlaskClient) -> None:
    """Below an address there is always a page; a reload is never answered with a wall."""
    sign_in(client, "daigo")
    values = {"code": AOBA, "slug": "tennyu"}
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    with app.test_request_context():
        addresses = [rule.build({name: values.get(name, 1) for name in rule.arguments}) for rule in rules]
    answers = {path: client.get(path).status_code for _, path in filter(None, addresses)}
    assert [path for path, status in answers.items() if status == 405] == []


def test_what_no_page_lies_above_is_refused_as_before(client: FlaskClient) -> None:
    answer = client.delete("/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_it_is_the_same_whatever_is_there(client: FlaskClient) -> None:
    """A stranger learns nothing from where a reload leads: the page there answers as for a missing one."""
    for number in (1, 999_999):
        assert client.get(f"{TOWN}/posts/{number}").location == f"{TOWN}/posts/{number}/edit"
