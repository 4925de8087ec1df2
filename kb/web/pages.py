"""What every page may use: who is looking, where signing in leads back to, the demonstration, versioned static files."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for

from kb.web.current import parts, viewer
from kb.web.input import this_address

A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Add the values of every page, and let browsers keep static files whose address names their content."""
    app.context_processor(_values)
    app.jinja_env.globals["static_file"] = static_file
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


def static_file(filename: str) -> str:
    """The address of a static file, which names its content; made once, since every page asks for two dozen of them."""
    return _address(request.script_root, current_app.static_folder or "", filename)


@lru_cache(maxsize=1_000)
def _address(_below: str, folder: str, filename: str) -> str:
    digest = hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()
    return url_for("static", filename=filename, v=digest[:12])


def _keep_static(response: Any) -> Any:
    if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
