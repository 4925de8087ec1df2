"""The pages that publish, end, confirm, let stand and archive, as the people of the town meet them."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.manuals.actions import save_revision
from kb.manuals.models import Manual
from kb.publishing.actions import publish
from kb.publishing.models import Publication
from tests.web.stage import SECRET_PARTS, Thing, content, secret
from tests.world import AOBA, a_content, a_manual, a_publication, a_step, person, sign_in

HERE = f"/towns/{AOBA}/manuals/tennyu"
NEW, PUBLICATION, END = f"{HERE}/publication/new", f"{HERE}/publication", f"{HERE}/publication/end"
HOUR = timedelta(hours=1)
PHONE = "0990-12-3456"
MY_NUMBER = "1234 5678 9018"


@pytest.fixture
def live(engine, now):
    """A manual of 青葉市, live since a month, with a second revision that adds a step."""
    with transaction(engine) as session:
        manual, _ = a_publication(session, now - timedelta(days=31))
        steps = [a_step("step-uketsuke"), a_step("step-new", title="郵送分を仕分ける")]
        save(session, manual, now - HOUR, steps=steps)
        return manual.id


def save(session, manual, at, **changes):
    return save_revision(session, manual, a_content(**changes), by=person(session, "akari", at), at=at)


def save_another(engine, manual_id, at, **changes):
    with transaction(engine) as session:
        return save(session, session.get_one(Manual, manual_id), at, **changes).number


@pytest.fixture
def bunta(app):
    return sign_in(app.test_client(), "bunta")


@pytest.fixture
def akari(app):
    return sign_in(app.test_client(), "akari")


def form(**changes):
    """What an approver sends who has read the page of the second revision."""
    values = {"revision": "2", "last_seen": "1", "change_note": "手順を足した", "extent": "major", "audience": "public"}
    return {**values, "begins": "", **changes}


def publications(engine):
    with reading(engine) as session:
        return session.exec(select(Publication).order_by(Publication.id)).all()


def typed_in(page: str, name: str) -> str:
    """Value of a field of the page's form."""
    return re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', page)[1]


class TestTheFormThatPublishes:
    def test_what_was_sent_is_live_and_found_at_once(self, engine, client, bunta, live):
        page = bunta.get(NEW).text
        sent = {name: typed_in(page, name) for name in ("revision", "last_seen")}
        answer = bunta.post(PUBLICATION, data=form(**sent))
        assert (answer.status_code, answer.location) == (303, HERE)
        assert "第2版を公開しました(一般公開)。" in bunta.get(HERE).text
        assert "郵送分を仕分ける" in client.get(HERE).text
        assert f'href="{HERE}' in client.get("/search?q=郵送分").text
        made = publications(engine)[-1]
        assert (made.edition, made.change_note, made.major, made.audience) == (2, "手順を足した", True, "public")

    def test_sent_twice_it_is_one_publication_and_ends_on_the_same_page(self, engine, bunta, live):
        first, second = (bunta.post(PUBLICATION, data=form()) for _ in range(2))
        assert (second.status_code, second.location) == (303, first.location)
        assert len(publications(engine)) == 2

    def test_a_newer_revision_is_told_with_the_way_to_it(self, engine, bunta, live, now):
        save_another(engine, live, now, target="あとから足した")
        answer = bunta.post(PUBLICATION, data=form(change_note="失くしたくない説明"))
        assert answer.status_code == 409
        assert "新しい控えが保存されました" in answer.text
        assert f'href="{NEW}"' in answer.text
        assert "失くしたくない説明" in answer.text
        assert len(publications(engine)) == 1

    def test_another_edition_is_told_with_the_way_to_it(self, engine, bunta, live):
        bunta.post(PUBLICATION, data=form(change_note="先に"))
        answer = bunta.post(PUBLICATION, data=form(change_note="後から"))
        assert answer.status_code == 409
        assert f'href="{HERE}/editions/2"' in answer.text
        assert len(publications(engine)) == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"change_note": ""}, "change_note"),
            ({"change_note": " \r\n "}, "change_note"),
            ({"change_note": "長" * 301}, "change_note"),
            ({"extent": "huge"}, "extent"),
            ({"audience": "everybody"}, "audience"),
            ({"begins": "2026-11-22T08:59"}, "begins"),
            ({"begins": "2026-02-30T09:00"}, "begins"),
            ({"begins": "0001-01-01T00:00"}, "begins"),
            ({"begins": "あした"}, "begins"),
            ({"revision": ""}, "confirm"),
            ({"last_seen": "９"}, "confirm"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(self, engine, bunta, live, changes, field):
        kept = {"change_note": "失くしたくない説明", "begins": "2026-12-01T08:30"} | changes
        answer = bunta.post(PUBLICATION, data=form(**kept))
        assert answer.status_code == 422
        assert f'<a href="#{field}">' in answer.text
        assert f'id="{field}"' in answer.text
        for name in {"change_note", "begins"} - changes.keys():
            assert typed_in(answer.text, name) == kept[name] if name == "change_note" else kept[name] in answer.text
        assert len(publications(engine)) == 1

    def test_what_is_no_text_is_refused(self, engine, bunta, live):
        for field in ("revision", "change_note", "audience", "begins"):
            for value in ("\x00", "\ufffe", "\u2028", "x" * 2_001):
                assert bunta.post(PUBLICATION, data=form(**{field: value})).status_code in (400, 422), (field, value)
        assert len(publications(engine)) == 1

    def test_nobody_chooses_town_edition_or_publisher(self, engine, bunta, live):
        more = {"edition": "9", "manual_id": "7", "municipality_code": "990027", "assignment_id": "1", "live_until": ""}
        bunta.post(PUBLICATION, data=form(**more))
        made = publications(engine)[-1]
        assert (made.edition, made.manual_id) == (2, live)

    def test_the_first_edition_needs_no_note(self, engine, bunta, now):
        with transaction(engine) as session:
            a_manual(session, person(session, "akari", now), now)
        assert "改訂の内容(任意)" in bunta.get(NEW).text
        answer = bunta.post(PUBLICATION, data=form(revision="1", last_seen="0", change_note=""))
        assert answer.location == HERE

    def test_obstacles_that_came_since_are_told_on_the_page(self, engine, bunta, live, now):
        number = save_another(engine, live, now, department="")
        answer = bunta.post(PUBLICATION, data=form(revision=str(number)))
        assert answer.status_code == 422
        assert "所管課: 「所管課」を書いてください。" in answer.text
        assert typed_in(answer.text, "change_note") == "手順を足した"

    @pytest.mark.parametrize("login", ["akari", "eri", "daigo"])
    def test_whoever_may_not_publish_sees_what_is_missing_and_whom_to_ask(self, app, engine, live, login):
        client = sign_in(app.test_client(), login)
        page = client.get(NEW).text
        assert "市民課 住民記録係長(承認者)に頼んでください" in page
        assert 'name="change_note"' not in page
        assert client.post(PUBLICATION, data=form()).status_code == 403
        assert len(publications(engine)) == 1


class TestBeforePublishing:
    def test_the_page_tells_what_changes(self, bunta, live):
        page = bunta.get(NEW).text
        assert "手順2 › 郵送分を仕分ける" in page
        assert "第1版との違いです" in page

    def test_without_changes_it_says_so(self, engine, bunta, now):
        with transaction(engine) as session:
            a_publication(session, now)
        assert "内容に違いはありません" in bunta.get(NEW).text

    def test_obstacles_lead_to_their_field(self, engine, akari, live, now):
        save_another(engine, live, now, department="", steps=[{**a_step("step-uketsuke"), "title": ""}])
        page = akari.get(NEW).text
        assert "「所管課」を書いてください。" in page
        assert 'href="#begin-editing" aria-label="所管課を直す"' in page
        key = typed_in(page, "key")
        begun = akari.post(f"{HERE}/drafts", data={"key": key})
        assert begun.status_code == 303
        page = akari.get(NEW).text
        assert f'href="{begun.location}?open=department#department"' in page
        assert f'href="{begun.location}?open=steps.step-uketsuke.title#steps.step-uketsuke.title"' in page

    def test_an_old_revision_is_shown_and_not_published(self, engine, bunta, live):
        page = bunta.get(f"{NEW}?revision=1").text
        assert "新しい控えがあります" in page
        assert 'name="change_note"' not in page
        assert bunta.get(f"{NEW}?revision=3").status_code == 404
        assert bunta.post(PUBLICATION, data=form(revision="1")).status_code == 409

    def test_nothing_saved_yet_is_said(self, engine, akari, now):
        with transaction(engine) as session:
            manual, revision = a_manual(session, person(session, "akari", now), now)
            session.delete(revision)
            assert manual.id
        answer = akari.get(NEW)
        assert (answer.status_code, "まだ一度も保存されていません" in answer.text) == (409, True)

    @pytest.mark.parametrize("audience", Audience)
    def test_the_outsider_s_view_tells_no_secret(self, engine, bunta, now, audience):
        with transaction(engine) as session:
            a_publication(session, now, audience=audience, **content(Thing.PUBLIC))
        outside, inside = (_view(bunta.get(f"{NEW}?as={who}").text) for who in ("outsider", "colleague"))
        words = [secret(Thing.PUBLIC, part) for part in SECRET_PARTS]
        assert [word for word in words if word in outside] == []
        assert [word for word in words if word not in inside] == []
        assert "証明書を渡す" in outside
        assert _view(bunta.get(NEW).text) == _view(bunta.get(f"{NEW}?as=<script>").text) == outside

    def test_a_change_that_only_the_own_town_reads_is_marked(self, engine, bunta, live, now):
        secret_step = a_step("step-safe", title="金庫を開ける", internal=True)
        save_another(engine, live, now, steps=[a_step("step-uketsuke"), secret_step])
        [line] = [line for line in bunta.get(NEW).text.splitlines() if "手順2 › 金庫を開ける" in line]
        assert "庁内限り" in line


def _view(page: str) -> str:
    return page.partition('class="publish-frame"')[2].partition("</section>\n\n")[0]


class TestScheduling:
    def test_a_scheduled_edition_begins_at_its_moment_in_japan(self, engine, client, bunta, live, now):
        answer = bunta.post(PUBLICATION, data=form(begins="2026-12-01T08:30"))
        assert (answer.status_code, answer.location) == (303, PUBLICATION)
        page = bunta.get(PUBLICATION).text
        assert "令和8年12月1日 08:30から公開します" in page
        assert "郵送分を仕分ける" not in client.get(HERE).text
        [_, made] = publications(engine)
        assert made.live_from == now.replace(month=12, day=1, hour=8, minute=30)

    def test_it_is_called_off_with_a_reason_before_it_begins(self, engine, client, bunta, live):
        bunta.post(PUBLICATION, data=form(begins="2026-12-01T08:30"))
        assert "公開の予約を取り消す" in bunta.get(f"{END}?edition=2").text
        refused = bunta.post(f"{PUBLICATION}/delete", data={"edition": "2", "reason": ""})
        assert (refused.status_code, "理由を書いてください" in refused.text) == (422, True)
        for _ in range(2):
            data = {"edition": "2", "reason": "時期を見直すため"}
            assert bunta.post(f"{PUBLICATION}/delete", data=data).location == PUBLICATION
        assert "取り消した予約" in bunta.get(PUBLICATION).text
        assert client.get(HERE).status_code == 200
        first, second = publications(engine)
        assert (first.live_until, second.withdrawal_reason) == (None, "時期を見直すため")


class TestEnding:
    def test_the_form_says_what_ends_and_asks_why(self, bunta, live):
        assert "第1版(一般公開" in bunta.get(END).text
        refused = bunta.post(f"{PUBLICATION}/delete", data={"edition": "1", "reason": " "})
        assert refused.status_code == 422
        assert 'href="#reason"' in refused.text

    def test_afterwards_every_edition_is_there_for_the_own_town_alone(self, app, engine, client, bunta, live):
        bunta.post(PUBLICATION, data=form())
        for _ in range(2):
            answer = bunta.post(f"{PUBLICATION}/delete", data={"edition": "2", "reason": "制度が終わった"})
            assert (answer.status_code, answer.location) == (303, PUBLICATION)
        other = sign_in(app.test_client(), "fumio")
        for path in ("/editions", "/editions/1", "/editions/2"):
            assert bunta.get(HERE + path).status_code == 200
            assert client.get(HERE + path).status_code == other.get(HERE + path).status_code == 404
        for path in ("", "/print", "/sheet", "/files/md", "/files/json"):
            for browser in (bunta, client, other):
                assert browser.get(HERE + path).status_code == 404, path
        assert "制度が終わった" in bunta.get(PUBLICATION).text
        assert "転入届の受付" not in client.get("/search?q=転入届").text

    def test_what_was_replaced_meanwhile_is_not_ended(self, engine, bunta, live):
        bunta.post(PUBLICATION, data=form())
        answer = bunta.post(f"{PUBLICATION}/delete", data={"edition": "1", "reason": "誤り"})
        assert (answer.status_code, "第2版です" in answer.text) == (409, True)
        assert [one.withdrawn_at for one in publications(engine)] == [None, None]


def test_a_scheduled_edition_is_in_nobody_s_way(engine, app, client, now):
    """Neither strangers nor the own town read a first edition before its moment, but its keepers see that it waits."""
    with transaction(engine) as session:
        manual, revision = a_manual(session, person(session, "akari", now), now)
        publish(session, manual, revision, by=person(session, "bunta", now), at=now, live_from=now + HOUR)
    assert client.get(HERE).status_code == 404
    reader = sign_in(app.test_client(), "eri")
    assert reader.get(HERE).status_code == 404
    assert "予約中" in reader.get(PUBLICATION).text
