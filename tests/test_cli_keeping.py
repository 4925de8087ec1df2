"""Backup, restoration, export and import from the command line, as whoever owns the machine uses them."""

import os
import sys

import pytest
from click.testing import CliRunner
from filelock import FileLock
from sqlmodel import select

from kb import cli
from kb.accounts.models import User
from kb.cli_keeping import Steps
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict, Invalid, Misconfigured
from kb.manuals.models import Manual
from tests.seeds.conftest import content  # noqa: F401  # a fixture
from tests.world import AOBA, a_publication, database_from

RUN = CliRunner()


@pytest.fixture
def here(tmp_path, template, content, now):  # noqa: F811  # the fixture of that name
    """The settings of an installation in which 青葉市 has one manual that no index knows yet."""
    (tmp_path / "here").mkdir()
    made = database_from(template, tmp_path / "here")
    with transaction(made) as session:
        a_publication(session, now)
    made.dispose()
    return settings(tmp_path / "here", content)


@pytest.fixture
def there(tmp_path, content):  # noqa: F811  # the fixture of that name
    """The settings of a place where nothing is yet."""
    return settings(tmp_path / "there", content)


def settings(folder, content_dir) -> dict[str, str]:
    return {"KB_MODE": "demo", "KB_DATA_DIR": str(folder), "KB_CONTENT_DIR": str(content_dir)}


def kb(environ, *words):
    """Run a command to its end; its result."""
    return RUN.invoke(cli.kb, [str(word) for word in words], env=environ)


def done(environ, *words) -> str:
    """Run a command that has to succeed; what it said."""
    result = kb(environ, *words)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def held(environ, column) -> set[str]:
    """The values of a column in an installation."""
    engine = create_engine(f"sqlite:///{environ['KB_DATA_DIR']}/monosashi.sqlite")
    with reading(engine) as session:
        found = set(session.exec(select(column)))
    engine.dispose()
    return found


def test_a_backup_comes_back_elsewhere_and_is_searchable_at_once(here, there, tmp_path):
    said = done(here, "backup", tmp_path / "b.zip")
    assert "読み返して確かめました" in said
    assert "KB_SECRET_KEY は入っていません" in said
    said = done(there, "restore", tmp_path / "b.zip")
    assert "参加の記録3件、職員8件、手順書1件、控え1件、公開記録1件" in said
    assert "検索索引に2件を登録しました。" in said
    assert held(there, Manual.slug) == {"tennyu"}
    assert done(there, "index", "check") == "検索索引はデータベースと合っています。\n"
    assert done(there, "prepare") == ""


def test_a_backup_is_taken_while_a_server_holds_the_folder_but_nothing_is_restored(here, there, tmp_path):
    with FileLock(tmp_path / "here" / "server.lock"):
        done(here, "backup", tmp_path / "b.zip")
    (tmp_path / "there").mkdir()
    with FileLock(tmp_path / "there" / "server.lock"):
        result = kb(there, "restore", tmp_path / "b.zip")
    assert isinstance(result.exception, Misconfigured)
    assert "既に別のサーバーが動いています" in result.exception.message
    assert os.listdir(tmp_path / "there") == ["server.lock"]


def test_restoring_into_a_place_in_use_is_refused_in_one_clear_line(here, tmp_path):
    done(here, "backup", tmp_path / "b.zip")
    result = kb(here, "restore", tmp_path / "b.zip")
    assert isinstance(result.exception, Conflict)
    assert result.exception.message.startswith("復元先が空ではありません(monosashi.sqlite")
    assert result.exception.message.endswith("空のフォルダーを KB_DATA_DIR で指定するか、中身をほかへ移してください。")
    assert held(here, Manual.slug) == {"tennyu"}


def test_a_refused_restoration_leaves_a_place_that_can_still_be_used(here, there, tmp_path):
    done(here, "backup", tmp_path / "b.zip")
    (tmp_path / "half.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:5000])
    assert isinstance(kb(there, "restore", tmp_path / "half.zip").exception, Invalid)
    done(there, "restore", tmp_path / "b.zip")


def test_a_town_that_is_taken_out_stays_and_does_not_come_in_a_second_time(here, tmp_path):
    said = done(here, "export", tmp_path / "aoba", "--town", AOBA)
    assert "青葉市の手順書1件(公開した版1、控え1)、職員4人" in said
    assert "庁内限りの部分と職員の氏名が入っています" in said
    result = kb(here, "import", tmp_path / "aoba")
    assert isinstance(result.exception, Conflict)
    assert "既に手順書があります" in result.exception.message
    assert held(here, Manual.slug) == {"tennyu"}


def production(environ):
    """The same folder as a production server sees it."""
    secret = {"KB_SECRET_KEY": "s" * 40, "KB_PUBLIC_URL": "https://kb.example", "KB_MODE": "production"}
    return {**environ, **secret}


def test_a_town_comes_into_an_empty_installation_and_is_searchable_at_once(here, there, tmp_path):
    done(here, "export", tmp_path / "aoba", "--town", AOBA)
    done(production(there), "prepare")
    said = done(production(there), "import", tmp_path / "aoba")
    assert "青葉市の手順書1件(公開した版1、控え1)、職員4人を取り込みました。" in said
    assert "招待のリンクを作ってください" in said
    assert held(there, Manual.slug) == {"tennyu"}
    assert held(there, User.password_hash) == {""}
    assert done(production(there), "index", "check") == "検索索引はデータベースと合っています。\n"
    done(production(there), "export", tmp_path / "again", "--town", AOBA)
    assert (tmp_path / "again" / "checksums.txt").read_bytes() == (tmp_path / "aoba" / "checksums.txt").read_bytes()


def test_a_folder_that_is_wrong_is_told_with_all_its_problems(here, there, tmp_path):
    done(here, "export", tmp_path / "aoba", "--town", AOBA)
    (tmp_path / "aoba" / "more.txt").write_text("x")
    (tmp_path / "aoba" / "town.yml").unlink()
    done(production(there), "prepare")
    result = kb(production(there), "import", tmp_path / "aoba")
    assert isinstance(result.exception, Invalid)
    lines = result.exception.message.split("\n")
    assert lines[0] == "取り込めません。次の4か所を直してください。何も変えていません。"
    assert any(line.startswith("more.txt: ") for line in lines)
    assert held(there, Manual.slug) == set()


@pytest.mark.parametrize("words", [["export", "out", "--town", AOBA], ["import", "out"]])
def test_without_a_database_it_says_what_to_do_first(there, words):
    result = kb(there, *words)
    assert isinstance(result.exception, Misconfigured)
    assert "先に prepare を実行してください" in result.exception.message


def test_a_town_that_nobody_knows_is_told(here, tmp_path):
    result = kb(here, "export", tmp_path / "out", "--town", "999999")
    assert isinstance(result.exception, Invalid)
    assert not (tmp_path / "out").exists()


def test_steps_are_told_once_each_and_in_per_cent_on_a_terminal(monkeypatch, capsys):
    def tell():
        steps = Steps()
        for done_, total in ((0, 200), (1, 200), (200, 200)):
            steps("写し", done_, total)
        steps("検査", 0, 0)
        steps.end()
        return capsys.readouterr().err

    assert tell() == "写し\n検査\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert tell() == "写し\r写し 0%\r写し 100%\n検査\r検査 100%\n"
