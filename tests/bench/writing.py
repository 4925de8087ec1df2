"""What writing takes: open a 50-step editor, save, and from publishing until the search finds it. One writer, over HTTP."""

import statistics
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

from sqlmodel import Session

from kb.accounts.queries import user_by_login, viewer
from kb.accounts.rules import Viewer
from kb.common_format.content import ManualContent
from kb.common_format.fields import new_uid
from kb.common_format.raw import raw_of
from kb.common_format.step import Step
from kb.config import settings_from
from kb.db import create_engine, transaction
from kb.manuals.actions import begin_draft
from kb.manuals.drafting import copied, draft_raw
from kb.manuals.queries import content_of, manual_at, newest_revision
from kb.seeds.people import AOBA, PASSWORD
from tests.bench.browser import Browser, form_in
from tests.bench.servers import environment, served

STEPS, OPENED, SAVED, PUBLISHED = 50, 20, 40, 10
MANUAL = "tennyu-todoke"


def measured(data: Path) -> list[str]:
    """Lines of a table, milliseconds of each kind of work."""
    draft = _draft_of_many_steps(data)
    with served("wsgi:app", data, data / "writing.log") as port:
        author, approver = Browser(port), Browser(port)
        author.sign_in("akari", PASSWORD)
        approver.sign_in("bunta", PASSWORD)
        opened = [author.get(f"/drafts/{draft}").seconds for _ in range(OPENED)]
        history, saved = _save(author, f"/drafts/{draft}", "50手順の計測")
        saved_again = []
        for number in range(SAVED):
            history, seconds = _save(author, _begin_editing(author, history), f"50手順の計測 {number}")
            saved_again.append(seconds)
        published = [_publish(author, approver, history, f"公開計測{_letters(number)}") for number in range(PUBLISHED)]
    return [
        _line("open a 50-step editor", opened),
        _line("save a revision of 50 steps", [saved, *saved_again]),
        _line("publish until the search finds it", published),
    ]


def _draft_of_many_steps(data: Path) -> int:
    """Number of a new draft of the author's, made of a shipped manual with its steps repeated."""
    at = datetime.now(UTC)
    engine = create_engine(settings_from(environment(data)).database_url)
    with transaction(engine) as session:
        author = _person(session, "akari", at)
        manual = manual_at(session, AOBA, MANUAL)
        newest = newest_revision(session, manual.id) if manual else None
        assert newest is not None, f"the sample manual {MANUAL} is not there"
        content = _with_many_steps(content_of(newest))
        raw = draft_raw(raw_of(content), newest.parameter_values)
        number = begin_draft(session, raw, key=new_uid() + new_uid(), by=author, at=at).id
    engine.dispose()
    return number


def _person(session: Session, login: str, at: datetime) -> Viewer:
    user = user_by_login(session, login)
    found = viewer(session, user.id, at) if user else None
    assert found is not None, f"nobody of the cast is called {login}"
    return found


def _with_many_steps(content: ManualContent) -> ManualContent:
    steps: list[Step] = []
    for one in islice(cycle(content.steps), STEPS):
        fresh = copied(content.model_copy(update={"steps": (one.model_copy(update={"branches": ()}),)}))
        steps.append(fresh.steps[0])
    return content.model_copy(update={"steps": tuple(steps)})


def _begin_editing(author: Browser, history: str) -> str:
    manual = history.removesuffix("/revisions")
    form = form_in(author.get(history).text, action=f"{manual}/drafts")
    return author.post(form.action, form.fields).to


def _save(author: Browser, draft: str, title: str) -> tuple[str, float]:
    """Save the draft as a revision. Gives the address of the history, and the seconds."""
    form = form_in(author.get(draft).text, action=draft)
    answer = author.post(f"{draft}/revisions", form.filled(title=title, do="revision"))
    assert answer.to.endswith("/revisions"), f"saving led to {answer.to}"
    return answer.to, answer.seconds


def _publish(author: Browser, approver: Browser, history: str, word: str) -> float:
    """Seconds from sending the form until a search for a new word finds the manual."""
    _save(author, _begin_editing(author, history), word)
    manual = history.removesuffix("/revisions")
    form = form_in(approver.get(f"{manual}/publication/new").text, action=f"{manual}/publication")
    began = perf_counter()
    answer = approver.post(form.action, form.filled(change_note="計測のため"))
    assert answer.to == manual, f"publishing led to {answer.to}"
    while manual not in approver.get(f"/search?q={quote(word)}").text:
        assert perf_counter() - began < 30, "the search never found it"
    return perf_counter() - began


def _letters(number: int) -> str:
    return chr(ord("ア") + number)


def _line(name: str, seconds: list[float]) -> str:
    ordered = sorted(one * 1000 for one in seconds)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    return f"| {name} | {len(ordered)} | {statistics.median(ordered):.0f} | {p95:.0f} | {ordered[-1]:.0f} |"
