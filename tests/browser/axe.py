"""Accessibility of a page in a real browser, judged by axe-core (vendored, MPL-2.0: tests/browser/vendor/axe-core)."""

from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import PHONE, VIEWPORT

_SOURCE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_LOADED = "typeof axe === 'object'"
_RUN = "axe.run({resultTypes: ['violations'], selectors: false, rules: %s}).then(found => found.violations)"
"""All rules run on everything; what is left out is the account of what passed, and names of places by selectors."""
_COLOURS_ONCE = "{'color-contrast': {enabled: false}}"
"""Contrast costs three quarters of the time, and no colour depends on the size of the window: that is a law of style sheets."""
SIZES: tuple[ViewportSize, ...] = (VIEWPORT, PHONE)
"""A small virtual desktop, and a phone."""


def axe_violations(page: Page, rules: str = "{}") -> list[str]:
    """What axe finds wrong on the page as it stands now, one line each: rule, what to do, where.

    All rules count but those that `rules` (axe's option of that name) switches off.

    Needs a page that runs scripts. The source goes in through the debugger, which a content security policy does not
    stop, so the page keeps the policy that it is served with.
    """
    debugger = page.context.new_cdp_session(page)
    if not debugger.send("Runtime.evaluate", {"expression": _LOADED})["result"]["value"]:
        debugger.send("Runtime.evaluate", {"expression": _SOURCE})
    answer = debugger.send(
        "Runtime.evaluate",
        {"expression": _RUN % rules, "awaitPromise": True, "returnByValue": True},
    )
    debugger.detach()
    return [
        f"{rule['id']}: {rule['help']} — {node['html'][:200]}"
        for rule in answer["result"]["value"]
        for node in rule["nodes"]
    ]


def then_it_is_accessible(page: Page, scripts: bool = True) -> None:
    """Nothing that axe finds wrong, nothing to move sideways, on a small desktop and on a phone. axe needs scripts."""
    if not scripts:
        return
    for size in SIZES:
        when_the_window_has(page, size)
        place = f"{page.url} at {size['width']}×{size['height']}"
        assert axe_violations(page, "{}" if size is VIEWPORT else _COLOURS_ONCE) == [], place
        needed, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert needed <= room, place
    when_the_window_has(page, VIEWPORT)


def when_the_window_has(page: Page, size: ViewportSize) -> None:
    """Give the window a size and wait until the page is laid out and painted in it."""
    page.set_viewport_size(size)
    page.wait_for_function("size => innerWidth === size.width && innerHeight === size.height", arg=size)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
