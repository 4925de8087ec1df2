"""Error pages: a Japanese sentence that says what happened, and what to do."""

import logging
from dataclasses import dataclass

from flask import Flask, g, make_response, redirect, render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from kb.accounts.rules import ANYONE
from kb.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from kb.search.index import IndexUnusable
from kb.web.current import parts, viewer
from kb.web.reloading import form_address

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


STALE = "画面を開いてから時間がたったか、ログインの状態が変わったため、操作を確認できませんでした。"
NO_INDEX = "検索の準備ができていないため、いまは検索できません。業務分類や団体からは、手順書を開けます。"
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
        ("トップページからやり直してください。",),
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
    app.register_error_handler(IndexUnusable, _no_index)
    app.register_error_handler(Exception, _unexpected)


def _domain_error(error: DomainError) -> tuple[str, int]:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return error_page(status, error.message), status


def _http_error(error: HTTPException) -> HTTPException | Response:
    status = error.code or 500
    if status < 400:
        return error
    form = form_address() if isinstance(error, MethodNotAllowed) else None
    if form is not None:
        return redirect(form, 303)
    answer = make_response(error_page(status), status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110, 15.5.6
    return answer


def _no_index(error: IndexUnusable) -> tuple[str, int]:
    parts().caretaker.noticed(error)
    return error_page(503, NO_INDEX), 503


def _unexpected(error: Exception) -> tuple[str, int]:
    _log.error("unexpected error", exc_info=error, extra={"fields": {"request_id": g.get("request_id")}})
    return error_page(500), 500


def error_page(status: int, message: str | None = None) -> str:
    """The page of an error; it can be shown when the database is the trouble."""
    try:
        viewer()
    except SQLAlchemyError:
        g.viewer = ANYONE
    said = EXPLANATIONS.get(status, EXPLANATIONS[500 if status >= 500 else 400])
    return render_template(
        "errors/show.html",
        code=status,
        title=said.title,
        message=message or said.message,
        advice=said.advice,
        request_id=g.get("request_id"),
        return_to=None,  # nobody wants back to an error, and a hidden manual answers as a missing one
    )
