"""The page that lies beside a town's files and tells a person what they are."""

README = "README.txt"


def readme(town: str) -> str:
    """Its text, the same for the same town."""
    return _TEXT.format(town=town)


_TEXT = """{town}の業務手順書(ものさし)

このフォルダーには、{town}の手順書と、それを公開してきた記録がすべて入っています。

取り扱いの注意
・「庁内限り」の部分、庁内だけに公開した手順書、公開していない控えも、そのまま入っています。
・職員の氏名と職員IDが入っています。パスワードは入っていません。
・団体の外に渡すときは、このフォルダーではなく、画面の「ダウンロード」を使ってください。

中身
README.txt                      この説明
town.yml                        所管課、職、職員、配置、参加の期間、採用している他団体の手順書
manuals/名前/manual.yml         控え・公開・確認・保管・派生の記録(日時、職名、改訂の内容)
manuals/名前/edition-番号.md    公開した版の本文
manuals/名前/revision-番号.md   公開していない控えの本文
checksums.txt                   各ファイルの検査値(SHA-256)

本文は文字だけのファイルです。メモ帳などで開いて読めます。
書きかけの下書き、閲覧の記録、読んだ人からの指摘、できごとの記録は入っていません。
いいねは職員一人ひとりのものなので、入っていません。

取り込み
空の団体に取り込むと、手順書、版、控え、職、配置が元のとおりに戻ります。
派生と採用の記録は、相手の団体の手順書を先に取り込んであれば、つながります。
職員は招待された状態で戻ります。管理者が招待のリンクを作り、各自がパスワードを決めてください。

    python -m kb import フォルダー名

ファイルを直したときは、検査値も作り直してください。

    find README.txt town.yml manuals -type f | xargs sha256sum > checksums.txt
"""
