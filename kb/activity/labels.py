"""What happened, in words: one line for each kind of activity. A kind without a line is shown as it is."""

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "sign_in.begun": "ログインした",
    "sign_in.refused": "ログインに失敗した",
    "sign_in.ended": "ログアウトした",
    "sign_in.all_ended": "すべての端末からログアウトした",
    "password.changed": "パスワードを変えた",
    "invitation.made": "パスワードを決めるリンクを作った",
    "invitation.used": "リンクからパスワードを決めた",
    "person.invited": "職員を招待した",
    "person.renamed": "職員の氏名を直した",
    "account.disabled": "アカウントの利用を停止した",
    "account.enabled": "アカウントの利用を再開した",
    "department.opened": "所属を作った",
    "department.renamed": "所属の名前を変えた",
    "department.closed": "所属を廃止した",
    "post.opened": "職を作った",
    "post.renamed": "職の名前を変えた",
    "post.closed": "職を廃止した",
    "assignment.begun": "職員を配置した",
    "assignment.ended": "配置の終わりを決めた",
    "manual.begun": "手順書を作り始めた",
    "revision.saved": "手順書の控えを保存した",
    "revision.restored": "手順書を前の控えに戻した",
    "publication.begun": "手順書を公開した",
    "publication.withdrawn": "手順書の公開をやめた",
    "publication.cancelled": "手順書の公開の予約を取り消した",
    "confirmation.made": "手順書を確かめた(変更なし)",
    "waiver.made": "個人情報ではないと確かめた",
    "archival.begun": "手順書を保管に移した",
    "archival.ended": "手順書を保管から戻した",
    "report.made": "手順書への指摘があった",
    "report.settled": "指摘に答えた",
    "fork.made": "ほかの団体の手順書を取り入れた",
    "exemplar.chosen": "手順書が模範に選ばれた",
    "exemplar.ended": "模範の期間が早めに終えられた",
    "adoption.begun": "ほかの団体の手順書を採用した",
    "adoption.ended": "ほかの団体の手順書の採用を終えた",
    "wish.made": "ほしい手順書を挙げた",
    "wish.removed": "ほしい手順書を取り除いた",
    "wish_vote.given": "ほしい手順書に「うちもほしい」と伝えた",
    "wish_vote.ended": "「うちもほしい」を取り消した",
    "undertaking.begun": "ほしい手順書を引き受けた",
    "undertaking.ended": "ほしい手順書の引き受けをやめた",
    "town.joined": "団体が参加した",
    "town.left": "団体が参加を終えた",
    "town.exported": "団体のデータを書き出した",
    "town.imported": "団体のデータを取り込んだ",
    "backup.restored": "バックアップから戻した",
    "access.refused": "権限のない操作をしようとした",
}


_DETAILS = {("invitation.made", "joining"): "招待", ("invitation.made", "reset"): "パスワードを忘れたとき"}


def label(kind: str) -> str:
    """The words for a kind of activity; the kind itself when nobody has given it words."""
    return LABELS.get(kind, kind)


def detail_label(kind: str, detail: str) -> str:
    """The words for what a record adds to its kind; most are words already."""
    return _DETAILS.get((kind, detail), detail)
