"""What a reader of a manual gets to see: its content made ready for one kind of reader, as a value.

Redaction comes first, then the town's words: nothing that was 庁内限り reaches a later stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.common_format.content import ManualContent
from kb.common_format.figures import Figures, figures
from kb.common_format.flow import flow, text_alternative
from kb.common_format.flow_svg import swimlane_svg
from kb.common_format.parameters import expand
from kb.common_format.redact import redact
from kb.markup import safe_html


@dataclass(frozen=True)
class ReadyContent:
    """A content as one kind of reader sees it, with its prose as safe HTML and its flow as SVG."""

    content: ManualContent
    figures: Figures
    html: Mapping[str, str]
    """Safe HTML of prose, by uid of step, exception or question, or by name of the field."""
    flow_svg: str
    flow_text: list[str]


def readable_content(content: ManualContent, values: Mapping[str, str], *, redacted: bool) -> ManualContent:
    """The content in the town's own words, without its 庁内限り parts when `redacted`."""
    return expand(redact(content) if redacted else content, values)


def ready(content: ManualContent, values: Mapping[str, str], *, redacted: bool) -> ReadyContent:
    """Make a content ready for reading. Costs tens of milliseconds: done at publication, not per request."""
    seen = readable_content(content, values, redacted=redacted)
    drawn = flow(seen)
    return ReadyContent(
        content=seen,
        figures=figures(seen),
        html=_prose(seen),
        flow_svg=swimlane_svg(drawn),
        flow_text=text_alternative(drawn),
    )


def _prose(content: ManualContent) -> dict[str, str]:
    texts = {step.uid: step.action for step in content.steps}
    texts |= {case.uid: case.body for case in content.exceptions}
    texts |= {question.uid: question.a for question in content.faq}
    texts |= {
        "reuse_tips": content.reuse_tips,
        "handover_note": content.handover_note,
        "as_is": content.improvement.as_is,
        "to_be": content.improvement.to_be,
    }
    return {name: safe_html(text) for name, text in texts.items()}
