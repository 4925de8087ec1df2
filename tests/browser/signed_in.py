"""People who signed in before: a browser gets the cookies that the form gave to the first of them.

The form computes Argon2id each time, as it should; the journeys in which signing in is no matter need not wait for it.
Tests that end a sign-in go through the form (`steps.given_staff_of_aoba`): what is kept here is the sign-in of many.
"""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.steps import PASSWORD, when_they_sign_in

_held: dict[tuple[str, str], Any] = {}
"""Cookies by address of the product and name of the account."""


def given_signed_in(page: Page, site: str, login: str) -> None:
    """One of the cast is signed in at `site` in the browser of `page`."""
    if (site, login) in _held:
        page.context.add_cookies(_held[site, login])
        return
    page.goto(f"{site}/session/new")
    when_they_sign_in(page, login, PASSWORD)
    expect(page.locator(".account-who")).to_be_visible()
    _held[site, login] = page.context.cookies()
