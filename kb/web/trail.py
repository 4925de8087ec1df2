"""The breadcrumb trail: where am I."""

from flask import url_for

Trail = list[tuple[str, str | None]]


def trail(here: str, *above: tuple[str, str]) -> Trail:
    """From the first page through `above` (name, address) to this page, which has no address."""
    return [("トップページ", url_for("home.show")), *above, (here, None)]


def manual_trail(here: str, code: str, town: str, *above: tuple[str, str]) -> Trail:
    """The trail of pages below a town."""
    return trail(here, ("団体", url_for("towns.index")), (town, url_for("towns.show", code=code)), *above)
