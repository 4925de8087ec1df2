"""From a finding to the field of the editor that it speaks of."""

from flask import url_for

from kb.common_format.raw import field_name
from kb.common_format.walk import Path
from kb.manuals.models import Draft, Manual
from kb.manuals.queries import draft_on
from kb.manuals.rules import may_write_draft
from kb.web.current import session, viewer

_EDITOR = "drafts.edit"
_BEGIN = "#begin-editing"
"""The form of the page that begins editing."""


class FieldLinks:
    """The links of one page: into the viewer's draft of a manual, or to the form that begins one."""

    def __init__(self, manual: Manual) -> None:
        self._draft = _own_draft(manual)

    @property
    def draft_url(self) -> str | None:
        """The editor, None while the viewer has no draft of the manual."""
        return url_for(_EDITOR, number=self._draft.id) if self._draft else None

    def to(self, path: Path) -> str:
        """Where the field at `path` is put right; the town's value of a word stands beside the word."""
        if self._draft is None:
            return _BEGIN
        name = field_name(self._draft.raw["content"], ("parameters", *path[1:]) if path[0] == "values" else path)
        return url_for(_EDITOR, number=self._draft.id, open=name or None, _anchor=name or None)


def begin_url(manual: Manual) -> str:
    """Where the form goes that begins editing a manual."""
    return url_for("drafts.create", code=manual.municipality_code, slug=manual.slug)


def _own_draft(manual: Manual) -> Draft | None:
    number = viewer().user_id
    if number is None:
        return None
    draft = draft_on(session(), number, manual.id)
    return draft if draft is not None and may_write_draft(viewer(), draft) else None
