"""What a serving process reads before anybody waits for it: the templates, the dictionary, the words of the yardstick, the index."""

import gc
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.exc import SQLAlchemyError

from kb.db import private_folder, reading
from kb.publishing.code_digest import digest_of
from kb.publishing.fragments import compile_templates
from kb.search.index import Index, IndexUnusable, Query
from kb.web.current import Parts

PAUSE = 0.05
"""Seconds between templates: whoever asks meanwhile comes first."""
WORDS = "窓口の手続き"
"""Any words do: to look for them, their analysis, the index and its titles are opened."""


class TemplateCodes(FileSystemBytecodeCache):
    """Compiled templates in a private folder, for all processes; without room on the disk each process has its own."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template that was just compiled."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def init_app(app: Flask, parts: Parts) -> None:
    """Start the thread of this process; a process that does nothing beside its requests does not read ahead either."""
    if parts.settings.drain_seconds > 0:
        keep_templates(app.jinja_env, parts.settings.data_dir)
        threading.Thread(target=_warm, args=(app, parts), daemon=True, name="warm").start()


def _warm(app: Flask, parts: Parts) -> None:
    read_ahead(app.jinja_env, parts.index, parts.caretaker.noticed)
    with suppress(SQLAlchemyError), reading(parts.engine) as session:  # whoever asks next is told what is broken
        parts.vocabulary.words(session, parts.clock()).prepare()
    settle()


def keep_templates(templates: Environment, data_dir: Path) -> None:
    """Let templates be compiled once for the data folder, not once for each process and start.

    What a filter makes of a constant is compiled in, so another program begins anew and removes what is left of the old one.
    """
    folder, program = data_dir / "templates", digest_of(("kb/**/*.py",))[:12]
    private_folder(folder)
    for path in folder.glob("*.jinja"):
        if not path.name.startswith(program):
            path.unlink(missing_ok=True)
    templates.bytecode_cache = TemplateCodes(str(folder), f"{program}-%s.jinja")


def read_ahead(
    templates: Environment, index: Index, noticed: Callable[[IndexUnusable], None], pause: float = PAUSE
) -> None:
    """Open the index, compile every template, and read the index through; `noticed` is told when it cannot be read."""
    readable = _readable(lambda: (index.search(Query(WORDS, limit=1)), index.suggest(WORDS)), noticed)
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
        time.sleep(pause)
    compile_templates(pause)
    if readable:
        _readable(index.check, noticed)


def settle() -> None:
    """Let the garbage collector leave out what was read, which stays: each full collection is a tenth of a second.

    A page makes tens of thousands of objects and lets go of nearly all without its help; it need not look every 700.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _readable(read: Callable[[], object], noticed: Callable[[IndexUnusable], None]) -> bool:
    try:
        read()
    except IndexUnusable as error:
        noticed(error)
        return False
    return True
