"""What every page may use: who is looking, where signing in leads back to, the demonstration, versioned static files."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request

from kb.web.current import parts, viewer
from kb.web.input import this_address

A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Add the values of every page, and let browsers keep static files whose address names their content."""
    app.context_processor(_values)
    app.url_defaults(_name_version(Path(app.static_folder or "")))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = None
    app.after_request(_keep_static)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _values() -> dict[str, Any]:
    known = viewer()
    return {
        "viewer": known if known.signed_in else None,
        "demo": parts().settings.demo,
        "return_to": this_address(),  # a page that is not to be come back to passes None or a path of its own
    }


def _name_version(folder: Path) -> Any:
    @cache
    def version(filename: str) -> str:
        return hashlib.sha256((folder / filename).read_bytes()).hexdigest()[:12]

    def add(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = version(values["filename"])

    return add


def _keep_static(response: Any) -> Any:
    if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
