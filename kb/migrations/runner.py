"""Run migrations from the program: upgrade, downgrade, write a new one, or compile them for PostgreSQL."""

import io

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from kb.config import ROOT

FOLDER = ROOT / "kb" / "migrations"
"""Alembic's folder: its entry `env.py`, the template of a migration, and `versions/`."""


def _config(**attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes.update(attributes)
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision, all or nothing."""
    with engine.execution_options(kb_write=True).begin() as connection:
        command.upgrade(_config(connection=connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the database back to a revision ("base" empties it), all or nothing."""
    with engine.execution_options(kb_write=True).begin() as connection:
        command.downgrade(_config(connection=connection), to)


def write_migration(engine: Engine, message: str) -> None:
    """Write a migration file for what differs between the models and an up-to-date database."""
    number = len(list((FOLDER / "versions").glob("[0-9]*.py"))) + 1
    with engine.connect() as connection:
        command.revision(_config(connection=connection), message=message, autogenerate=True, rev_id=f"{number:04}")


def is_at_head(engine: Engine) -> bool:
    """Whether the database is at the newest revision."""
    with engine.connect() as connection:
        held = MigrationContext.configure(connection).get_current_revision()
    return held == ScriptDirectory.from_config(_config()).get_current_head()


def known_revisions() -> frozenset[str]:
    """Every revision that this version of the program can start from."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def sql_for(url: str) -> str:
    """All migrations from empty as SQL text for another database, e.g. `postgresql://`."""
    config = _config(url=url)
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    return config.output_buffer.getvalue()
