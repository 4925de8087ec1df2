"""Migrations lead from nothing to today's tables and back, on SQLite for real and for PostgreSQL as text."""

import shutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from kb.config import ROOT
from kb.db import create_engine
from kb.migrations import runner
from kb.migrations.metadata import METADATA


@pytest.fixture
def empty(tmp_path):
    """An engine on a database without any table."""
    made = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield made
    made.dispose()


def revisions() -> list[str]:
    """All revisions, oldest first."""
    scripts = ScriptDirectory.from_config(runner._config())  # the test's own look into Alembic's folder
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def tables(engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def differences(engine) -> list:
    """What autogenerate would write into a new migration."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": METADATA})
        return compare_metadata(context, METADATA)


def test_from_nothing_to_the_tables_of_the_models(empty):
    assert not runner.is_at_head(empty)
    runner.upgrade(empty)
    assert runner.is_at_head(empty)
    assert tables(empty) == set(METADATA.tables)
    assert differences(empty) == []


def test_a_difference_between_tables_and_models_would_be_seen(empty):
    runner.upgrade(empty)
    with empty.connect() as connection:
        connection.exec_driver_sql("DROP INDEX ix_publication_live_from")
        connection.exec_driver_sql("COMMIT")
    assert [difference[0] for difference in differences(empty)] == ["add_index"]


def test_upgrading_what_is_up_to_date_changes_nothing(empty):
    runner.upgrade(empty)
    before = _schema(empty)
    runner.upgrade(empty)
    assert _schema(empty) == before


def test_every_revision_goes_up_and_down_alone(empty):
    steps = revisions()
    schemas = []
    for revision in steps:
        schemas.append(_schema(empty))
        runner.upgrade(empty, revision)
    for revision, before in zip(["base", *steps[:-1]][::-1], schemas[::-1], strict=True):
        runner.downgrade(empty, revision)
        assert _schema(empty) == before
    assert tables(empty) == set()
    runner.upgrade(empty)
    assert differences(empty) == []


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty):
    with empty.connect() as connection:  # in the way of a table that the first migration makes late
        connection.exec_driver_sql("CREATE TABLE publication (id INTEGER)")
        connection.exec_driver_sql("COMMIT")
    with pytest.raises(Exception, match="publication"):
        runner.upgrade(empty)
    assert tables(empty) == {"publication"}


def test_migrations_need_no_code_of_today():
    """A migration that imports a room breaks when the room changes; it must say everything itself."""
    for script in ScriptDirectory.from_config(runner._config()).walk_revisions():
        with open(script.path, encoding="utf-8") as lines:
            imports = [line.strip() for line in lines if line.lstrip().startswith(("import ", "from "))]
        assert not [line for line in imports if "kb" in line or "sqlmodel" in line], script.path


def test_a_new_migration_is_written_from_what_differs(empty, tmp_path, monkeypatch):
    folder = tmp_path / "migrations"
    _copy_of_the_migrations(folder)
    monkeypatch.setattr(runner, "FOLDER", folder)
    runner.upgrade(empty)
    with empty.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE manual ADD COLUMN colour VARCHAR(10)")
        connection.exec_driver_sql("COMMIT")
    runner.write_migration(empty, "forget colours")
    (written,) = (folder / "versions").glob(f"{len(revisions()):04}*.py")
    text = written.read_text(encoding="utf-8")
    assert 'batch_op.drop_column("colour")' in text or "batch_op.drop_column('colour')" in text
    runner.upgrade(empty)
    assert differences(empty) == []


def test_our_column_types_are_written_as_plain_ones(empty, tmp_path, monkeypatch):
    """A migration stays readable to a program that has long changed its own types."""
    _copy_of_the_migrations(tmp_path / "migrations")
    monkeypatch.setattr(runner, "FOLDER", tmp_path / "migrations")
    runner.upgrade(empty)
    with empty.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE procedure DROP COLUMN summary")
        connection.exec_driver_sql("ALTER TABLE user DROP COLUMN disabled_at")
        connection.exec_driver_sql("COMMIT")
    runner.write_migration(empty, "say more")
    (written,) = (tmp_path / "migrations" / "versions").glob(f"{len(revisions()):04}*.py")
    text = written.read_text(encoding="utf-8")
    assert "sa.String(length=400)" in text
    assert "sa.DateTime()" in text
    assert "sqlmodel" not in text
    assert "kb." not in text


def _copy_of_the_migrations(folder) -> None:
    shutil.copytree(ROOT / "kb" / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))


def _schema(engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version' ORDER BY name"
        )
        return [row[0] for row in found]
