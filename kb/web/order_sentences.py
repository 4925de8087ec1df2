"""「なぜこの順?」 of the comparison: one sentence for each order, and what holds for all of them."""

from collections.abc import Mapping

from kb.web.compared import Rank

SENTENCES: Mapping[Rank, str] = {
    Rank.NEAR: "自分の団体が先で、次に同じ都道府県、隣の都道府県と、間にある県境の少ない順です。",
    Rank.PREFECTURE: "自分の団体が先で、次に同じ都道府県の団体、その後にほかの団体です。",
    Rank.SIZE: "自分の団体が先で、次に人口の比が近い順です。2倍の団体と半分の団体は、同じ近さです。",
    Rank.ADOPTED: "いま採用している団体が多い順です。",
    Rank.LIKED: "いまの版にいいねをしたほかの団体が多い順です。同じときは、いいねの人数、前の版へのいいねの人数の順で比べます。",
    Rank.NEWEST: "いまの版を公開した日が新しい順です。",
    Rank.CONFIRMED: "最後に確認した日が新しい順です。",
    Rank.MINUTES: "時間がわかっている手順を足した、1件あたりの時間が短い順です。",
    Rank.STEPS: "手順が少ない順です。",
    Rank.CORE: "職員必須かどうかを判定した手順のうち、職員必須の割合が低い順です。",
    Rank.TOWN: "団体コードの順です。",
}
TIES = "同じものどうしは、公開した日が新しいものが先です。わからないものは、いつも最後です。"


def order_sentence(rank: Rank, *, turned: bool) -> str:
    """How the rows are put in order, in plain words."""
    return SENTENCES[rank] + ("いまは、その反対の順にしています。" if turned else "") + TIES
