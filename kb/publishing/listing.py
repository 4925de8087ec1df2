"""The statement behind every list and page of publications, built once: composing and compiling it per request would
cost more than running it.

Parameters of every statement: `viewer_town` (`Viewer.own_town`), `audiences` that the viewer may read anywhere, `renderer`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, false, func, or_, select
from sqlmodel import SQLModel

from kb.accounts.models import Assignment, Department, Municipality, Post
from kb.accounts.rules import Viewer
from kb.common_format.content import ManualContent
from kb.db import UtcDateTime
from kb.manuals.models import Manual, Revision
from kb.publishing.fragments import renderer
from kb.publishing.models import Confirmation, Fragment, Publication
from kb.publishing.rules import audiences_of
from kb.standards.models import Procedure, WorkArea


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]  # every table=True model has one; Core is faster than the ORM here


_publication, _manual, _revision, _town = (_table(model) for model in (Publication, Manual, Revision, Municipality))
_procedure, _area, _post, _assignment = (_table(model) for model in (Procedure, WorkArea, Post, Assignment))
_fragment, _confirmation, _department = (_table(model) for model in (Fragment, Confirmation, Department))

_NOW = bindparam("now", type_=UtcDateTime)
_VIEWER_TOWN: BindParameter[str | None] = bindparam("viewer_town")
_WORK_AREA: BindParameter[str] = bindparam("work_area")

LIVE = and_(
    _publication.c.live_from <= _NOW,
    or_(_publication.c.live_until.is_(None), _publication.c.live_until > _NOW),
)
"""The publication is live at `now`."""
READABLE = or_(
    _publication.c.audience.in_(bindparam("audiences", expanding=True)),
    _manual.c.municipality_code == _VIEWER_TOWN,
)
"""`rules.may_read` for the viewer; the town of nobody and of an operator is NULL and equals none."""

CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "live": and_(LIVE, READABLE),
    "town": _manual.c.municipality_code == bindparam("town"),
    "slug": _manual.c.slug == bindparam("slug"),
    "procedure": _revision.c.procedure_key == bindparam("procedure"),
    "work_area": or_(_revision.c.work_area_code == _WORK_AREA, _area.c.parent_code == _WORK_AREA),
    "manuals": _publication.c.manual_id.in_(bindparam("manuals", expanding=True)),
    "publication": _publication.c.id == bindparam("publication"),
}
"""What a statement may be narrowed by; each takes the parameter of its name."""

_COLUMNS: Mapping[str, Any] = {
    "manual_id": _publication.c.manual_id,
    "publication_id": _publication.c.id,
    "revision_id": _publication.c.revision_id,
    "town_code": _manual.c.municipality_code,
    "town_name": _town.c.name,
    "town_population": _town.c.population,
    "slug": _manual.c.slug,
    "title": _revision.c.title,
    "procedure_key": _revision.c.procedure_key,
    "procedure_name": _procedure.c.name,
    "work_area_code": _revision.c.work_area_code,
    "work_area_name": _area.c.name,
    "edition": _publication.c.edition,
    "audience": _publication.c.audience,
    "published_at": _publication.c.live_from,
    "confirmed_at": func.coalesce(_confirmation.c.confirmed_at, _publication.c.live_from),
    "confirmed_by": _post.c.title,
    "change_note": _publication.c.change_note,
    "facts": _fragment.c.facts,
}


_CONFIRMED = ("confirmed_at", "confirmed_by")
_WHO_CONFIRMED = _assignment.c.id == func.coalesce(_confirmation.c.assignment_id, _publication.c.assignment_id)
_REVIEW_MONTHS: int = ManualContent.model_fields["review_months"].get_default()


def _newest_confirmation() -> ColumnElement[bool]:
    """Joins the last record of a publication; its id is found in the index, so that a list stays one statement."""
    one = _confirmation.alias()
    newest = select(func.max(one.c.id)).where(one.c.publication_id == _publication.c.id)
    found: ColumnElement[bool] = _confirmation.c.id == newest.correlate(_publication).scalar_subquery()
    return found


def _joined() -> Any:
    """Publications with what lists say of them. Who confirmed last: of the confirmation, else of the publication."""
    redacted = case((_manual.c.municipality_code == _VIEWER_TOWN, false()), else_=True)
    fragment = and_(
        _fragment.c.revision_id == _publication.c.revision_id,
        _fragment.c.renderer == bindparam("renderer"),
        _fragment.c.redacted == redacted,
    )
    return (
        _publication.join(_manual, _manual.c.id == _publication.c.manual_id)
        .join(_revision, _revision.c.id == _publication.c.revision_id)
        .join(_town, _town.c.code == _manual.c.municipality_code)
        .outerjoin(_procedure, _procedure.c.key == _revision.c.procedure_key)
        .outerjoin(_area, _area.c.code == _revision.c.work_area_code)
        .outerjoin(_confirmation, _newest_confirmation())
        .outerjoin(_assignment, _WHO_CONFIRMED)
        .outerjoin(_post, _post.c.id == _assignment.c.post_id)
        .outerjoin(_fragment, fragment)
    )


@cache
def rows(*conditions: str) -> Select[Any]:
    """Everything a list row needs, newest first, narrowed by the named conditions."""
    columns = [column.label(name) for name, column in _COLUMNS.items()]
    chosen = select(*columns).select_from(_joined()).where(*(CONDITIONS[name] for name in conditions))
    newest = chosen.order_by(_publication.c.live_from.desc(), _publication.c.id.desc())
    return newest.limit(bindparam("limit")).offset(bindparam("offset"))


@cache
def confirmations() -> Select[Any]:
    """The live manuals of a town, when each was last confirmed, and whose they are."""
    owner = _post.alias("owner")
    months = _revision.c.content["review_months"].as_integer()  # left out of a stored content that has the default
    return (
        select(
            *(_COLUMNS[name].label(name) for name in ("manual_id", "slug", "title", "edition", *_CONFIRMED)),
            owner.c.id.label("post_id"),
            owner.c.title.label("post_title"),
            _department.c.id.label("department_id"),
            _department.c.name.label("department_name"),
            func.coalesce(months, _REVIEW_MONTHS).label("review_months"),
        )
        .select_from(
            _publication.join(_manual, _manual.c.id == _publication.c.manual_id)
            .join(_revision, _revision.c.id == _publication.c.revision_id)
            .outerjoin(_confirmation, _newest_confirmation())
            .outerjoin(_assignment, _WHO_CONFIRMED)
            .outerjoin(_post, _post.c.id == _assignment.c.post_id)
            .outerjoin(owner, owner.c.id == _manual.c.post_id)
            .outerjoin(_department, _department.c.id == owner.c.department_id)
        )
        .where(LIVE, CONDITIONS["town"])
    )


@cache
def titles() -> Select[Any]:
    """The least that a search in titles needs of every live manual, newest first."""
    columns = (_COLUMNS[name].label(name) for name in ("manual_id", "title", "procedure_key", "town_code"))
    place = _publication.join(_manual, _manual.c.id == _publication.c.manual_id)
    chosen = select(*columns).select_from(place.join(_revision, _revision.c.id == _publication.c.revision_id))
    return chosen.where(CONDITIONS["live"]).order_by(_publication.c.live_from.desc(), _publication.c.id.desc())


@cache
def confirmed() -> Select[Any]:
    """Every live manual with the moment of its newest confirmation, else of its publication, whoever may read it."""
    columns = (_COLUMNS[name].label(name) for name in ("manual_id", "confirmed_at"))
    place = _publication.outerjoin(_confirmation, _newest_confirmation())
    return select(*columns).select_from(place).where(LIVE)


@cache
def live_publication() -> Select[Any]:
    """Number of the live publication at an address."""
    place = _publication.join(_manual, _manual.c.id == _publication.c.manual_id)
    conditions = (CONDITIONS[name] for name in ("town", "slug", "live"))
    return select(_publication.c.id.label("publication_id")).select_from(place).where(*conditions)


def parameters(viewer: Viewer, now: datetime | None = None, **narrowed: Any) -> dict[str, Any]:
    """Values for a statement: who looks, when (not needed without "live"), and what it is narrowed by."""
    values = {"viewer_town": viewer.own_town, "audiences": audiences_of(viewer), "renderer": renderer(), **narrowed}
    return values if now is None else {**values, "now": now}
