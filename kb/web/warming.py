"""What a serving process reads before anybody waits for it: the templates, the dictionary of words, the search index."""

import logging
import threading
import time

from flask import Flask
from jinja2 import Environment

from kb.search.index import Index, IndexUnusable, Query
from kb.web.current import Parts

_log = logging.getLogger(__name__)
PAUSE = 0.05
"""Seconds between templates: whoever asks meanwhile comes first."""
WORDS = "窓口の手続き"
"""Any words do: to look for them, their analysis and the index are opened."""


def init_app(app: Flask, parts: Parts) -> None:
    """Start the thread of this process; a process that does nothing beside its requests does not read ahead either."""
    if parts.settings.drain_seconds > 0:
        threading.Thread(target=read_ahead, args=(app.jinja_env, parts.index), daemon=True, name="warm").start()


def read_ahead(templates: Environment, index: Index, pause: float = PAUSE) -> None:
    """Compile every template and open the index. What goes wrong is told to whoever asks next, in the usual way."""
    try:
        index.search(Query(WORDS, limit=1))
        index.versions()
    except IndexUnusable:
        _log.warning("there is no index to be opened yet")
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
        time.sleep(pause)
