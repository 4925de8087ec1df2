"""The application: its parts, put together on one screen."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from kb.config import ROOT, Settings, settings_from
from kb.db import Changes, create_engine
from kb.search.engines import open_index
from kb.seeds.preparation import refuse_demo_accounts
from kb.web import (
    access,
    administration,
    current,
    draining,
    errors,
    filters,
    kept_front,
    logs,
    notices,
    pages,
    refusals,
    resend,
    routes,
    security,
    sign_in,
    warming,
)
from kb.web.asked_counts import AskedCounts
from kb.web.caretaker import Caretaker
from kb.web.kept_pages import KeptPages
from kb.web.kept_results import KeptResults
from kb.web.kept_rows import KeptRows
from kb.web.quiet import QuietTimes
from kb.web.reader_counts import ReaderCounts
from kb.web.vocabulary import Vocabulary


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Flask:
    """Build the application. Raises Misconfigured when its settings are missing or unsafe."""
    settings = settings or settings_from(os.environ)
    engine = create_engine(settings.database_url)
    refuse_demo_accounts(settings, engine)

    app = Flask("kb", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_env.undefined = StrictUndefined
    logs.configure(settings.log_level)
    quiet_times, index = QuietTimes(Changes(engine)), open_index(settings.index_dir, settings.search_memory)
    parts = current.Parts(
        settings=settings,
        engine=engine,
        index=index,
        clock=clock,
        quiet_times=quiet_times,
        pages=KeptPages(quiet_times),
        results=KeptResults(),
        rows=KeptRows(),
        vocabulary=Vocabulary(),
        readers=ReaderCounts(),
        asked=AskedCounts(),
        caretaker=Caretaker(engine, index, settings.index_dir),
    )

    kept_front.init_app(app, parts)
    security.init_app(app, settings)
    refusals.init_app(app)  # before the unit of work, so that it looks at the answer after that has ended
    current.init_app(app, parts)
    logs.init_app(app)
    sign_in.init_app(app)
    access.init_app(app)  # before the tokens of forms: an ended sign-in is told first
    CSRFProtect(app)
    for part in (errors, resend, filters, notices, administration, pages, routes):
        part.init_app(app)
    draining.init_app(parts)
    warming.init_app(app, parts)
    return app
