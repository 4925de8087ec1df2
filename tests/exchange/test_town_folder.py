"""A town's records and texts ↔ files by name: exact, canonical, and every fault told by file and line."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.accounts.models import Role
from kb.common_format.envelope import Audience, Provenance
from kb.exchange.town_folder import CHECKSUMS, FolderError, Text, TownFolder, TownManual, from_texts, to_texts
from kb.exchange.town_records import (
    AssignmentRecord,
    ConfirmationRecord,
    DepartmentRecord,
    ManualRecord,
    PersonRecord,
    PostRecord,
    PublicationRecord,
    RevisionRecord,
    Span,
    TownRecord,
    tidy,
)
from tests.common_format.strategies import contents, nasty_text, values
from tests.world import AOBA, a_content

MORNING = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


def a_town(**changes) -> TownRecord:
    """青葉市 with one department, one person and one assignment."""
    held = {
        "kind": "monosashi-town",
        "format_version": 1,
        "municipality": AOBA,
        "name": "青葉市",
        "participation": (Span(since=MORNING),),
        "departments": (DepartmentRecord(name="市民課", posts=(PostRecord(key="p1", title="係長"),)),),
        "people": (PersonRecord(key="u1", login="bunta", name="見本 ぶんた"),),
        "assignments": (AssignmentRecord(key="a1", person="u1", post="p1", role=Role.APPROVER, since=MORNING),),
    }
    return TownRecord(**{**held, **changes})


def a_text(**changes) -> Text:
    return Text(a_content(**changes), {}, None)


def a_record(**changes) -> ManualRecord:
    """Two revisions, the first of them published."""
    held = {
        "owner": "p1",
        "created_at": MORNING,
        "revisions": (
            RevisionRecord(number=1, saved_at=MORNING, by="a1", post="係長"),
            RevisionRecord(number=2, saved_at=MORNING),
        ),
        "publications": (a_publication(1),),
        "confirmations": (ConfirmationRecord(edition=1, confirmed_at=MORNING, by="a1", post="係長"),),
    }
    return ManualRecord(**{**held, **changes})


def a_publication(edition: int, **changes) -> PublicationRecord:
    held = {"revision": 1, "audience": Audience.PUBLIC, "live_from": MORNING, "published_at": MORNING}
    return PublicationRecord(**{**held, "edition": edition, **changes})


def a_folder(record: ManualRecord | None = None, town: TownRecord | None = None) -> TownFolder:
    """A town with one manual."""
    texts = {1: a_text(), 2: a_text(title="次の案")}
    return TownFolder(town or a_town(), (TownManual("tennyu", record or a_record(), texts),))


def with_sums(texts: dict[str, str]) -> dict[str, str]:
    """The texts with checksums as somebody makes them who has changed a file on purpose."""
    plain = {name: text for name, text in texts.items() if name != CHECKSUMS}
    sums = (f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in plain.items())
    return {**plain, CHECKSUMS: "".join(sums)}


def problems(texts: dict[str, str]) -> str:
    """What is said of a folder that is refused."""
    with pytest.raises(FolderError) as refused:
        from_texts(texts)
    return refused.value.message


def changed(name: str, before: str, after: str, folder: TownFolder | None = None) -> str:
    """What is said when `before` in a file reads `after`."""
    texts = to_texts(folder or a_folder())
    assert before in texts[name]
    return problems(with_sums({**texts, name: texts[name].replace(before, after, 1)}))


def test_a_folder_comes_back():
    assert from_texts(to_texts(a_folder())) == a_folder()


@given(
    text=st.builds(Text, contents(), st.just({}) | st.just({"窓口名": "3番"}), st.none() | values(Provenance)),
    note=nasty_text(3).map(lambda text: tidy(text)[:300].strip()),
    at=st.datetimes(datetime(1950, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
)
@settings(max_examples=25)
def test_any_content_note_and_moment_come_back(text, note, at):
    record = a_record(
        revisions=(RevisionRecord(number=1, saved_at=at, note=note), RevisionRecord(number=2, saved_at=at)),
        publications=(a_publication(1, live_from=at, change_note=note),),
    )
    folder = TownFolder(a_town(), (TownManual("tennyu", record, {1: text, 2: a_text()}),))
    texts = to_texts(folder)
    assert from_texts(texts) == folder
    assert to_texts(from_texts(texts)) == texts


def test_one_revision_published_twice_comes_back():
    record = a_record(
        publications=(
            a_publication(1, live_until=MORNING + timedelta(days=1), withdrawn_at=MORNING + timedelta(days=1)),
            a_publication(2, live_from=MORNING + timedelta(days=2)),
        )
    )
    assert from_texts(to_texts(a_folder(record))) == a_folder(record)


def test_checksums_are_read_as_the_usual_tools_write_them():
    texts = to_texts(a_folder())
    texts[CHECKSUMS] = texts[CHECKSUMS].replace("  town.yml", " *./town.yml")
    assert from_texts(texts) == a_folder()


@pytest.mark.parametrize("name", ["town.yml", "README.txt", "manuals/tennyu/edition-1.md", "manuals/tennyu/manual.yml"])
def test_a_file_that_was_changed_or_lost_is_told(name):
    texts = to_texts(a_folder())
    assert f"{name}: 検査値と合いません" in problems({**texts, name: texts[name] + " "})
    lost = problems({one: text for one, text in texts.items() if one != name})
    assert "このファイルがフォルダーにありません" in lost
    assert name in lost


def test_checksums_that_are_lost_or_nonsense_are_told():
    texts = to_texts(a_folder())
    assert "checksums.txt: 検査値のファイルがありません" in problems(
        {name: text for name, text in texts.items() if name != CHECKSUMS}
    )
    said = problems({**texts, CHECKSUMS: f"nonsense\n{'0' * 64}  ../../etc/passwd\n"})
    assert "checksums.txt 1行目: 「検査値  ファイル名」の形で" in said
    assert "checksums.txt 2行目 ../../etc/passwd: このファイルがフォルダーにありません" in said
    assert "town.yml: 検査値がありません" in said


@pytest.mark.parametrize(
    "name",
    [
        *("notes.txt", "../outside", "/etc/passwd", "manuals/tennyu/edition-01.md", "manuals/Tennyu/manual.yml"),
        *("manuals/../town.yml", "manuals/tennyu/edition-1.MD", "manuals/tennyu/a/manual.yml", "town.yml\n"),
    ],
)
def test_an_unknown_name_is_told(name):
    assert "知らない名前のファイルです" in problems(with_sums({**to_texts(a_folder()), name: "x"}))


def test_an_empty_folder_is_told():
    assert "書き出したフォルダーを指定してください" in problems({})


def test_every_problem_is_told_at_once_by_file_and_line():
    texts = to_texts(a_folder())
    texts["town.yml"] = texts["town.yml"].replace("role: approver", "role: king")
    assert problems(with_sums(texts)).startswith("town.yml ")
    texts = to_texts(a_folder())
    texts["manuals/tennyu/edition-1.md"] = texts["manuals/tennyu/edition-1.md"].replace("phase: 受付", "phase: [")
    texts["manuals/tennyu/manual.yml"] = texts["manuals/tennyu/manual.yml"].replace("owner: p1", "owner: p9")
    said = problems(with_sums(texts))
    assert "manuals/tennyu/edition-1.md" in said
    assert "manuals/tennyu/manual.yml 1行目 owner: 職「p9」が town.yml にありません。" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("kind: monosashi-town", "kind: other", "1行目 kind"),
        ("format_version: 1", "format_version: 2", "2行目 format_version: 新しいものさしで書き出されています"),
        ("format_version: 1", "format_version: x", "2行目 format_version: 整数で"),
        ("'990019'", "'990018'", "団体コードの検査数字が合いません"),
        ("'990019'", "../..", "使えない形です"),
        ("login: bunta", "login: ''", "people[0].login"),
        ("name: 青葉市", "name: 青葉市\nsecret: 1", "5行目 secret: この名前の項目は共通書式にありません"),
        ("person: u1", "person: u2", "職員「u2」がありません"),
        ("post: p1", "post: p2", "職「p2」がありません"),
        ("role: approver", "role: operator", "運営者は団体の職員ではありません"),
        ("2026-04-01T09:00:00+09:00", "1775001600", "日時を 2026-04-01T09:00:00+09:00 の形で"),
        ("2026-04-01T09:00:00+09:00", "2026-04-01T09:00:00", "日時を 2026-04-01T09:00:00+09:00 の形で"),
        ("2026-04-01T09:00:00+09:00", "2026-13-41T99:00:00+09:00", "participation[0].since"),
        ("name: 青葉市", "name: &a 青葉市", "YAMLの参照"),
        ("name: 青葉市", "name: [", "YAMLとして読めません"),
    ],
)
def test_a_wrong_town_is_told_by_line(before, after, said):
    assert said in changed("town.yml", before, after)


def test_two_of_one_login_are_told_whatever_their_capitals():
    people = (*a_town().people, PersonRecord(key="u2", login="Bunta", name="別人"))
    assert "people: 「bunta」が2つあります" in problems(to_texts(a_folder(town=a_town(people=people))))


MANUAL = "manuals/tennyu/manual.yml"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("number: 2", "number: 3", "番号が1から順に揃っていません"),
        ("edition: 1", "edition: 2", "番号が1から順に揃っていません"),
        ("revision: 1", "revision: 7", "控え7がありません"),
        ("by: a1", "by: a9", "配置「a9」が town.yml にありません"),
        ("post: 係長", "post: 課長", "配置「a1」の職は「係長」です"),
        ("by: a1, post: 係長, number", "post: 係長, number", "「係長」の配置(by)を書いてください"),
        ("number: 1", "number: 1e3", "整数で書いてください"),
        ("number: 1", "number: 99999999999999999999", "整数で書いてください"),
    ],
)
def test_a_wrong_manual_is_told_by_line(before, after, said):
    assert said in changed(MANUAL, before, after)


def test_a_confirmation_of_no_edition_is_told():
    record = a_record(confirmations=(ConfirmationRecord(edition=2, confirmed_at=MORNING, by="a1", post="係長"),))
    assert "第2版がありません" in problems(to_texts(a_folder(record)))


def test_two_editions_are_never_live_at_once():
    both = (a_publication(1), a_publication(2, live_from=MORNING + timedelta(days=1)))
    assert "ほかの版の公開が終わらないうちに" in problems(to_texts(a_folder(a_record(publications=both))))
    cancelled = (a_publication(1), a_publication(2, live_from=MORNING, live_until=MORNING))
    record = a_record(publications=cancelled)
    assert from_texts(to_texts(a_folder(record))) == a_folder(record)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("municipality: '990019'", "municipality: '990027'", "municipality: manual.yml や town.yml の記録と合いません"),
        ("slug: tennyu", "slug: other", "slug: manual.yml"),
        ("edition: 1", "edition: 2", "edition: manual.yml"),
        ("audience: public", "audience: municipality", "audience: manual.yml"),
        ("published_on: 2026-04-01", "published_on: 2026-04-02", "published_on: manual.yml"),
        ("title: 転入届の受付", "titel: 転入届の受付", "titel"),
    ],
)
def test_a_text_that_says_otherwise_than_the_record_is_told(before, after, said):
    assert said in changed("manuals/tennyu/edition-1.md", before, after)


def test_two_editions_of_one_revision_say_the_same():
    record = a_record(
        publications=(
            a_publication(1, live_until=MORNING + timedelta(days=1)),
            a_publication(2, live_from=MORNING + timedelta(days=2)),
        )
    )
    said = changed("manuals/tennyu/edition-2.md", "転入届の受付", "転出届の受付", a_folder(record))
    assert "同じ控えを公開した別の版と、本文が違います" in said


def test_a_text_without_a_record_and_a_record_without_a_text_are_told():
    texts = to_texts(a_folder())
    moved = {name.replace("revision-2", "revision-5"): text for name, text in texts.items()}
    said = problems(with_sums(moved))
    assert "manuals/tennyu/revision-2.md: この控えの本文がありません" in said
    assert "manuals/tennyu/revision-5.md: manuals/tennyu/manual.yml に記録がありません" in said
    alone = {name: text for name, text in texts.items() if name != MANUAL}
    assert f"{MANUAL}: この手順書の記録がありません" in problems(with_sums(alone))


@given(text=nasty_text() | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")), where=st.integers(0, 4))
@settings(max_examples=60)
def test_whatever_stands_in_a_file_it_is_refused_with_sentences(text, where):
    texts = to_texts(a_folder())
    name = sorted(texts)[where % len(texts)]
    if name in ("README.txt", CHECKSUMS) or text.strip() == "":
        return
    assert problems(with_sums({**texts, name: text}))
