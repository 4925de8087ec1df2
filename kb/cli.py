"""`python -m kb`: what whoever owns the machine can do. Each command is one verb and says what it did."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice

import click
from sqlalchemy import Engine

from kb.adoptions.queries import users_of
from kb.cli_keeping import COMMANDS as KEEPING_COMMANDS
from kb.cli_towns import GROUPS as TOWN_GROUPS
from kb.config import Settings, settings_from
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict, DomainError
from kb.migrations import runner
from kb.publishing import indexing
from kb.ranking.signals import keep_signals
from kb.search.engines import open_index
from kb.search.index import IndexUnusable
from kb.seeds.generated import generate_towns, load_generated, recombine
from kb.seeds.manuals import read_manuals
from kb.seeds.people import CAST, PASSWORD
from kb.seeds.preparation import bring_index_up_to_date, prepare, refuse_demo_accounts
from kb.server import alone_in, place_for, serve

HOST, WORKERS, THREADS = "127.0.0.1", 2, 4
PORT = click.IntRange(1, 65535)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def kb(context: click.Context) -> None:
    """ものさし: 業務手順書の共通の場。"""
    context.obj = settings_from(os.environ)


for _command in (*TOWN_GROUPS, *KEEPING_COMMANDS):
    kb.add_command(_command)


def main() -> None:
    """Run the command line; a domain error is one clear line, not a traceback."""
    try:
        kb(prog_name="python -m kb")
    except DomainError as error:
        click.echo(f"エラー: {error.message}", err=True)
        sys.exit(1)


def _now() -> datetime:
    return datetime.now(UTC)


def _engine(settings: Settings) -> Engine:
    return create_engine(settings.database_url)


@kb.command("prepare")
@click.pass_obj
def prepare_command(settings: Settings) -> None:
    """データベース・見本・検索索引を使える状態にする(足りないものだけ)。"""
    prepare(settings, _engine(settings), open_index(settings.index_dir), _now(), click.echo)


@kb.command("serve")
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--workers", default=WORKERS, show_default=True)
@click.option("--threads", default=THREADS, show_default=True)
@click.pass_obj
def serve_command(settings: Settings, host: str, port: int, workers: int, threads: int) -> None:
    """準備済みのデータで待ち受ける。"""
    with place_for(settings.data_dir, host=host, port=port):
        refuse_demo_accounts(settings, _engine(settings))
        serve(host=host, port=port, workers=workers, threads=threads)


@kb.command("run")
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.pass_context
def run_command(context: click.Context, port: int) -> None:
    """準備してから待ち受ける。"""
    settings: Settings = context.obj
    with place_for(settings.data_dir, host=HOST, port=port):
        context.invoke(prepare_command)
        _greet(settings, port)
        serve(host=HOST, port=port, workers=WORKERS, threads=THREADS)


def _greet(settings: Settings, port: int) -> None:
    """Say where Monosashi opens and as whom to sign in."""
    click.echo(f"\nものさしを開く: http://{HOST}:{port}{settings.base_path}/")
    if settings.demo:
        click.echo("見本の職員(合い言葉はすべて " + PASSWORD + "):")
        for member in CAST:
            click.echo(f"  {member.login:8} {member.name}({member.department} {member.post}・{member.role.label})")
    click.echo("止めるには Ctrl+C を押してください。")


@contextmanager
def _full_disk_refused() -> Iterator[None]:
    """A command that only writes the index fails in one clear line when the disk takes no more."""
    try:
        yield
    except OSError as error:
        raise Conflict(
            f"検索索引を書けませんでした({error.strerror})。空き容量とフォルダーの権限を確かめて、もう一度実行してください。"
            "いままでの索引は、そのまま使えます。"
        ) from error


@kb.group("index")
def index_group() -> None:
    """検索索引(データベースからいつでも作り直せる)。"""


@index_group.command("rebuild")
@click.pass_obj
def rebuild_command(settings: Settings) -> None:
    """検索索引を作り直す。作り終えるまで古い索引で検索できる。"""
    engine, index, now = _engine(settings), open_index(settings.index_dir), _now()
    with reading(engine) as session:
        expected = indexing.count_live(session, now) * 2
    with _full_disk_refused(), click.progressbar(length=expected, label="検索索引", file=sys.stderr) as bar:
        written = indexing.rebuild(
            engine,
            index,
            settings.index_dir,
            now,
            lambda done: bar.update(done - bar.pos),
            users_of,
        )
    with _full_disk_refused():
        keep_signals(engine, index, now, by_likes=settings.rank_by_likes)
    click.echo(f"検索索引に{written}件を登録しました。")


@index_group.command("check")
@click.pass_obj
def check_command(settings: Settings) -> None:
    """検索索引がデータベースと合っているかを調べる(合わなければ終了コード1)。"""
    try:
        current = indexing.is_current(_engine(settings), open_index(settings.index_dir), _now())
    except IndexUnusable:
        current = False
    click.echo(
        "検索索引はデータベースと合っています。" if current else "合っていません。index rebuild を実行してください。"
    )
    sys.exit(0 if current else 1)


@index_group.command("drain")
@click.pass_obj
def drain_command(settings: Settings) -> None:
    """検索索引への反映待ちを処理する。"""
    engine, index = _engine(settings), open_index(settings.index_dir)
    try:
        with _full_disk_refused():
            done = indexing.drain(engine, index, settings.index_dir, _now(), users_of)
    except IndexUnusable:
        raise Conflict("検索索引がないか、壊れています。index rebuild を実行してください。") from None
    click.echo(f"{done}件を反映しました。")


@kb.command("generate")
@click.option("--manuals", "count", default=1000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.pass_obj
def generate_command(settings: Settings, count: int, seed: int) -> None:
    """速さを測るための手順書を、見本を組み替えて作る(見本モードのみ)。"""
    if not settings.demo:
        raise click.UsageError("KB_MODE=demo のときだけ使えます。")
    engine, now = _engine(settings), _now()
    contents = recombine(read_manuals(settings.content_dir), count, seed)
    with transaction(engine) as session:
        towns = generate_towns(session)
    with click.progressbar(length=count, label="手順書", file=sys.stderr) as bar:
        while bar.pos < count:
            with transaction(engine) as session:
                name = f"{seed}-{bar.pos}"
                bar.update(load_generated(session, towns, islice(contents, 100), at=now, name=name))
    bring_index_up_to_date(settings, engine, open_index(settings.index_dir), now, click.echo)


@kb.command("migration")
@click.argument("message")
@click.pass_obj
def migration_command(settings: Settings, message: str) -> None:
    """モデルとの差から移行ファイルを書く(開発用)。"""
    runner.write_migration(_engine(settings), message)


@kb.command("reset")
@click.confirmation_option(prompt="データベースと検索索引をすべて消します。よろしいですか?")
@click.pass_obj
def reset_command(settings: Settings) -> None:
    """見本のデータを消して最初に戻す(見本モードのみ)。"""
    if not settings.demo:
        raise click.UsageError("KB_MODE=demo のときだけ使えます。")
    with alone_in(settings.data_dir):
        for path in settings.data_dir.glob("monosashi.sqlite*"):
            path.unlink()
        for path in settings.index_dir.iterdir() if settings.index_dir.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "README.md":
                path.unlink()
    click.echo("消しました。次に始めるときに作り直します。")
