"""Where a reload leads when the address of a sent form is opened again: to the form, or to the nearest page above it.

A refused form answers at the address that it was sent to, and people reload that page or send its address to a colleague.
The way is found from the address alone, so that it is the same whatever is there and whoever asks; the page that it leads
to decides who may see it.
"""

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

_FORMS = {
    "create": ("new", "index", "show"),
    "update": ("edit", "show"),
    "delete": ("edit", "new", "show", "index"),
}
"""Function of a form's target to those pages of the same family that may hold the form."""


def form_address() -> str | None:
    """The page to show instead of the current address, which takes only what forms send; None when there is none."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in ("GET", "HEAD"):
        return None
    try:
        endpoint, values = adapter.match(method="POST")
    except HTTPException:
        return None
    family, _, function = endpoint.rpartition(".")
    pages = (f"{family}.{name}" for name in _FORMS.get(function, ()))
    beside = (url_for(page, **values) for page in pages if _is_page(page, frozenset(values)))
    return next(beside, None) or _above(adapter)


def _is_page(endpoint: str, known: frozenset[str]) -> bool:
    """Whether there is such a page, and what its address needs is known."""
    rules = current_app.url_map.iter_rules(endpoint) if endpoint in current_app.view_functions else ()
    return any("GET" in (rule.methods or ()) and rule.arguments == known for rule in rules)


def _above(adapter: MapAdapter) -> str | None:
    """The nearest page whose address begins as this one does."""
    path = request.path
    while "/" in path.strip("/"):
        path = path.rpartition("/")[0]
        if adapter.test(path, "GET"):
            return request.script_root + path
    return None
