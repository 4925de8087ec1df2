"""Commands for keeping what is there: backup and restoration of the installation, a town out as files and in again."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.adoptions.queries import users_of
from kb.cli_towns import prepared
from kb.config import Settings
from kb.db import create_engine, reading, transaction
from kb.errors import Invalid
from kb.exchange.town_folder import FolderError
from kb.japanese.notation import JST
from kb.keeping.backup import back_up
from kb.keeping.database_file import path_of
from kb.keeping.restoration import restore
from kb.publishing import indexing
from kb.ranking.signals import keep_signals
from kb.relocation.actions import Numbers, bring_in, tell_of_export
from kb.relocation.queries import town_folder
from kb.relocation.takeout import read_town, refuse_target, write_town
from kb.search.engines import open_index
from kb.seeds.preparation import bring_index_up_to_date, full_disk_told, render_missing
from kb.server import alone_in

PATH = click.Path(path_type=Path)


class Steps:
    """Tells on the error output how far long work has come: on a terminal in per cent, elsewhere each step once."""

    def __init__(self) -> None:
        self._told = ("", -1)
        self._terminal = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """So much of so much of `what` is done."""
        before, told = self._told, (what, done * 100 // total if total else 100)
        self._told = told
        if told[0] != before[0]:
            click.echo(f"\n{what}" if self._terminal and before[0] else what, nl=not self._terminal, err=True)
        if self._terminal and told != before:
            click.echo(f"\r{what} {told[1]}%", nl=False, err=True)

    def end(self) -> None:
        """Leave the line on which the last step stands."""
        if self._terminal and self._told[0]:
            click.echo(err=True)


@click.command("backup")
@click.argument("target", metavar="FILE", type=PATH)
@click.pass_obj
def backup_command(settings: Settings, target: Path) -> None:
    """データベースのバックアップを新しいファイルに書く(動いているままでよい)。"""
    steps = Steps()
    try:
        manifest = back_up(path_of(settings), target, at=datetime.now(UTC), progress=steps)
    finally:
        steps.end()
    size = target.stat().st_size
    click.echo(f"バックアップを {target} に書き、読み返して確かめました。")
    click.echo(f"{size:,}バイト(元の大きさ {manifest.database.size:,}バイト)。KB_SECRET_KEY は入っていません。")


@click.command("restore")
@click.argument("archive", metavar="FILE", type=PATH)
@click.pass_obj
def restore_command(settings: Settings, archive: Path) -> None:
    """バックアップを、空のデータフォルダーに復元する。"""
    steps = Steps()
    with alone_in(settings.data_dir):
        try:
            restored = restore(archive, settings, at=datetime.now(UTC), progress=steps)
        finally:
            steps.end()
        moment = restored.made_at.astimezone(JST).isoformat(" ", "minutes")
        click.echo(f"{moment} のバックアップを復元しました。")
        click.echo("、".join(f"{label}{count:,}件" for label, count in restored.numbers.items()))
        click.echo("ログインはすべて終わらせ、使っていない招待のリンクは取り消しました。")
        engine = create_engine(settings.database_url)
        render_missing(engine, click.echo)
        index, folder = open_index(settings.index_dir), settings.index_dir
        with full_disk_told(click.echo):
            written = indexing.rebuild(engine, index, folder, datetime.now(UTC), users=users_of)
            keep_signals(engine, index, datetime.now(UTC), by_likes=settings.rank_by_likes)
            click.echo(f"検索索引に{written}件を登録しました。")


@click.command("export")
@click.argument("target", metavar="FOLDER", type=PATH)
@click.option("--town", "code", required=True, metavar="CODE", help="6桁の団体コード")
@click.pass_obj
def export_command(settings: Settings, target: Path, code: str) -> None:
    """団体の手順書と記録のすべてを、読めるファイルとして新しいフォルダーに書き出す。"""
    engine = prepared(settings)
    refuse_target(target)
    with reading(engine) as session:
        folder = town_folder(session, code)
    count = write_town(folder, target)
    with transaction(engine) as session:
        tell_of_export(session, folder, at=datetime.now(UTC))
    click.echo(f"{folder.town.name}の{Numbers.of(folder)}を {target} に書き出しました(ファイル{count}個)。")
    click.echo("庁内限りの部分と職員の氏名が入っています。団体の外に出さないでください。")


@click.command("import")
@click.argument("source", metavar="FOLDER", type=PATH)
@click.pass_obj
def import_command(settings: Settings, source: Path) -> None:
    """書き出したフォルダーから団体を取り込む(手順書のない団体にだけ)。"""
    engine, now = prepared(settings), datetime.now(UTC)
    try:
        folder = read_town(source)
        with transaction(engine) as session:
            missing = bring_in(session, folder, at=now)
    except FolderError as error:
        told = f"取り込めません。次の{len(error.problems)}か所を直してください。何も変えていません。"
        raise Invalid(f"{told}\n{error.message}") from error
    click.echo(f"{folder.town.name}の{Numbers.of(folder)}を取り込みました。")
    for one in missing:
        click.echo(
            f"ここにない手順書なので、派生・採用の記録を取り込みませんでした: {one.municipality}/{one.slug} 第{one.edition}版"
        )
    click.echo("職員にはパスワードがありません。管理者が招待のリンクを作ってください。")
    render_missing(engine, click.echo)
    bring_index_up_to_date(settings, engine, open_index(settings.index_dir), now, click.echo)


COMMANDS = (backup_command, restore_command, export_command, import_command)
