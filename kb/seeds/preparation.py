"""Make an installation ready to serve: tables, vocabulary, samples, rendered fragments, search index.

Every step looks first and does only what is missing, so that it runs at each start and never overwrites edits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine

from kb.adoptions.queries import users_of
from kb.config import Settings
from kb.db import private_folder, reading, transaction
from kb.errors import Misconfigured
from kb.manuals.queries import is_empty
from kb.migrations import runner
from kb.publishing import indexing
from kb.publishing.fragments import forget_old_fragments, keep_fragments, lacking_fragments
from kb.ranking.signals import keep_signals
from kb.search.index import Index, IndexUnusable
from kb.seeds.manuals import load_manuals, read_manuals
from kb.seeds.people import cast_password_hash, has_demo_account, load_cast, writers
from kb.seeds.uses import load_uses, read_uses
from kb.seeds.vocabulary import load_vocabulary
from kb.standards.queries import procedures

Tell = Callable[[str], None]
"""Called with one Japanese line for each thing that was done."""


def prepare(settings: Settings, engine: Engine, index: Index, now: datetime, tell: Tell) -> None:
    """Bring everything up to date. Raises Misconfigured for demo accounts in a production database."""
    private_folder(settings.data_dir)
    runner.upgrade(engine)
    refuse_demo_accounts(settings, engine)
    load_missing_vocabulary(settings, engine, tell)
    if settings.demo:
        load_demonstration(settings, engine, now, tell)
    render_missing(engine, tell)
    bring_index_up_to_date(settings, engine, index, now, tell)


def refuse_demo_accounts(settings: Settings, engine: Engine) -> None:
    """A production start with accounts whose password is printed in the manual would be an open door."""
    with reading(engine) as session:
        if not settings.demo and has_demo_account(session):
            raise Misconfigured(
                "このデータベースには見本の職員が入っています。本番では使えません。"
                "別の KB_DATA_DIR で始めるか、見本として使うなら KB_MODE=demo にしてください。"
            )


def load_missing_vocabulary(settings: Settings, engine: Engine, tell: Tell) -> None:
    """Load towns, work areas, procedures and terms into a database that has none."""
    with reading(engine) as session:
        present = bool(procedures(session))
    if not present:
        tell("自治体・業務分類・標準業務・共通用語を読み込んでいます。")
        with transaction(engine) as session:
            load_vocabulary(session, settings.content_dir)


def load_demonstration(settings: Settings, engine: Engine, now: datetime, tell: Tell) -> None:
    """Load the 見本 people and manuals into a database without manuals."""
    with reading(engine) as session:
        if not is_empty(session) or has_demo_account(session):
            return
    files, uses = read_manuals(settings.content_dir), read_uses(settings.content_dir)
    password_hash = cast_password_hash()
    tell(f"見本の職員と手順書({len(files)}件)を読み込んでいます。")
    with transaction(engine) as session:
        load_cast(session, password_hash)
        load_manuals(session, files, lambda town, department: writers(session, town, department, now), at=now)
        load_uses(session, uses, at=now)


def render_missing(engine: Engine, tell: Tell) -> None:
    """Render what an older version of the program rendered, and forget its fragments."""
    with reading(engine) as session:
        lacking = list(lacking_fragments(session))
    if lacking:
        tell(f"手順書{len(lacking)}件の表示を作り直しています。")
    for start in range(0, len(lacking), 50):
        with transaction(engine) as session:
            for revision in lacking[start : start + 50]:
                keep_fragments(session, revision)
    with transaction(engine) as session:
        forget_old_fragments(session)


def bring_index_up_to_date(settings: Settings, engine: Engine, index: Index, now: datetime, tell: Tell) -> None:
    """Drain the outbox; when the index then still differs from the database, build it anew. Count the signals of the search.

    A disk that takes no index stops nothing.
    """
    with full_disk_told(tell):
        try:
            indexing.drain(engine, index, settings.index_dir, now, users_of)
            current = indexing.is_current(engine, index, now)
        except IndexUnusable:
            current = False
        if not current:
            tell("検索索引を作っています。")
            count = indexing.rebuild(engine, index, settings.index_dir, now, users=users_of)
            tell(f"検索索引に{count}件を登録しました。")
        keep_signals(engine, index, now, by_likes=settings.rank_by_likes)


@contextmanager
def full_disk_told(tell: Tell) -> Iterator[None]:
    """Tell that the index could not be written in the block, and go on: whoever serves searches in titles and tries again."""
    try:
        yield
    except OSError as error:
        tell(
            f"検索索引を書けませんでした({error.strerror})。空き容量とフォルダーの権限を確かめてください。"
            "データは失われていません。索引がないあいだは題名だけで検索でき、動いているサーバーがひとりでに作り直します。"
        )
