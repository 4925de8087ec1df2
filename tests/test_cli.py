"""The command line: what whoever owns the machine can do, and what it says."""

import os
import socket
import sys

import pytest
from click.testing import CliRunner
from filelock import FileLock

from kb import cli, server
from kb.accounts.rules import ANYONE
from kb.config import Mode
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict, Misconfigured
from kb.publishing.counts import counts_by_town
from kb.publishing.indexing import is_current
from kb.search.engines import open_index
from kb.seeds.people import CAST
from tests.no_waiting import full_disk
from tests.seeds.conftest import content  # noqa: F401  # a fixture
from tests.world import PASSWORD, SECRET, a_publication, database_from

RUN = CliRunner()


@pytest.fixture
def environ(tmp_path, content):  # noqa: F811  # the fixture of that name
    """The settings of a demonstration in an empty folder."""
    data = tmp_path / "data"
    data.mkdir()
    return {"KB_MODE": "demo", "KB_DATA_DIR": str(data), "KB_CONTENT_DIR": str(content)}


@pytest.fixture
def with_cast(environ, template, tmp_path, now):
    """The same with towns, cast and one manual that no index knows yet."""
    made = database_from(template, tmp_path / "data")
    with transaction(made) as session:
        a_publication(session, now)
    made.dispose()
    return environ


def kb(environ, *words, **options):
    """Run a command to its end; its result."""
    return RUN.invoke(cli.kb, words, env=environ, **options)


def files(environ):
    """Names in the data folder."""
    return {path.name for path in os.scandir(environ["KB_DATA_DIR"])}


def in_production(environ):
    """The same settings in production."""
    production = {"KB_MODE": Mode.PRODUCTION.value, "KB_SECRET_KEY": SECRET, "KB_PUBLIC_URL": "https://kb.example"}
    return {**environ, **production}


def free_port():
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_prepare_makes_an_empty_folder_ready_and_says_what_it_did(environ):
    first = kb(environ, "prepare")
    assert first.exit_code == 0, first.output
    assert "見本の職員と手順書(3件)を読み込んでいます。" in first.output
    assert "検索索引に4件を登録しました。" in first.output
    second = kb(environ, "prepare")
    assert (second.exit_code, second.output) == (0, "")


def test_preparing_closes_the_data_folder_to_others(environ, tmp_path):
    (tmp_path / "data").chmod(0o755)
    assert kb(environ, "prepare").exit_code == 0
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "monosashi.sqlite").stat().st_mode & 0o777 == 0o600


def test_without_settings_it_does_not_start_and_says_what_to_set(tmp_path):
    result = kb({"KB_DATA_DIR": str(tmp_path)}, "prepare")
    assert isinstance(result.exception, Misconfigured)
    assert result.exception.message.startswith("KB_SECRET_KEY に")


def test_an_error_is_one_clear_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["kb", "prepare"])
    monkeypatch.setenv("KB_MODE", "holiday")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "エラー: KB_MODE は production か demo です(いまは「holiday」)。\n"


def test_help_is_in_japanese_and_needs_no_settings():
    result = kb({}, "-h")
    assert result.exit_code == 0
    assert "業務手順書の共通の場" in result.output
    assert {"prepare", "serve", "run", "index", "generate", "reset", "migration"} <= set(result.output.split())


def test_an_index_that_is_not_there_is_told_and_built(with_cast):
    before = kb(with_cast, "index", "check")
    assert (before.exit_code, before.output) == (1, "合っていません。index rebuild を実行してください。\n")
    drained = kb(with_cast, "index", "drain")
    assert isinstance(drained.exception, Conflict)
    assert "index rebuild" in drained.exception.message
    built = kb(with_cast, "index", "rebuild")
    assert built.exit_code == 0, built.output
    assert "検索索引に2件を登録しました。" in built.output
    after = kb(with_cast, "index", "check")
    assert (after.exit_code, after.output) == (0, "検索索引はデータベースと合っています。\n")


def test_a_full_disk_is_told_and_the_old_index_stays(with_cast, tmp_path, now, monkeypatch):
    kb(with_cast, "index", "rebuild")
    engine, index = create_engine(f"sqlite:///{tmp_path / 'data' / 'monosashi.sqlite'}"), tmp_path / "data/search_index"
    with transaction(engine) as session:
        a_publication(session, now, "second")
    held = open_index(index).versions()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        for command in ("drain", "rebuild"):
            refused = kb(with_cast, "index", command)
            assert isinstance(refused.exception, Conflict)
            assert "検索索引を書けませんでした(No space left on device)" in refused.exception.message
            assert open_index(index).versions() == held
    assert kb(with_cast, "index", "drain").output == "1件を反映しました。\n"
    engine.dispose()


def test_what_waits_is_drained(with_cast, tmp_path, now):
    kb(with_cast, "index", "rebuild")
    engine = create_engine(f"sqlite:///{tmp_path / 'data' / 'monosashi.sqlite'}")
    with transaction(engine) as session:
        a_publication(session, now, "second")
    assert kb(with_cast, "index", "drain").output == "1件を反映しました。\n"
    assert kb(with_cast, "index", "drain").output == "0件を反映しました。\n"
    assert is_current(engine, open_index(tmp_path / "data" / "search_index"), now)
    engine.dispose()


def test_generate_makes_manuals_and_indexes_them(with_cast, tmp_path):
    result = kb(with_cast, "generate", "--manuals", "3", "--seed", "5")
    assert result.exit_code == 0, result.output
    assert kb(with_cast, "index", "check").exit_code == 0
    engine = create_engine(f"sqlite:///{tmp_path / 'data' / 'monosashi.sqlite'}")
    with reading(engine) as session:
        counted = counts_by_town(session, ANYONE, cli._now())
    engine.dispose()
    assert sum(count for town, count in counted.items() if town.startswith("991")) == 3


@pytest.mark.parametrize("command", [["generate", "--manuals", "1"], ["reset", "--yes"]])
def test_what_belongs_to_the_demonstration_is_refused_in_production(with_cast, command):
    before = files(with_cast)
    result = kb(in_production(with_cast), *command)
    assert result.exit_code == 2
    assert "KB_MODE=demo のときだけ使えます。" in result.output
    assert files(with_cast) == before


def test_reset_asks_first(with_cast):
    result = kb(with_cast, "reset", input="n\n")
    assert "データベースと検索索引をすべて消します。よろしいですか?" in result.output
    assert result.exit_code == 1
    assert "monosashi.sqlite" in files(with_cast)


def test_reset_goes_back_to_the_beginning_and_keeps_what_is_not_its_own(with_cast, tmp_path):
    kb(with_cast, "index", "rebuild")
    folder = tmp_path / "data" / "search_index"
    (folder / "README.md").write_text("tracked")
    (tmp_path / "data" / "notes.txt").write_text("mine")
    result = kb(with_cast, "reset", "--yes")
    assert result.exit_code == 0, result.output
    assert "消しました。" in result.output
    assert {path.name for path in folder.iterdir()} == {"README.md"}
    assert "notes.txt" in files(with_cast)
    assert not [name for name in files(with_cast) if name.startswith("monosashi.sqlite")]
    assert "読み込んでいます" in kb(with_cast, "prepare").output


def test_reset_refuses_while_a_server_runs(with_cast, tmp_path):
    with FileLock(tmp_path / "data" / "server.lock"):
        result = kb(with_cast, "reset", "--yes")
    assert isinstance(result.exception, Misconfigured)
    assert "monosashi.sqlite" in files(with_cast)


def test_a_second_server_on_the_same_folder_is_refused(with_cast, tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_run", lambda *_: pytest.fail("a second server has started"))
    with FileLock(tmp_path / "data" / "server.lock"):
        result = kb(with_cast, "serve", "--port", str(free_port()))
    assert isinstance(result.exception, Misconfigured)
    assert result.exception.message == (
        f"このデータフォルダー({tmp_path / 'data'})では、既に別のサーバーが動いています。"
        "そのサーバーを止めるか、KB_DATA_DIR で別のフォルダーを指定してください。"
    )


def test_a_second_start_is_refused_before_it_prepares(environ, tmp_path):
    with FileLock(tmp_path / "data" / "server.lock"):
        result = kb(environ, "run", "--port", str(free_port()))
    assert isinstance(result.exception, Misconfigured)
    assert "既に別のサーバーが動いています" in result.exception.message
    assert result.output == ""
    assert files(environ) == {"server.lock"}


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_taken_port_is_told_before_anything_is_prepared(environ, monkeypatch, command):
    monkeypatch.setattr(server, "_run", lambda *_: pytest.fail("a server has started"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = kb(environ, command, "--port", str(port))
    assert isinstance(result.exception, Misconfigured)
    assert result.exception.message == (f"ポート{port}は使用中です。別の番号を PORT=8123 のように指定してください。")
    assert result.output == ""
    assert files(environ) <= {"server.lock"}


def test_an_address_of_another_machine_is_told(with_cast):
    result = kb(with_cast, "serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert isinstance(result.exception, Misconfigured)
    assert "192.0.2.1 で待ち受けられません" in result.exception.message


@pytest.mark.parametrize("command", ["run", "serve"])
@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_cannot_be_is_refused(environ, command, port):
    assert kb(environ, command, "--port", port).exit_code == 2
    assert files(environ) == set()


def test_serving_people_of_the_demonstration_in_production_is_refused(with_cast, monkeypatch):
    monkeypatch.setattr(server, "_run", lambda *_: pytest.fail("a server has started"))
    result = kb(in_production(with_cast), "serve", "--port", str(free_port()))
    assert isinstance(result.exception, Misconfigured)
    assert "見本の職員が入っています" in result.exception.message


def test_serving_again_after_the_end_is_fine(with_cast, monkeypatch):
    port = free_port()
    served = []
    monkeypatch.setattr(server, "_run", lambda *asked: served.append(asked))
    for _ in range(2):
        result = kb(with_cast, "serve", "--port", str(port), "--workers", "1")
        assert result.exit_code == 0, result.output
    assert served == [("127.0.0.1", port, 1, 4)] * 2


def test_run_prepares_serves_and_tells_where_and_as_whom(environ, monkeypatch):
    monkeypatch.setattr(server, "_run", lambda *_: None)
    port = free_port()
    result = kb({**environ, "KB_PUBLIC_URL": "https://kb.example/monosashi"}, "run", "--port", str(port))
    assert result.exit_code == 0, result.output
    assert f"ものさしを開く: http://127.0.0.1:{port}/monosashi/" in result.output
    assert PASSWORD in result.output
    assert all(member.login in result.output for member in CAST)


def test_a_migration_is_written_from_the_command_line(with_cast, monkeypatch):
    asked = []
    monkeypatch.setattr(cli.runner, "write_migration", lambda _engine, message: asked.append(message))
    assert kb(with_cast, "migration", "add fees").exit_code == 0
    assert asked == ["add fees"]
