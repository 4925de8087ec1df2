"""A real browser on the real product: Chromium headless, Japanese, 1280×720; every context is watched.

A journey asks for `page` and `live_server`; a second person gets `new_context()`; `page_without_scripts` is the same
browser with JavaScript off.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.ensure_browser import NO_BROWSER, find_browser
from tests.browser.server import copy_of, prepared_data, serving
from tests.browser.signed_in import given_signed_in
from tests.browser.watch import Watch

VIEWPORT = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without these the browser itself calls out at every start."""


expect.set_options(timeout=20_000)
"""Milliseconds that a page gets to show what is expected, on a busy machine too; not a claim about speed."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked `browser`."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Chromium starts. Without a browser: a failure where CI=true, a skip elsewhere."""
    path = find_browser()
    if path is None:
        pytest.fail(NO_BROWSER) if os.environ.get("CI") == "true" else pytest.skip(NO_BROWSER)
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    return {**browser_type_launch_args, "executable_path": path, "args": [*QUIET, *as_root]}


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: addresses are whole. (The plug-in's own fixture has a form that pytest will drop.)"""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """How every page sees the world; nothing glides, so that a test need not wait for it."""
    ours = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "viewport": VIEWPORT, "reduced_motion": "reduce"}
    return {**browser_context_args, **ours}


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the product with its demonstration content, such as http://127.0.0.1:40123 (one per test process)."""
    own = tmp_path_factory.getbasetemp()
    whole_run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    data = copy_of(prepared_data(whole_run), own / "live")
    with serving(data, workers=2) as address:  # as people have it: what one process knows the other may not
        yield address


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fails the test when a page asked another origin or had an error on its console."""
    own = request.getfixturevalue("live_server") if "live_server" in request.fixturenames else None
    watching = Watch(own)
    yield watching
    watching.judge()


@pytest.fixture
def new_context(new_context: Any, watch: Watch) -> Any:
    """Makes watched contexts: `new_context(java_script_enabled=False)`, `new_context(storage_state=…)`."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        watch.over(context)
        return context

    return watched


@pytest.fixture
def page_without_scripts(new_context: Any) -> Page:
    """A page in a browser that runs no JavaScript."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers of a journey run scripts: it is walked with them, and once more without."""
    return bool(request.param)


@pytest.fixture
def signed_in(scripts: bool, new_context: Callable[..., BrowserContext], live_server: str) -> Callable[[str], Page]:
    """A browser in which one of the cast is signed in."""

    def one(login: str) -> Page:
        page = new_context(java_script_enabled=scripts).new_page()
        given_signed_in(page, live_server, login)
        return page

    return one
