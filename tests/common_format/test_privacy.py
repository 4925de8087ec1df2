"""個人番号, phone numbers and addresses are found in any spelling; other numbers of an office's work are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.header import Contact, LegalBasis, Parameter, ParameterKind
from kb.common_format.privacy import PersonalData, PrivacyFinding, personal_data
from kb.japanese.check_digits import my_number_check_digit
from tests.common_format.build_manual import a_manual, a_step

WIDE = str.maketrans("0123456789- ", "０１２３４５６７８９－　")
MY_NUMBER = "123456789018"
spellings = st.sampled_from(
    [
        lambda n: n,
        lambda n: n.translate(WIDE),
        lambda n: f"{n[:4]} {n[4:8]} {n[8:]}",
        lambda n: f"{n[:4]}-{n[4:8]}-{n[8:]}",
        lambda n: f"{n[:4]} - {n[4:8]} - {n[8:]}".replace(" - ", "ー"),
        lambda n: f"{n[:4]} {n[4:8]} {n[8:]}".translate(WIDE),
        lambda n: f"{n[:3]}-{n[3:6]}-{n[6:9]}-{n[9:]}",
        lambda n: f"{n[:6]} {n[6:]}",
        lambda n: " ".join(n),
    ]
)
before_it = ["", "番号は", "令和8年4月1日", "第123号", "。", "3番窓口で ", "(", "\n", "様式第1号の2、"]
after_it = st.sampled_from(["", "です", "、第123号", "。", ")", "\n令和8年4月1日", " と"])


def found(text: str) -> list[PersonalData]:
    return [finding.kind for finding in personal_data(a_manual(a_step("te-a", action=text)), {})]


@settings(max_examples=150, deadline=None)
@given(
    st.text("0123456789", min_size=11, max_size=11), spellings, st.sampled_from([*before_it, "様式第1号の2 "]), after_it
)
def test_every_number_with_its_check_digit_is_found(body, spelled, before, after) -> None:
    number = body + my_number_check_digit(body)
    assert PersonalData.MY_NUMBER in found(f"{before}{spelled(number)}{after}")


@settings(max_examples=100, deadline=None)
@given(
    st.text("0123456789", min_size=11, max_size=11), st.integers(1, 9), spellings, st.sampled_from(before_it), after_it
)
def test_a_number_with_a_wrong_check_digit_is_not(body, off, spelled, before, after) -> None:
    wrong = str((int(my_number_check_digit(body)) + off) % 10)
    assert PersonalData.MY_NUMBER not in found(f"{before}{spelled(body + wrong)}{after}")


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789", min_size=13, max_size=16), st.sampled_from(before_it))
def test_a_longer_number_such_as_a_corporate_number_is_left_alone(digits, before) -> None:
    assert found(f"{before}{digits}") == []


@pytest.mark.parametrize(
    "text",
    [
        "03-1234-5678",
        "0466-12-3456",
        "04992-1-2345",
        "(03)1234-5678",
        "03(1234)5678",
        "０３－１２３４－５６７８",
        "03 1234 5678",
        "090-1234-5678",
        "09012345678",
        "070 1234 5678",
        "050-1234-5678",
        "0312345678",
        "03-12345678",
        "TEL0312345678",
        "0120-123-456",
        "0120123456",
        "0800-123-4567",
        "0570-012-345",
        "+81-3-1234-5678",
        "+81 90 1234 5678",
        "03ー1234ー5678",
        "０９０‐１２３４‐５６７８",
        "電話03-1234-5678(内線 210)",
        "令和8年4月1日03-1234-5678へ",
    ],
)
def test_phone_numbers(text: str) -> None:
    assert found(text) == [PersonalData.PHONE]


@pytest.mark.parametrize(
    "text",
    ["taro.yamada@example.jp", "連絡はTARO@city.example.lg.jpへ", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "<a+b@c-d.jp>"],
)
def test_addresses(text: str) -> None:
    assert found(text) == [PersonalData.EMAIL]


@pytest.mark.parametrize(
    "text",
    [
        "令和8年4月1日",
        "第123号",
        "2026年4月1日から2027年3月31日",
        "2026-04-01",
        "昭和42年法律第81号",
        "法人番号 1234567890123",
        "団体コード 990019",
        "〒100-0001",
        "9,600件",
        "午前8時30分〜17時15分",
        "08:30-17:15",
        "様式第1号の2",
        "0.2",
        "3-1-2",
        "342AC0000000081",
        "325AC0100000226",
        "https://laws.e-gov.go.jp/law/342AC0000000081",
        "1-2345-6789-0123",
        "https://www.city.example.jp/0312345678.html",
        "@窓口",
        "a@b",
        "01-02-03",
        "0123456789012",
        "住民票(0120)",
        "{{電話}}",
    ],
)
def test_numbers_of_everyday_work_are_left_alone(text: str) -> None:
    assert found(text) == []
    assert found(f"令和8年4月1日{text}、第123号") == []


def test_an_office_may_give_its_number_and_address_in_contact() -> None:
    contact = Contact(phone="03-1234-5678(内線 210)", email="shimin@example.jp")
    assert personal_data(a_manual(contact=contact), {}) == []
    place = a_manual(contact=Contact(place="03-1234-5678"))
    assert [finding.path for finding in personal_data(place, {})] == [("contact", "place")]


def test_a_parameter_may_hold_what_its_kind_says() -> None:
    def kinds(kind: ParameterKind) -> list[tuple[str, ...]]:
        parameter = Parameter(key="連絡先", default="03-1234-5678", kind=kind)
        content = a_manual(parameters=(parameter,))
        return [finding.path for finding in personal_data(content, {"連絡先": "090-1234-5678"})]

    assert kinds(ParameterKind.PHONE) == []
    assert kinds(ParameterKind.TEXT) == [("parameters", "連絡先", "default"), ("values", "連絡先")]
    assert kinds(ParameterKind.EMAIL) == kinds(ParameterKind.TEXT)
    email = a_manual(parameters=(Parameter(key="宛先", kind=ParameterKind.EMAIL),))
    assert personal_data(email, {"宛先": "shimin@example.jp"}) == []
    assert len(personal_data(email, {"ほか": "shimin@example.jp"})) == 1


def test_a_my_number_may_stand_nowhere() -> None:
    contact = Contact(phone=MY_NUMBER)
    parameters = (Parameter(key="電話", default=MY_NUMBER, kind=ParameterKind.PHONE),)
    assert len(personal_data(a_manual(contact=contact, parameters=parameters), {"電話": MY_NUMBER})) == 3


def test_a_finding_names_its_field_and_shows_no_digit() -> None:
    basis = LegalBasis(uid="hou-a", name=f"個人番号１２３ 4567 8901 8 と {MY_NUMBER} の例")
    assert personal_data(a_manual(legal_bases=(basis,)), {}) == [
        PrivacyFinding(
            path=("legal_bases", "hou-a", "name"),
            label="根拠法令1 › 名称",
            kind=PersonalData.MY_NUMBER,
            excerpt="●●● ● と ●●●●●●●●●●●● の例",
        )
    ]
    (mail,) = personal_data(a_manual(a_step("te-a", action="宛先 taro1@example.jp")), {})
    assert mail.excerpt == "宛先 ●●●@example.jp"


@pytest.mark.parametrize("sign", ["a", "0", "1-", "0 ", "a.", "a@", "(0", "+81 "])
def test_a_long_text_of_one_sign_has_no_personal_data(sign: str) -> None:
    assert PersonalData.EMAIL not in found(sign * (20_000 // len(sign)))
