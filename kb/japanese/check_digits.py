"""Check digits of Japanese public numbers. Digits are ASCII text, because leading zeros matter."""

import re

_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_MUNICIPALITY_WEIGHTS = (6, 5, 4, 3, 2)


def my_number_check_digit(body: str) -> str:
    """The 12th digit of a 個人番号 for its first 11 digits.

    Source: 行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び個人番号カード並びに
    情報提供ネットワークシステムによる特定個人情報の提供等に関する省令 (平成26年総務省令第85号) 第5条. Raises ValueError unless
    `body` is 11 ASCII digits.
    """
    rest = _weighted(body, _MY_NUMBER_WEIGHTS) % 11
    return "0" if rest <= 1 else str(11 - rest)


def municipality_check_digit(body: str) -> str:
    """The 6th digit of a 全国地方公共団体コード for its first five (prefecture 2, municipality 3).

    Source: 総務省「全国地方公共団体コード仕様」. Raises ValueError unless `body` is five ASCII digits.
    """
    return str((11 - _weighted(body, _MUNICIPALITY_WEIGHTS) % 11) % 10)


def is_municipality_code(code: str) -> bool:
    """Whether `code` is six ASCII digits of which the last is the check digit of the others."""
    return re.fullmatch(r"[0-9]{6}", code) is not None and municipality_check_digit(code[:5]) == code[5]


def _weighted(body: str, weights: tuple[int, ...]) -> int:
    if re.fullmatch(f"[0-9]{{{len(weights)}}}", body) is None:
        raise ValueError(f"{len(weights)} digits are needed, not {body!r}")
    return sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
