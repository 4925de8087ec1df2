"""Settings: `KB_*` environment variables read once into a frozen value (twelve-factor)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from kb.errors import Misconfigured

ROOT = Path(__file__).resolve().parent.parent
"""The project's top level: templates, static files and shipped content are found from here."""

DEMO_SECRET = "見本専用の鍵-本番では使えません"  # noqa: S105  # refused outside demo mode

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Mode(StrEnum):
    """How the product runs. Demo people and the demo secret exist in DEMO only."""

    PRODUCTION = "production"
    DEMO = "demo"


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations. See docs/operations.md for each."""

    mode: Mode
    secret_key: str
    database_url: str
    data_dir: Path
    index_dir: Path
    content_dir: Path
    public_url: str
    trusted_proxies: int
    drain_seconds: float
    log_level: str
    idle_minutes: int = 60
    """Minutes without anybody there after which a sign-in ends: counters share their PCs."""
    rank_by_likes: bool = True
    """Whether manuals are put in an order by their likes; likes are shown and counted all the same."""
    search_memory: int = 128 * 1024 * 1024
    """Bytes that a process may keep of what words say of manuals, so that the next question is answered sooner."""

    @property
    def demo(self) -> bool:
        """Whether this is the demonstration with 見本 people."""
        return self.mode is Mode.DEMO

    @property
    def base_path(self) -> str:
        """Sub-path that a reverse proxy serves us under, such as "/kb", or ""."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def host(self) -> str:
        """Host name (and port) of the public address."""
        return urlsplit(self.public_url).netloc


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read settings from an environment. Raises Misconfigured with what to set."""
    mode = _mode(environ.get("KB_MODE", Mode.PRODUCTION.value))
    own_dir = environ.get("KB_DATA_DIR")
    data_dir = Path(own_dir).resolve() if own_dir else ROOT / "var"
    return Settings(
        mode=mode,
        secret_key=_secret(environ.get("KB_SECRET_KEY", ""), mode),
        database_url=environ.get("KB_DATABASE_URL") or f"sqlite:///{data_dir / 'monosashi.sqlite'}",
        data_dir=data_dir,
        index_dir=data_dir / "search_index" if own_dir else ROOT / "search_index",
        content_dir=Path(environ.get("KB_CONTENT_DIR") or ROOT / "content").resolve(),
        public_url=_public_url(environ.get("KB_PUBLIC_URL", ""), mode),
        trusted_proxies=_whole(environ, "KB_TRUSTED_PROXIES", 0),
        drain_seconds=float(_whole(environ, "KB_DRAIN_SECONDS", 10)),
        log_level=_log_level(environ.get("KB_LOG_LEVEL") or "INFO"),
        idle_minutes=_idle_minutes(environ),
        rank_by_likes=_switch(environ, "KB_RANK_BY_LIKES"),
        search_memory=_whole(environ, "KB_SEARCH_MEMORY_MB", 128) * 1024 * 1024,
    )


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise Misconfigured(f"KB_MODE は production か demo です(いまは「{text}」)。") from None


def _secret(secret: str, mode: Mode) -> str:
    if mode is Mode.DEMO:
        return secret or DEMO_SECRET
    if len(secret) < 32 or secret == DEMO_SECRET:
        raise Misconfigured(
            "KB_SECRET_KEY に32文字以上の推測できない文字列を設定してください。"
            '例: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return secret


def _public_url(url: str, mode: Mode) -> str:
    if not url and mode is Mode.DEMO:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Misconfigured(
            "KB_PUBLIC_URL に利用者が開くアドレスを設定してください。例: https://kb.city.example.lg.jp/monosashi"
        )
    return url.rstrip("/")


def _log_level(text: str) -> str:
    level = text.upper()
    if level not in LOG_LEVELS:
        raise Misconfigured(f"KB_LOG_LEVEL は {'・'.join(LOG_LEVELS)} のどれかです(いまは「{text}」)。")
    return level


def _idle_minutes(environ: Mapping[str, str]) -> int:
    minutes = _whole(environ, "KB_IDLE_MINUTES", 60)
    if not minutes:
        raise Misconfigured("KB_IDLE_MINUTES は1以上の整数です。利用がないままログインを保つ分数を設定してください。")
    return minutes


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name) or "1"
    if text not in ("0", "1"):
        raise Misconfigured(f"{name} は1(する)か0(しない)です(いまは「{text}」)。")
    return text == "1"


def _whole(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Misconfigured(f"{name} は0以上の整数です(いまは「{text}」)。")
    return int(text)
