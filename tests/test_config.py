"""Every setting: what it is when nobody says anything, what it takes, and what it answers to nonsense."""

from pathlib import Path

import pytest

from kb.config import DEMO_SECRET, ROOT, Mode, Settings, settings_from
from kb.errors import Misconfigured

SECRET = "0123456789abcdefghijklmnopqrstuv"  # 32 characters: the shortest that production takes
PRODUCTION = {"KB_SECRET_KEY": SECRET, "KB_PUBLIC_URL": "https://kb.city.example.lg.jp/monosashi"}
DEMO = {"KB_MODE": "demo"}


def demo(**changes: str) -> Settings:
    return settings_from({**DEMO, **changes})


def refusal(environ: dict[str, str]) -> str:
    """The message with which an environment is refused."""
    with pytest.raises(Misconfigured) as caught:
        settings_from(environ)
    return caught.value.message


def test_a_demonstration_needs_no_setting_but_its_mode():
    assert demo() == Settings(
        mode=Mode.DEMO,
        secret_key=DEMO_SECRET,
        database_url=f"sqlite:///{ROOT / 'var' / 'monosashi.sqlite'}",
        data_dir=ROOT / "var",
        index_dir=ROOT / "search_index",
        content_dir=ROOT / "content",
        public_url="",
        trusted_proxies=0,
        drain_seconds=10.0,
        log_level="INFO",
        idle_minutes=60,
    )
    assert demo().demo


@pytest.mark.parametrize("text", ["0", "-1", "ten", "1.5"])
def test_nobody_is_signed_out_before_they_begin(text):
    assert "KB_IDLE_MINUTES" in refusal({**DEMO, "KB_IDLE_MINUTES": text})
    assert demo(KB_IDLE_MINUTES="15").idle_minutes == 15


def test_ranking_by_likes_is_on_until_it_is_switched_off():
    assert [demo(KB_RANK_BY_LIKES=text).rank_by_likes for text in ("", "1", "0")] == [True, True, False]
    for text in ("no", "2", "off"):
        assert "KB_RANK_BY_LIKES" in refusal({**DEMO, "KB_RANK_BY_LIKES": text})


def test_the_memory_of_the_search_is_said_in_megabytes():
    assert [demo(KB_SEARCH_MEMORY_MB=text).search_memory for text in ("", "16", "0")] == [128 << 20, 16 << 20, 0]
    for text in ("-1", "some", "1.5"):
        assert "KB_SEARCH_MEMORY_MB" in refusal({**DEMO, "KB_SEARCH_MEMORY_MB": text})


def test_production_is_what_you_get_without_saying():
    settings = settings_from(PRODUCTION)
    assert settings.mode is Mode.PRODUCTION
    assert not settings.demo
    assert settings.secret_key == SECRET


@pytest.mark.parametrize("mode", ["", "Demo", "test", "本番"])
def test_an_unknown_mode_is_refused(mode):
    assert refusal({**PRODUCTION, "KB_MODE": mode}) == f"KB_MODE は production か demo です(いまは「{mode}」)。"


@pytest.mark.parametrize("secret", ["", "short", SECRET[:-1], DEMO_SECRET])
def test_production_refuses_a_secret_that_can_be_guessed(secret):
    message = refusal({**PRODUCTION, "KB_SECRET_KEY": secret})
    assert message.startswith("KB_SECRET_KEY に32文字以上の推測できない文字列を設定してください。")
    assert secret == "" or secret not in message  # a message ends up in logs


def test_production_refuses_to_start_without_a_secret():
    assert refusal({"KB_PUBLIC_URL": PRODUCTION["KB_PUBLIC_URL"]}).startswith("KB_SECRET_KEY")


def test_the_demo_secret_is_refused_for_being_known_not_for_being_short(monkeypatch):
    monkeypatch.setattr("kb.config.DEMO_SECRET", DEMO_SECRET * 3)
    assert refusal({**PRODUCTION, "KB_SECRET_KEY": DEMO_SECRET * 3}).startswith("KB_SECRET_KEY")


def test_a_demonstration_may_have_a_secret_of_its_own():
    assert demo(KB_SECRET_KEY="mine").secret_key == "mine"


def test_a_data_folder_holds_database_and_index(tmp_path):
    settings = demo(KB_DATA_DIR=str(tmp_path))
    assert settings.data_dir == tmp_path
    assert settings.index_dir == tmp_path / "search_index"
    assert settings.database_url == f"sqlite:///{tmp_path / 'monosashi.sqlite'}"


def test_a_relative_data_folder_is_fixed_at_the_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert demo(KB_DATA_DIR="here").data_dir == tmp_path / "here"


def test_the_database_may_stand_elsewhere():
    assert demo(KB_DATABASE_URL="postgresql://db/kb").database_url == "postgresql://db/kb"


def test_content_may_stand_elsewhere(tmp_path):
    assert demo(KB_CONTENT_DIR=str(tmp_path)).content_dir == tmp_path


@pytest.mark.parametrize("name", ["KB_DATA_DIR", "KB_DATABASE_URL", "KB_CONTENT_DIR", "KB_PUBLIC_URL"])
def test_an_empty_setting_is_the_default(name):
    assert demo(**{name: ""}) == demo()


@pytest.mark.parametrize(
    ("url", "base_path", "host"),
    [
        ("https://kb.city.example.lg.jp", "", "kb.city.example.lg.jp"),
        ("https://kb.city.example.lg.jp/", "", "kb.city.example.lg.jp"),
        ("http://10.0.0.5:8080/kb/", "/kb", "10.0.0.5:8080"),
        ("https://portal.example.lg.jp/apps/monosashi", "/apps/monosashi", "portal.example.lg.jp"),
    ],
)
def test_the_public_address_says_host_and_sub_path(url, base_path, host):
    settings = settings_from({**PRODUCTION, "KB_PUBLIC_URL": url})
    assert (settings.base_path, settings.host) == (base_path, host)
    assert not settings.public_url.endswith("/")


def test_without_public_address_there_is_no_host_and_no_sub_path():
    assert (demo().base_path, demo().host) == ("", "")


@pytest.mark.parametrize("url", ["", "kb.city.example.lg.jp", "ftp://kb.example", "https://", "/monosashi"])
def test_production_needs_the_address_that_people_open(url):
    message = refusal({**PRODUCTION, "KB_PUBLIC_URL": url})
    assert message.startswith("KB_PUBLIC_URL に利用者が開くアドレスを設定してください。")


def test_a_demonstration_refuses_a_wrong_address_too():
    assert refusal({**DEMO, "KB_PUBLIC_URL": "kb.example"}).startswith("KB_PUBLIC_URL")


@pytest.mark.parametrize("name", ["KB_TRUSTED_PROXIES", "KB_DRAIN_SECONDS"])
@pytest.mark.parametrize("text", ["-1", "1.5", "two", "２", "1234567", " 1"])
def test_a_number_is_a_whole_number(name, text):
    assert refusal({**DEMO, name: text}) == f"{name} は0以上の整数です(いまは「{text}」)。"


def test_numbers_are_taken():
    settings = demo(KB_TRUSTED_PROXIES="2", KB_DRAIN_SECONDS="0")
    assert (settings.trusted_proxies, settings.drain_seconds) == (2, 0.0)


def test_the_log_level_is_taken_in_any_case():
    assert demo(KB_LOG_LEVEL="debug").log_level == "DEBUG"


def test_an_unknown_log_level_is_refused():
    assert refusal({**DEMO, "KB_LOG_LEVEL": "chatty"}).startswith("KB_LOG_LEVEL は")


def test_the_top_level_is_where_content_and_templates_are():
    assert {"content", "templates", "kb"} <= {path.name for path in Path(ROOT).iterdir()}
