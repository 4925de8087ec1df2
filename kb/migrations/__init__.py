"""Alembic migrations; run by `kb prepare`, each reversible."""
