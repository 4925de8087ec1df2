"""An application whose clock a test moves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from kb.app import create_app
from kb.search.engines import open_index
from tests.world import settings_in


@dataclass
class MovingClock:
    """Tells the moment that it was moved to."""

    moment: datetime

    def __call__(self) -> datetime:
        """Now."""
        return self.moment

    def pass_by(self, **time: float) -> None:
        """Let time pass, such as `minutes=5`."""
        self.moment += timedelta(**time)


def app_by(clock: MovingClock, folder: Path, **changes: Any) -> Flask:
    """The application on the database in `folder`, by this clock."""
    settings = settings_in(folder, **changes)
    open_index(settings.index_dir).rebuild(iter(()))
    app = create_app(settings, clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app
