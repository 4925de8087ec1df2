"""Finds a browser for the tests and, run as a program, installs one when there is none.

Debian's own Chromium first (apt, when that is possible; its shell without windows takes half the time of the whole browser),
else the one that Playwright downloads. Without any browser
the program fails where CI=true and says so loudly elsewhere; `tests/browser` then skips.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

BROWSERS = ("chromium-headless-shell", "chromium")
"""Debian's names of the browser, and of its programs: the first that is there is taken. Older releases have no shell."""
BESIDE = ("fonts-noto-cjk", "libatomic1")
"""Debian's names of a font that Japanese renders with, and of what Playwright's driver links to."""
NO_BROWSER = f"No browser was found and none could be installed. Debian: apt install {' '.join((BROWSERS[0], *BESIDE))}"
NO_FONT = "No Japanese font was found: screenshots will show boxes. Debian: apt install fonts-noto-cjk"


def find_browser() -> str | None:
    """Path of a Chromium that starts and that Playwright can drive, or None."""
    if not _starts(sys.executable, "-m", "playwright"):
        return None
    for name in BROWSERS:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() and _starts(own) else None


def _starts(*command: str) -> bool:
    # Being there is not enough: some systems ship a `chromium` that only says where to get the real one.
    return subprocess.run([*command, "--version"], capture_output=True, check=False, timeout=60).returncode == 0


def has_japanese_font() -> bool:
    """Whether Japanese text renders; True where fontconfig cannot be asked."""
    if shutil.which("fc-list") is None:
        return True
    found = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def _install_packages(*packages: str) -> None:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing {' '.join(packages)} ...", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], check=False, env=environ, stdout=subprocess.DEVNULL)


def main() -> int:
    """Exit code: 0 when the tests may start, 1 when a browser is missing where one must be."""
    for name in BROWSERS:
        if find_browser() is None:
            _install_packages(name, *BESIDE)
    browser = find_browser()
    if browser is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        browser = find_browser()
    if not has_japanese_font():
        _install_packages("fonts-noto-cjk")
    if not has_japanese_font():
        print(f"\n!!! {NO_FONT}\n", file=sys.stderr)
    if browser:
        return 0
    print(f"\n!!! {NO_BROWSER}\n!!! The tests in tests/browser are SKIPPED.\n", file=sys.stderr)
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
