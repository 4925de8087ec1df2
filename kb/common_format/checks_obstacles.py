"""What publishing refuses. One function per rule; `RULES` is the list."""

from collections.abc import Iterator

from kb.common_format.checks_finding import Remark, Rule, Setting
from kb.common_format.content import ManualContent
from kb.common_format.fill import is_set
from kb.common_format.parameters import keys_in, unknown_keys
from kb.common_format.privacy import personal_data
from kb.common_format.walk import BETWEEN, places, texts


def required(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A field declared `required` is empty, wherever it stands."""
    for place in places(content):
        if place.spec.required and not is_set(place.value):
            verb = "1つ以上作ってください" if isinstance(place.value, tuple) else "書いてください"
            yield Remark(place.path, place.label, f"「{place.label}」を{verb}。")


def procedure_or_work_area(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """Neither a procedure nor a work area is chosen, so that nobody could find the manual by its work."""
    if not content.procedure and not content.work_areas:
        yield Remark(("procedure",), "標準業務", "標準業務か業務分類のどちらかを選んでください。")


def legal_basis(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """No legal basis and no statement that there is none, or both at once."""
    if not content.legal_bases and not content.no_legal_basis:
        message = "根拠法令を1つ以上書いてください。ないときは「根拠法令なし」を選んでください。"
        yield Remark(("legal_bases",), "根拠法令", message)
    if content.legal_bases and content.no_legal_basis:
        message = "根拠法令が書かれています。「根拠法令なし」の選択を外すか、根拠法令を消してください。"
        yield Remark(("no_legal_basis",), "根拠法令なし", message)


def known_procedure(content: ManualContent, setting: Setting) -> Iterator[Remark]:
    """The procedure is not in the list of standard procedures."""
    if content.procedure and content.procedure not in setting.vocabulary.procedures:
        message = f"標準業務「{content.procedure}」は一覧にありません。一覧から選び直してください。"
        yield Remark(("procedure",), "標準業務", message)


def known_work_areas(content: ManualContent, setting: Setting) -> Iterator[Remark]:
    """A work area is not in the list."""
    for index, code in enumerate(content.work_areas):
        if code not in setting.vocabulary.work_areas:
            message = f"業務分類「{code}」は一覧にありません。一覧から選び直してください。"
            yield Remark(("work_areas", str(index)), "業務分類", message)


def known_phases(content: ManualContent, setting: Setting) -> Iterator[Remark]:
    """A step's phase is not one of the common phases, so that towns could not be compared."""
    for index, step in enumerate(content.steps, start=1):
        if step.phase and step.phase not in setting.vocabulary.phases:
            message = f"工程「{step.phase}」は共通の工程にありません。一覧から選び直してください。"
            yield Remark(("steps", step.uid, "phase"), f"手順{index}{BETWEEN}工程", message)


def declared_parameters(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A text refers to a word that is not among the parameters."""
    unknown = unknown_keys(content)
    for text in texts(content.model_copy(update={"parameters": ()})) if unknown else ():
        for key in sorted(unknown & keys_in(text.text)):
            message = f"「{{{{{key}}}}}」は「自団体の言葉」にありません。登録するか、文字を直してください。"
            yield Remark(text.path, text.label, message)


def no_personal_data(content: ManualContent, setting: Setting) -> Iterator[Remark]:
    """Something looks like personal data and nobody has let it pass."""
    for found in personal_data(content, setting.values):
        if (found.path, found.kind) not in setting.waived:
            message = f"{found.kind.value}のような記載があります(…{found.excerpt}…)。消すか、個人のものでない理由を添えて確認済みにしてください。"
            yield Remark(found.path, found.label, message)


RULES: tuple[Rule, ...] = (
    required,
    procedure_or_work_area,
    legal_basis,
    known_procedure,
    known_work_areas,
    known_phases,
    declared_parameters,
    no_personal_data,
)
