"""A content cut into the passages that a hit can open at; anchors are those of `templates/fragments/article.html`."""

from collections.abc import Iterator

from kb.common_format.content import ManualContent
from kb.common_format.step import Step
from kb.search.index import Passage


def passages(content: ManualContent) -> Iterator[Passage]:
    """The passages of a content in page order, empty ones left out."""
    for passage in (
        _summary(content),
        *(_step(number, step) for number, step in enumerate(content.steps, 1)),
        *_lists(content),
        *(Passage(f"exception-{case.uid}", f"例外 {case.title}", case.body) for case in content.exceptions),
        *(Passage(f"faq-{faq.uid}", f"よくある質問 {faq.q}", faq.a) for faq in content.faq),
        Passage("reuse", "横展開のポイント", content.reuse_tips),
        Passage("handover", "引継ぎメモ", content.handover_note),
    ):
        if passage.text:
            yield passage


def _summary(content: ManualContent) -> Passage:
    purpose = content.purpose
    parts = (purpose.what, purpose.outcome, purpose.for_whom, purpose.aim, content.target, content.fee)
    return Passage("overview", "概要", _joined(*parts))


def _step(number: int, step: Step) -> Passage:
    parts = (step.action, *step.inputs, *step.outputs, *step.cautions, step.reason, step.system)
    forms = (form.name for form in step.forms)
    points = (point.item for point in step.checklist)
    conditions = (branch.condition for branch in step.branches)
    risks = (risk.risk for risk in step.risks)
    around = (step.actor.lane if step.actor else "", step.deadline, step.legal_article)
    text = _joined(*parts, *forms, *points, *conditions, *risks) or step.title
    return Passage(f"step-{step.uid}", f"手順{number} {step.title}", _joined(text, *around))


def _lists(content: ManualContent) -> Iterator[Passage]:
    documents = (f"{document.name} {document.condition}" for document in content.required_documents)
    laws = (f"{law.name} {law.article}" for law in content.legal_bases)
    forms = (f"{form.name} {form.number}" for form in content.official_forms)
    yield Passage("documents", "必要書類", _joined(*documents))
    yield Passage("legal", "根拠法令", _joined(*laws))
    yield Passage("forms", "様式", _joined(*forms))


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part.strip())
