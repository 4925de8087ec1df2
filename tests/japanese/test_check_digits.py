"""Check digits against published numbers, and their laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.check_digits import is_municipality_code, municipality_check_digit, my_number_check_digit

eleven_digits = st.text("0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize("code", ["011002", "131016", "132012", "271004", "472018", "990019", "990027", "990035"])
def test_codes_of_towns(code: str) -> None:
    assert municipality_check_digit(code[:5]) == code[5]
    assert is_municipality_code(code)


@pytest.mark.parametrize("code", ["", "01100", "011003", "0110020", "０１１００２", "01100a", "011002\n"])
def test_what_is_not_a_code(code: str) -> None:
    assert not is_municipality_code(code)


@given(st.text("0123456789", min_size=5, max_size=5))
def test_a_town_code_has_exactly_one_right_last_digit(body: str) -> None:
    assert [digit for digit in "0123456789" if is_municipality_code(body + digit)] == [municipality_check_digit(body)]


@pytest.mark.parametrize(("body", "digit"), [("12345678901", "8"), ("00000000000", "0"), ("02345678901", "3")])
def test_the_digit_of_a_my_number(body: str, digit: str) -> None:
    assert my_number_check_digit(body) == digit


@given(eleven_digits)
def test_a_my_number_fulfils_the_rule_of_the_ordinance(body: str) -> None:
    digit = int(my_number_check_digit(body))
    from_the_right = [int(figure) for figure in reversed(body)]
    total = sum(p * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(from_the_right, start=1))
    rest = total % 11
    assert digit == (0 if rest <= 1 else 11 - rest)


@pytest.mark.parametrize("body", ["", "1234567890", "123456789012", "1234567890a", "１２３４５６７８９０１"])
def test_other_lengths_and_signs_are_refused(body: str) -> None:
    with pytest.raises(ValueError, match="11 digits"):
        my_number_check_digit(body)
