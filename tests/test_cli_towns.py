"""The first day of a real installation, on the command line: an operator, a town with its administrator, 見本 manuals."""

import re

import pytest
from click.testing import CliRunner
from sqlmodel import select

from kb import cli
from kb.accounts.models import Municipality, User
from kb.accounts.passwords import hash_password
from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import ANYONE
from kb.config import Mode
from kb.db import create_engine, reading, transaction
from kb.errors import Conflict, Invalid, Misconfigured
from kb.publishing.queries import live_manuals
from kb.staffing.founding import OPERATORS
from kb.staffing.invitations import accept_invitation, find_invitation
from kb.staffing.rules import may_administer
from tests.seeds.conftest import HEADER, content  # noqa: F401  # a fixture
from tests.world import AOBA, SECRET

RUN = CliRunner()
HAMURA = "132276"
JOIN = ("town", "join", HAMURA, "--administrator-login", "hana", "--administrator-name", "羽村 花")
OFFICE = ("--department", "総務課", "--post", "係長")


@pytest.fixture
def environ(tmp_path, content):  # noqa: F811  # the fixture of that name
    """A real installation that has been prepared."""
    (content / "municipalities.csv").write_text(
        f"{HEADER}\n{HAMURA},東京都,羽村市,はむらし,市,35.76,139.31,https://www.city.hamura.tokyo.jp/,52706\n",
        encoding="utf-8",
    )
    settings = {
        "KB_MODE": Mode.PRODUCTION.value,
        "KB_SECRET_KEY": SECRET,
        "KB_PUBLIC_URL": "https://intra.example/monosashi",
        "KB_DATA_DIR": str(tmp_path / "data"),
        "KB_CONTENT_DIR": str(content),
    }
    assert kb(settings, "prepare").exit_code == 0
    return settings


@pytest.fixture
def engine(environ, tmp_path):
    """Its database."""
    made = create_engine(f"sqlite:///{tmp_path / 'data' / 'monosashi.sqlite'}")
    yield made
    made.dispose()


def kb(environ, *words):
    """Run a command to its end; its result."""
    return RUN.invoke(cli.kb, words, env=environ)


def token_in(output):
    """The token of the one link that a command showed."""
    [token] = re.findall(r"https://intra\.example/monosashi/invitations/([\w-]{40,})\n", output)
    return token


def test_a_town_joins_with_its_first_administrator(environ, engine):
    result = kb(environ, *JOIN, *OFFICE)
    assert result.exit_code == 0, result.output
    assert "羽村市(132276)が参加しました。最初の管理者は総務課 係長の羽村 花さんです。" in result.output
    assert "7日のあいだ" in result.output
    hashed = hash_password("羽村の長い合い言葉")
    with transaction(engine) as session:
        user = user_by_login(session, "hana")
        assert (user.municipality_code, user.password_hash) == (HAMURA, "")
        accept_invitation(session, find_invitation(session, token_in(result.output), cli._now()), hashed, at=cli._now())
        found = viewer(session, user.id, cli._now())
    assert may_administer(found, HAMURA).office == "総務課 係長"
    assert found.member


def test_a_town_joins_once_and_leaves_once(environ):
    assert kb(environ, *JOIN, *OFFICE).exit_code == 0
    again = kb(environ, *JOIN, *OFFICE)
    assert isinstance(again.exception, Conflict)
    assert again.exception.message == "羽村市(132276)は既に参加しています。"
    left = kb(environ, "town", "leave", HAMURA)
    assert left.output.startswith("羽村市(132276)の参加を終えました。")
    assert kb(environ, "town", "leave", HAMURA).exception.message == "羽村市(132276)は参加していません。"


@pytest.mark.parametrize("code", ["132277", "13227", "羽村市", OPERATORS.code])
def test_an_unknown_town_is_told(environ, code):
    result = kb(environ, "town", "join", code, *JOIN[3:], *OFFICE)
    assert isinstance(result.exception, Invalid)
    assert result.exception.message.startswith(f"団体コード「{code}」の自治体は名簿にありません。")


def test_a_login_is_given_once(environ, engine):
    assert kb(environ, "operator", "create", "hana", "--name", "運営 花").exit_code == 0
    result = kb(environ, *JOIN, *OFFICE)
    assert result.exception.message.startswith("職員ID「hana」は既に使われています。")
    with reading(engine) as session:
        assert len(session.exec(select(User)).all()) == 1
    assert kb(environ, "town", "leave", HAMURA).exception.message == "羽村市(132276)は参加していません。"


@pytest.mark.parametrize("name", ["", "花\n子", "長" * 81])
def test_a_name_that_cannot_be_is_told(environ, name):
    result = kb(environ, *JOIN[:5], "--administrator-name", name, *OFFICE)
    assert isinstance(result.exception, Invalid)
    assert "氏名" in result.exception.message


def test_an_operator_is_of_no_town(environ, engine):
    result = kb(environ, "operator", "create", "op", "--name", "運営 一郎")
    assert result.exit_code == 0, result.output
    assert token_in(result.output)
    assert kb(environ, "operator", "create", "op2", "--name", "運営 二郎").exit_code == 0
    with reading(engine) as session:
        found = viewer(session, user_by_login(session, "op").id, cli._now())
    assert (found.own_town, found.member) == (None, False)
    assert may_administer(found, OPERATORS.code) is None


def test_whom_no_administrator_can_help_gets_a_new_link(environ, engine):
    first = token_in(kb(environ, "operator", "create", "op", "--name", "運営 一郎").output)
    second = token_in(kb(environ, "account", "link", "op").output)
    with reading(engine) as session:
        assert find_invitation(session, first, cli._now()) is None
        assert find_invitation(session, second, cli._now()) is not None
    assert kb(environ, "account", "link", "nobody").exception.message == "職員ID「nobody」の人はいません。"


def test_samples_come_without_people(environ, engine):
    result = kb(environ, "samples", "load")
    assert result.exit_code == 0, result.output
    assert "見本の手順書を2件読み込みました。見本の職員は作っていません。" in result.output
    with reading(engine) as session:
        assert session.exec(select(User)).all() == []
        listed = live_manuals(session, ANYONE, cli._now())
        assert session.get_one(Municipality, AOBA).name == "青葉市(見本)"
    assert listed
    assert all(one.town_name.endswith("(見本)") for one in listed)
    assert isinstance(kb(environ, "samples", "load").exception, Conflict)
    assert kb(environ, "prepare").exit_code == 0
    assert kb(environ, "index", "check").exit_code == 0


def test_before_anything_is_prepared_it_says_what_to_do(environ, tmp_path):
    empty = {**environ, "KB_DATA_DIR": str(tmp_path / "empty")}
    for words in ((*JOIN, *OFFICE), ("operator", "create", "op", "--name", "運営"), ("samples", "load")):
        result = kb(empty, *words)
        assert isinstance(result.exception, Misconfigured)
        assert "先に prepare を実行してください" in result.exception.message
