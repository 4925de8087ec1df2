"""The form by which a town declares how it uses a manual: what was typed, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.adoptions.declared import Declared
from kb.adoptions.models import Degree
from kb.adoptions.rules import LONGEST_NOTE, LONGEST_VALUE, VALUE, Mistake, Told
from kb.common_format.content import ManualContent
from kb.japanese.notation import wareki
from kb.web.current import now
from kb.web.input import form_prose, form_text

DEGREES = {
    Degree.REFERENCE: "自分の団体のやり方の参考にしている",
    Degree.PARTLY: "一部の手順を、この手順書のとおりに行っている",
    Degree.WHOLLY: "全体を、この手順書のとおりに行っている",
}
_TYPED = 5_000
"""Characters that a field may bring: more than is allowed, so that what is too long comes back to be cut, not lost."""


@dataclass(frozen=True)
class Word:
    """A word of the common text with the field for the town's own."""

    name: str
    key: str
    label: str
    default: str
    value: str


@dataclass(frozen=True)
class AdoptionForm:
    """What the form shows."""

    told: Told
    words: Sequence[Word]
    mistakes: Sequence[Mistake] = ()
    refusal: str = ""
    degrees: Sequence[tuple[str, str]] = tuple((degree.value, meaning) for degree, meaning in DEGREES.items())
    longest_note: int = LONGEST_NOTE
    longest_value: int = LONGEST_VALUE

    @property
    def ask_sure(self) -> bool:
        """Something typed looks like personal data, so that the form asks whether it is."""
        return self.told.sure or any(mistake.doubtful for mistake in self.mistakes)

    def wrong(self, field: str) -> str:
        """What is wrong with a field, "" when nothing."""
        return next((mistake.message for mistake in self.mistakes if mistake.field == field), "")


def sent(content: ManualContent) -> Told:
    """The form of this request on an edition; only the words that the edition has are read. Raises 400 for what is no text."""
    return Told(
        degree=form_text("degree", 40),
        note=form_prose("note", _TYPED),
        values={
            parameter.key: " ".join(form_prose(f"{VALUE}{number}", _TYPED).split())
            for number, parameter in enumerate(content.parameters, 1)
        },
        since=form_text("since", 80),
        sure=form_text("sure", 3) == "yes",
    )


def fresh() -> Told:
    """The form as it opens for a town that has declared nothing."""
    return Told(degree="", note="", since=wareki(now()))


def declared_before(declared: Declared) -> Told:
    """The form as it opens for what has been declared."""
    adoption = declared.adoption
    return Told(degree=adoption.degree.value, note=adoption.note, values=adoption.parameter_values)


def adoption_form(
    content: ManualContent, told: Told, mistakes: Sequence[Mistake] = (), refusal: str = ""
) -> AdoptionForm:
    """The form on an edition whose text for outsiders is `content`."""
    words = [
        Word(f"{VALUE}{number}", one.key, one.label, one.default, told.values.get(one.key, ""))
        for number, one in enumerate(content.parameters, 1)
    ]
    return AdoptionForm(told, words, mistakes, refusal)
