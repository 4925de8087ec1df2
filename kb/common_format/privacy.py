"""Personal data in a content: 個人番号, telephone numbers and e-mail addresses that have no place in a manual."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.common_format.content import ManualContent
from kb.common_format.header import ParameterKind
from kb.common_format.walk import Path, texts
from kb.japanese.check_digits import my_number_check_digit


class PersonalData(StrEnum):
    """What kind of personal data was found."""

    MY_NUMBER = "個人番号"
    PHONE = "電話番号"
    EMAIL = "メールアドレス"


@dataclass(frozen=True)
class PrivacyFinding:
    """Where something that looks like personal data stands. `excerpt` shows it masked, with a little around it."""

    path: Path
    label: str
    kind: PersonalData
    excerpt: str


_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x00A0: 0x20}
_PLAIN |= {ord(hyphen): ord("-") for hyphen in "‐‑‒–—―−ーｰ－"}

_GROUPED = "|".join(f"[0-9]{{{n}}}(?:[- ]{{1,2}}[0-9]{{{n}}}){{{12 // n - 1}}}" for n in (6, 4, 3, 2, 1))
_MY_NUMBER = re.compile(rf"(?<![0-9])(?<![0-9]-)(?=([0-9]{{12}}|{_GROUPED})(?!-?[0-9]))")
_PHONE_GROUPED = re.compile(
    r"(?<![0-9])(?<![0-9]-)\(?0[0-9]{1,4}[-() ]{1,2}(?:[0-9]{1,4}[-() ]{1,2}[0-9]{3,4}|[0-9]{5,8})(?!-?[0-9])"
)
_PHONE_RUN = re.compile(r"(?:(?<![0-9A-Za-z])(?<![0-9]-)|(?<=tel)|(?<=fax))0[0-9]{9,10}(?!-?[0-9])", re.IGNORECASE)
_PHONE_ABROAD = re.compile(r"\+81[- ]?(?:\(0\)|0)?[- ]?[1-9](?:[- ()]?[0-9]){8,9}(?!-?[0-9])")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_WEB_ADDRESS = re.compile(r"https?://[!-~]+")
_AROUND = 8


def personal_data(content: ManualContent, values: Mapping[str, str]) -> list[PrivacyFinding]:
    """What looks like personal data in `content` and in the town's `values`, in order of declaration.

    An office's number or address may stand in `contact` and in parameters of kind 電話 or メール (default and value);
    a 個人番号 may stand nowhere. The path of a town's value is `("values", key)`.
    """
    kinds = {parameter.key: parameter.kind for parameter in content.parameters}
    places = [(text.path, text.label, text.text) for text in texts(content)]
    places += [(("values", key), f"自団体の言葉の値「{key}」", value) for key, value in values.items()]
    return [
        PrivacyFinding(path, label, kind, _masked(text, start, end))
        for path, label, text in places
        for kind, start, end in _found(text)
        if kind not in _allowed(path, kinds)
    ]


def personal_data_in(text: str) -> list[tuple[PersonalData, str]]:
    """Kind and masked excerpt of what looks like personal data in a text that belongs to no content, such as a message."""
    return [(kind, _masked(text, start, end)) for kind, start, end in _found(text)]


def _allowed(path: Path, kinds: Mapping[str, ParameterKind]) -> frozenset[PersonalData]:
    if path in (("contact", "phone"), ("contact", "email")):
        return frozenset({PersonalData.PHONE, PersonalData.EMAIL})
    is_value = path[0] == "values" or (path[0] == "parameters" and path[-1] == "default")
    kind = kinds.get(path[1]) if is_value else None
    allowed = {ParameterKind.PHONE: PersonalData.PHONE, ParameterKind.EMAIL: PersonalData.EMAIL}
    return frozenset({allowed[kind]} if kind in allowed else ())


def _found(text: str) -> Iterator[tuple[PersonalData, int, int]]:
    """Kind, start and end of each find; the plain form has a sign for a sign, so places in it are places in `text`."""
    plain = text.translate(_PLAIN)
    numbers = [match.span(1) for match in _MY_NUMBER.finditer(plain) if _is_my_number(match[1])]
    yield from ((PersonalData.MY_NUMBER, *span) for span in numbers)
    outside = _WEB_ADDRESS.sub(lambda match: "/" * len(match[0]), plain)  # page numbers in addresses look like phones
    for start, end in _phones(outside):
        if not any(start < other_end and other_start < end for other_start, other_end in numbers):
            yield PersonalData.PHONE, start, end
    yield from ((PersonalData.EMAIL, *match.span()) for match in _EMAIL.finditer(plain))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _is_my_number(text: str) -> bool:
    digits = _digits(text)
    return my_number_check_digit(digits[:11]) == digits[11]


def _phones(plain: str) -> Iterator[tuple[int, int]]:
    patterns: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
        (_PHONE_GROUPED, _digits),
        (_PHONE_RUN, _digits),
        (_PHONE_ABROAD, lambda text: "0" + _digits(text)[2:].lstrip("0")),
    )
    for pattern, domestic in patterns:
        yield from (match.span() for match in pattern.finditer(plain) if _is_phone(domestic(match[0])))


def _is_phone(digits: str) -> bool:
    """Ten digits with a area or service code, or eleven as mobile, IP and 0800 numbers have.

    Source: 電気通信番号計画 (令和元年総務省告示第6号), 別表.
    """
    return re.fullmatch(r"0[1-9][0-9]{8}|0[2-9]0[0-9]{8}", digits) is not None


def _masked(text: str, start: int, end: int) -> str:
    inside = text[start:end]
    if "@" in inside or "＠" in inside:
        inside = re.sub(r"^[^@＠]+", "●●●", inside)
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return re.sub(r"[0-9０-９]", "●", f"{before}{inside}{after}").replace("\n", " ")
