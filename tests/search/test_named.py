"""Names of towns in queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.named import Named, Town, TownsByName

TOWNS = TownsByName(
    [
        Town("990019", "青葉市(見本)", "あおばし", "見本県"),
        Town("990027", "若松町", "わかまつまち", "見本県"),
        Town("990035", "緑川村", "みどりかわむら", "見本県"),
        Town("132063", "府中市", "ふちゅうし", "東京都"),
        Town("342084", "府中市", "ふちゅうし", "広島県"),
        Town("341002", "広島市", "ひろしまし", "広島県"),
        Town("342122", "東広島市", "ひがしひろしまし", "広島県"),
        Town("192104", "甲斐市", "かいし", "山梨県"),
        Town("352101", "光市", "ひかりし", "山口県"),
    ]
)


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("青葉市 転入", ["990019"], "転入"),
        ("緑川村の住民税", ["990035"], "住民税"),
        ("住民税 緑川村", ["990035"], "住民税"),
        ("青葉市", ["990019"], ""),
        ("990019 転入", ["990019"], "転入"),
        ("府中市 転入", ["132063", "342084"], "転入"),
        ("東京都府中市の転入", ["132063"], "転入"),
        ("東広島市 税", ["342122"], "税"),
        ("青葉市 若松町 税", ["990019", "990027"], "税"),
        ("青葉市における税", ["990019"], "税"),
    ],
)
def test_a_name_in_full_is_taken_out(text: str, codes: list[str], rest: str) -> None:
    named = TOWNS.named(text)
    assert named is not None
    assert (list(named.codes), named.rest, named.sure) == (codes, rest, True)


@pytest.mark.parametrize("text", ["若松 保育所", "若松の保育所", "わかまつまち 保育所", "ワカマツマチ 保育所"])
def test_a_name_that_may_be_another_word_is_not_sure(text: str) -> None:
    name = text.replace("の", " ").split()[0]
    assert TOWNS.named(text) == Named((name,), ("990027",), "保育所", sure=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "転入",
        "青葉市民の転入",  # 市民 is the word
        "若松様の転入",
        "府中 転入",  # two towns are called so
        "光 熱費",
        "かいし 届",  # 開始 sounds alike
        "「青葉市」 転入",
        '"青葉市" 転入',
        "転入 -青葉市",
        "青葉市 OR 若松町",
        "青葉市または 転入 または 若松町",
        "青葉市から転入",
    ],
)
def test_what_names_no_town_is_left_alone(text: str) -> None:
    assert TOWNS.named(text) is None


@given(st.text('青葉市若松町の 見本県「」"-ORa\u3000１', max_size=20) | st.text(max_size=20))
def test_any_text_is_read_and_gets_no_longer(text: str) -> None:
    named = TOWNS.named(text)
    assert named is None or (named.codes and named.names and len(named.rest) <= 4 * len(text))
