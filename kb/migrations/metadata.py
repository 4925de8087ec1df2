"""All tables in one place for Alembic, and how their column types are written into migrations."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import kb.accounts.models
import kb.activity.models
import kb.adoptions.models
import kb.asked.models
import kb.exemplars.models
import kb.forks.models
import kb.likes.models
import kb.manuals.models
import kb.publishing.models
import kb.readings.models
import kb.reports.models
import kb.searches.models
import kb.staffing.models
import kb.standards.models
import kb.wishes.models  # noqa: F401  # importing registers the tables
from kb.db import UtcDateTime

METADATA = SQLModel.metadata


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our types as plain SQLAlchemy ones, so that old migrations never need today's code."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    return False
