"""Commands for the first day of a real installation: operators, towns and their first administrators, 見本 manuals."""

from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import Engine

from kb.adoptions.actions import note_membership
from kb.config import Settings
from kb.db import create_engine, transaction
from kb.errors import Misconfigured
from kb.migrations import runner
from kb.search.engines import open_index
from kb.seeds.manuals import read_manuals
from kb.seeds.preparation import bring_index_up_to_date
from kb.seeds.samples import load_samples
from kb.staffing import founding
from kb.staffing.invitations import LASTS
from kb.staffing.models import InvitationReason


def _now() -> datetime:
    return datetime.now(UTC)


def prepared(settings: Settings) -> Engine:
    """The database. Raises Misconfigured when nobody has prepared it."""
    engine = create_engine(settings.database_url)
    if not runner.is_at_head(engine):
        raise Misconfigured("データベースの準備ができていません。先に prepare を実行してください。")
    return engine


def _tell_link(settings: Settings, token: str, login: str, lasts: timedelta) -> None:
    """The one-time link, shown here and never again."""
    path = f"/invitations/{token}"
    click.echo(f"\n職員ID「{login}」の人が、次のリンクを開いてパスワードを決めると、ログインできます。")
    click.echo(f"  {settings.public_url}{path}" if settings.public_url else f"  {path}")
    click.echo(f"リンクは1回だけ、{lasts.days}日のあいだ使えます。もう一度は表示できません。本人だけに渡してください。")


@click.group("operator")
def operator_group() -> None:
    """運営者(すべての団体を等しく扱う、ものさし全体の担当者)。"""


@operator_group.command("create")
@click.argument("login")
@click.option("--name", required=True, help="氏名")
@click.pass_obj
def create_operator_command(settings: Settings, login: str, name: str) -> None:
    """運営者のアカウントを作り、パスワードを決めるためのリンクを表示する。"""
    with transaction(prepared(settings)) as session:
        token = founding.create_operator(session, login, name, at=_now())
    click.echo(f"運営者{name}さんのアカウントを作りました。")
    _tell_link(settings, token, login, LASTS[InvitationReason.JOINING])


@click.group("town")
def town_group() -> None:
    """団体の参加と退会。"""


@town_group.command("join")
@click.argument("code")
@click.option("--administrator-login", "login", required=True, help="最初の管理者の職員ID")
@click.option("--administrator-name", "name", required=True, help="最初の管理者の氏名")
@click.option("--department", required=True, help="最初の管理者の所属")
@click.option("--post", required=True, help="最初の管理者の職")
@click.pass_obj
def join_command(settings: Settings, code: str, login: str, name: str, department: str, post: str) -> None:
    """団体コードの自治体を参加させ、最初の管理者のリンクを表示する。"""
    with transaction(prepared(settings)) as session:
        town, token = founding.join_town(session, code, login, name, department, post, at=_now())
        note_membership(session, code, _now())
    click.echo(f"{town.name}({code})が参加しました。最初の管理者は{department} {post}の{name}さんです。")
    _tell_link(settings, token, login, LASTS[InvitationReason.JOINING])


@town_group.command("leave")
@click.argument("code")
@click.pass_obj
def leave_command(settings: Settings, code: str) -> None:
    """団体の参加を終える。公開した手順書は残る。"""
    with transaction(prepared(settings)) as session:
        town = founding.leave_town(session, code, at=_now())
        note_membership(session, code, _now())
    click.echo(f"{town.name}({code})の参加を終えました。公開した手順書と職員のアカウントは残っています。")


@click.group("account")
def account_group() -> None:
    """管理者が助けられない人のアカウント。"""


@account_group.command("link")
@click.argument("login")
@click.pass_obj
def link_command(settings: Settings, login: str) -> None:
    """運営者や、団体にただ一人の管理者がパスワードを忘れたときの、新しいリンクを表示する。"""
    with transaction(prepared(settings)) as session:
        token, lasts = founding.renew_first_link(session, login, at=_now())
    _tell_link(settings, token, login, lasts)


@click.group("samples")
def samples_group() -> None:
    """見本の手順書。"""


@samples_group.command("load")
@click.pass_obj
def load_samples_command(settings: Settings) -> None:
    """見本の手順書を、見本の職員なしで読み込む(最初の日に写して使うため)。"""
    engine, now = prepared(settings), _now()
    files = read_manuals(settings.content_dir)
    with transaction(engine) as session:
        count = load_samples(session, files, at=now)
    click.echo(f"見本の手順書を{count}件読み込みました。見本の職員は作っていません。")
    bring_index_up_to_date(settings, engine, open_index(settings.index_dir), now, click.echo)


GROUPS = (operator_group, town_group, account_group, samples_group)
