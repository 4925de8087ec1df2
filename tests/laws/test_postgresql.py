"""The migrations can be carried to PostgreSQL, the database of towns that outgrow one machine."""

import re

from kb.migrations import runner
from kb.migrations.metadata import METADATA


def test_every_table_is_made_on_postgresql_too() -> None:
    sql = runner.sql_for("postgresql://")
    made = set(re.findall(r'CREATE TABLE "?(\w+)"?', sql))
    assert made == {*METADATA.tables, "alembic_version"}
    assert set(re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", sql)) == {
        index.name for table in METADATA.tables.values() for index in table.indexes
    }


def test_the_migrations_are_one_transaction_on_postgresql_too() -> None:
    statements = [line for line in runner.sql_for("postgresql://").splitlines() if line.strip()]
    assert (statements[0], statements[-1]) == ("BEGIN;", "COMMIT;")


def test_nothing_in_them_is_for_sqlite_alone() -> None:
    sql = runner.sql_for("postgresql://")
    assert "AUTOINCREMENT" not in sql
    assert "PRAGMA" not in sql
    assert "DATETIME" not in sql  # PostgreSQL says TIMESTAMP
