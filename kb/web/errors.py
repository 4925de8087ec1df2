"""Error pages: a Japanese sentence that says what happened, and what to do."""

import logging
from dataclasses import dataclass

from flask import Flask, g, render_template
from werkzeug.exceptions import HTTPException

from kb.accounts.rules import ANYONE
from kb.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound

_log = logging.getLogger(__name__)
_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 422),
)


@dataclass(frozen=True)
class Explanation:
    """What an error page says."""

    title: str
    message: str
    advice: tuple[str, ...] = ()


_AGAIN = "しばらく待ってから、もう一度お試しください。"
EXPLANATIONS = {
    400: Explanation(
        "受け付けられない内容です",
        "送られた内容を読み取れませんでした。",
        ("前のページに戻り、入力を確かめてもう一度お試しください。",),
    ),
    403: Explanation(
        "この操作はできません", "この操作をする権限がありません。", ("所属の管理者にお問い合わせください。",)
    ),
    404: Explanation(
        "ページが見つかりません",
        "お探しのページは、ないか、公開されていません。",
        ("アドレスが正しいか確かめてください。", "庁内の手順書は、自分の団体の職員としてログインすると読めます。"),
    ),
    405: Explanation(
        "この操作はできません",
        "このアドレスでは、その操作を受け付けていません。",
        ("最初のページからやり直してください。",),
    ),
    409: Explanation(
        "ほかの変更と重なりました",
        "ほかの人の変更と重なったため、保存していません。",
        ("最新の内容を確かめてから、やり直してください。",),
    ),
    413: Explanation(
        "内容が大きすぎます",
        "送られた内容が大きすぎて、受け付けられません。",
        ("内容を分けて、もう一度お試しください。",),
    ),
    422: Explanation(
        "保存できませんでした", "入力に直すところがあります。", ("前のページに戻り、入力を確かめてください。",)
    ),
    429: Explanation("しばらくお待ちください", "短い間に何度も操作があったため、受付を止めています。", (_AGAIN,)),
    500: Explanation("うまく表示できませんでした", "こちらの不具合で、処理を終えられませんでした。", (_AGAIN,)),
    503: Explanation("準備中です", "いまは利用できません。", (_AGAIN,)),
}


def init_app(app: Flask) -> None:
    """Show our pages for every kind of error."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _domain_error(error: DomainError) -> tuple[str, int]:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return _page(status, error.message), status


def _http_error(error: HTTPException) -> HTTPException | tuple[str, int]:
    status = error.code or 500
    if status < 400:
        return error
    return _page(status, None), status


def _unexpected(error: Exception) -> tuple[str, int]:
    _log.error("unexpected error", exc_info=error)
    g.setdefault("viewer", ANYONE)  # the page must not ask a database that may be the trouble
    return _page(500, None), 500


def _page(status: int, message: str | None) -> str:
    said = EXPLANATIONS.get(status, EXPLANATIONS[500 if status >= 500 else 400])
    return render_template(
        "errors/show.html",
        code=status,
        title=said.title,
        message=message or said.message,
        advice=said.advice,
        request_id=g.get("request_id"),
    )
