"""Verbs on manuals: begin one, save a revision."""

from datetime import datetime

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.common_format.content import FORMAT_VERSION, ManualContent
from kb.common_format.envelope import Provenance
from kb.common_format.parameters import expand
from kb.errors import Conflict, NotAllowed
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import last_number, manual_at
from kb.manuals.rules import may_write
from kb.standards.models import Procedure, WorkArea

_NOT_YOURS = "この団体の手順書を作成する役割がありません。管理者に「作成者」の役割を頼んでください。"


def begin_manual(session: Session, municipality_code: str, slug: str, *, by: Viewer, at: datetime) -> Manual:
    """A new manual without content at `/towns/<code>/manuals/<slug>`.

    Raises NotAllowed when `by` may not write for the town, Conflict when the address is taken.
    """
    acting = may_write(by, municipality_code)
    if acting is None:
        raise NotAllowed(_NOT_YOURS)
    if manual_at(session, municipality_code, slug) is not None:
        raise Conflict(f"「{slug}」という名前の手順書が既にあります。別の名前を付けてください。")
    manual = Manual(municipality_code=municipality_code, slug=slug, post_id=acting.post_id, created_at=at)
    session.add(manual)
    session.flush()
    return manual


def save_revision(
    session: Session,
    manual: Manual,
    content: ManualContent,
    *,
    by: Viewer,
    at: datetime,
    values: dict[str, str] | None = None,
    provenance: Provenance | None = None,
    note: str = "",
) -> Revision:
    """Keep content as the manual's next revision. Raises NotAllowed when `by` may not write for the town.

    A procedure or work area that the yardstick does not have is kept in the content, where publishing refuses it.
    """
    acting = may_write(by, manual.municipality_code)
    if acting is None:
        raise NotAllowed(_NOT_YOURS)
    revision = Revision(
        manual_id=manual.id,
        number=last_number(session, manual.id) + 1,
        title=expand(content, values or {}).title,
        procedure_key=_known(session, Procedure, content.procedure),
        work_area_code=_known(session, WorkArea, next(iter(content.work_areas), None)),
        format_version=FORMAT_VERSION,
        content=content.model_dump(mode="json", exclude_defaults=True),
        parameter_values=dict(values or {}),
        provenance=provenance.model_dump(mode="json") if provenance else None,
        note=note,
        saved_at=at,
        assignment_id=acting.assignment_id,
    )
    session.add(revision)
    session.flush()
    return revision


def _known(session: Session, table: type[Procedure] | type[WorkArea], key: str | None) -> str | None:
    return key if key and session.get(table, key) else None
