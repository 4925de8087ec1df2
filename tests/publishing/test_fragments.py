"""Stored fragments: rendered once per reader, made anew when the renderer changes, stale ones never shown."""

import pytest
from sqlmodel import col, select

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Provenance
from kb.config import ROOT
from kb.manuals.actions import save_revision
from kb.manuals.models import Revision
from kb.manuals.queries import content_of
from kb.publishing import analyses, code_digest, fragments
from kb.publishing.actions import publish
from kb.publishing.fragments import (
    figures_in,
    forget_old_fragments,
    keep_fragments,
    lacking_fragments,
    make_fragment,
    renderer,
)
from kb.publishing.models import Fragment
from kb.publishing.queries import article_of, live_manual, live_manuals
from tests.world import AOBA, a_content, a_manual, a_publication, a_step, person

SECRET = "金庫の番号は係長に聞く"
STEPS = [a_step("step-open"), a_step("step-safe", title="金庫を開ける", action=SECRET, internal=True, minutes=7)]


@pytest.fixture
def published(session, now):
    """A live manual with a step that only the own town sees."""
    return a_publication(session, now, steps=STEPS, handover_note="前任者のメモ")


def article(session, viewer, now):
    found = live_manual(session, viewer, now, AOBA, "tennyu")
    assert found is not None
    return article_of(session, viewer, found)


def forge(session, **changes):
    """Change the stored fragments, so that one sees whether they are read."""
    for fragment in session.exec(select(Fragment)).all():
        for name, value in changes.items():
            setattr(fragment, name, value(fragment))
        session.add(fragment)
    session.flush()


def test_publishing_keeps_a_fragment_for_outsiders_and_one_for_the_own_town(session, published):
    kept = session.exec(select(Fragment).order_by(Fragment.redacted)).all()
    assert [(fragment.redacted, fragment.renderer) for fragment in kept] == [(False, renderer()), (True, renderer())]
    own, public = (fragment.article for fragment in kept)
    for word in (SECRET, "金庫を開ける", "step-safe", "前任者のメモ"):
        assert word in own
        assert word not in public


def test_each_reader_gets_their_own_fragment(session, now, published):
    assert SECRET in article(session, person(session, "eri", now), now)
    for outsider in (ANYONE, person(session, "chika", now)):
        assert SECRET not in article(session, outsider, now)


def test_figures_of_outsiders_do_not_count_internal_steps(session, now, published):
    (own,) = live_manuals(session, person(session, "eri", now), now)
    (public,) = live_manuals(session, ANYONE, now)
    assert (own.figures.steps, own.figures.minutes) == (2, 10)
    assert (public.figures.steps, public.figures.minutes) == (1, 3)


def test_what_is_stored_is_what_is_shown(session, now, published):
    forge(session, article=lambda fragment: f"stored {fragment.redacted}")
    assert article(session, ANYONE, now) == "stored True"
    assert article(session, person(session, "eri", now), now) == "stored False"


def test_what_an_older_renderer_made_is_never_shown(session, now, published):
    _, publication = published
    forge(session, article=lambda _: "stale", facts=lambda _: {}, renderer=lambda _: "0" * 16)
    for viewer, steps in ((ANYONE, 1), (person(session, "eri", now), 2)):
        found = live_manual(session, viewer, now, AOBA, "tennyu")
        assert found is not None
        assert found.figures.steps == steps
        assert "stale" not in article_of(session, viewer, found)
    assert SECRET not in article(session, ANYONE, now)
    assert [revision.id for revision in lacking_fragments(session)] == [publication.revision_id]


def test_rendering_anew_fills_the_gap_and_forgets_the_old(session, now, published):
    before = {fragment.redacted: fragment.article for fragment in session.exec(select(Fragment))}
    forge(session, article=lambda _: "stale", renderer=lambda _: "0" * 16)
    for revision in lacking_fragments(session):
        keep_fragments(session, revision)
    forget_old_fragments(session)
    session.flush()
    after = session.exec(select(Fragment)).all()
    assert {fragment.redacted: fragment.article for fragment in after} == before
    assert {fragment.renderer for fragment in after} == {renderer()}
    assert lacking_fragments(session) == []


def test_publishing_a_revision_again_renders_nothing_again(session, now, published, monkeypatch):
    manual, publication = published
    monkeypatch.setattr(fragments, "make_fragment", lambda *_, **__: pytest.fail("rendered again"))
    revision = session.get_one(Revision, publication.revision_id)
    publish(session, manual, revision, by=person(session, "bunta", now), at=now)
    assert len(session.exec(select(Fragment)).all()) == 2


def test_what_both_readers_see_alike_is_rendered_once(session, now, monkeypatch):
    made, make = [], fragments.make_fragment
    monkeypatch.setattr(
        fragments, "make_fragment", lambda *asked, **how: made.append(how["redacted"]) or make(*asked, **how)
    )
    a_publication(session, now, "alike")
    a_publication(session, now, "different", steps=STEPS)
    assert made == [True, True, False]
    alike = session.exec(select(Fragment).order_by(Fragment.revision_id)).all()[:2]
    assert alike[0].article == alike[1].article


def test_a_missing_fragment_is_made_up_for_while_reading(session, now, published):
    before = article(session, person(session, "eri", now), now)
    session.delete(session.exec(select(Fragment).where(col(Fragment.redacted).is_(False))).one())
    session.flush()
    assert article(session, person(session, "eri", now), now) == before


def test_what_was_never_published_is_not_rendered(session, now):
    a_manual(session, person(session, "akari", now), now)
    assert lacking_fragments(session) == []


def test_the_renderer_has_another_name_when_what_it_is_made_of_changes(tmp_path, monkeypatch):
    def named() -> str:
        code_digest.digest_of.cache_clear()
        return renderer()

    template, code = tmp_path / "templates/fragments/article.html", tmp_path / "kb/markup/new.py"
    for path in (template, code):
        path.parent.mkdir(parents=True)
    monkeypatch.setattr(code_digest, "ROOT", tmp_path)
    names = []
    for text in ("one", "two", "one"):
        template.write_text(text)
        names.append(named())
    code.write_text("")
    names.append(named())
    code_digest.digest_of.cache_clear()
    assert names[0] == names[2]
    assert len(set(names)) == 3


def test_every_source_of_what_is_kept_exists():
    for sources in (fragments._SOURCES, analyses._SOURCES):
        assert [pattern for pattern in sources if not list(ROOT.glob(pattern))] == []


def test_facts_bring_what_lists_and_tails_show(session, now):
    by, approver = person(session, "akari", now), person(session, "bunta", now)
    origin = Provenance(municipality="990027", slug="tennyu", edition=2, municipality_name="若松町")
    manual, _ = a_manual(session, by, now)
    content = a_content(
        annual_volume={"total": 1200},
        license="CC BY 4.0",
        related_manuals=[{"uid": "rel-one", "municipality": "990027", "slug": "tenshutsu", "title": "転出届"}],
    )
    revision = save_revision(session, manual, content, by=by, at=now, provenance=origin)
    publish(session, manual, revision, by=approver, at=now, change_note="初版")
    (found,) = live_manuals(session, ANYONE, now)
    assert (found.volume, found.license, found.provenance) == (1200, "CC BY 4.0", origin)
    assert found.related == (("990027", "tenshutsu", "転出届"),)
    assert (found.confirmed_by, found.change_note) == ("住民記録係長", "初版")
    assert found.figures == figures_in(make_fragment(revision, content_of(revision), redacted=True).facts)


def test_the_towns_words_are_written_out(session, now):
    by, approver = person(session, "akari", now), person(session, "bunta", now)
    manual, _ = a_manual(session, by, now)
    content = a_content(
        steps=[a_step("step-one", action="{{窓口名}}で受け付ける。")],
        parameters=[{"key": "窓口名", "label": "窓口の名前", "default": "市民窓口"}],
    )
    revision = save_revision(session, manual, content, by=by, at=now, values={"窓口名": "1番窓口"})
    publish(session, manual, revision, by=approver, at=now)
    assert "1番窓口で受け付ける。" in article(session, ANYONE, now)


def test_an_article_escapes_and_sanitises(session, now):
    a_publication(
        session,
        now,
        target="<script>alert(1)</script>",
        steps=[a_step("step-one", title="<img src=x onerror=alert(2)>", action="<script>alert(3)</script>文")],
    )
    text = article(session, ANYONE, now)
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text
