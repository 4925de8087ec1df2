"""From a raw form to a content: what was typed, taken at its word."""

from collections.abc import Mapping
from typing import Any

from kb.common_format.checks_finding import Finding
from kb.common_format.content import ManualContent


def content_of_raw(raw: Mapping[str, Any]) -> ManualContent | list[Finding]:
    """The content that `raw` says, or why it says none (findings of the level draft, each with path and message).

    A number may be typed in full-width digits, with thousands separated and with its unit (「３」「1,200件」「5分」).
    An empty text is an empty text; an empty number or choice is the default of its field. Blank lines in a list of
    plain values, and items in which nothing at all is written, are left out; steps stay. So a content comes back equal
    from its raw form, but for items and list entries without a single character. A path in a finding is that of
    `walk`; `field_name` leads from it to the field on the form.
    """
    raise NotImplementedError


def lenient_content(raw: Mapping[str, Any]) -> ManualContent:
    """A content to show figures, lanes and the fill rate of, whatever `raw` is: values that cannot be read are left out.

    Equal to `content_of_raw(raw)` when that is a content. Never raises. Not to be saved.
    """
    raise NotImplementedError
