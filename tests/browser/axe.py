"""Accessibility of a page in a real browser, judged by axe-core (vendored, MPL-2.0: tests/browser/vendor/axe-core)."""

from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import PHONE, VIEWPORT

_SOURCE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands now, one line each: rule, what to do, where. All rules count.

    Needs a page that runs scripts. The source goes in through the debugger, which a content security policy does not
    stop, so the page keeps the policy that it is served with.
    """
    debugger = page.context.new_cdp_session(page)
    debugger.send("Runtime.evaluate", {"expression": _SOURCE})
    answer = debugger.send(
        "Runtime.evaluate",
        {"expression": "axe.run().then(found => found.violations)", "awaitPromise": True, "returnByValue": True},
    )
    debugger.detach()
    return [
        f"{rule['id']}: {rule['help']} — {node['html'][:200]}"
        for rule in answer["result"]["value"]
        for node in rule["nodes"]
    ]


def then_it_is_accessible(page: Page, scripts: bool) -> None:
    """Nothing that axe finds wrong, nothing to move sideways, on a small desktop and on a phone. axe needs scripts."""
    if not scripts:
        return
    sizes: tuple[ViewportSize, ...] = (PHONE, VIEWPORT)
    for size in sizes:
        page.set_viewport_size(size)
        assert axe_violations(page) == []
        needed, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert needed <= room
