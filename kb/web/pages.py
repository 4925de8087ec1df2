"""What every page may use: who is looking, whether this is the demonstration, and versioned static files."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, request

from kb.web.current import parts, viewer

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
    return {"viewer": known if known.signed_in else None, "demo": parts().settings.demo}


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
