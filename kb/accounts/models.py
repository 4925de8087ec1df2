"""Tables of people and towns.

`Municipality` is master data, replaced as a whole by a newer list. `Participation` and `Assignment` are records with
a beginning and an end: ending one writes its end, nothing is deleted. `User` is one person's account in one town.
`SignIn` is a signed-in visit, known to the browser by a token of which only the hash is kept.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from kb.db import UtcDateTime, one_of


class MunicipalityKind(StrEnum):
    """種別 of a municipality."""

    CITY = "市"
    TOWN = "町"
    VILLAGE = "村"
    WARD = "特別区"
    PREFECTURE = "都道府県"
    WIDE_AREA_UNION = "広域連合"
    ASSOCIATION = "組合"


class Role(StrEnum):
    """What an assignment lets its holder do. The operator is platform-wide and reads no 庁内 content."""

    READER = "reader"
    AUTHOR = "author"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        """The word on the page."""
        return {
            "reader": "閲覧者",
            "author": "作成者",
            "approver": "承認者",
            "administrator": "管理者",
            "operator": "運営者",
        }[self.value]


class Municipality(SQLModel, table=True):
    """自治体: known by its six-digit 全国地方公共団体コード, participating or not."""

    code: str = Field(primary_key=True, max_length=6)
    prefecture: str = Field(max_length=10)
    name: str = Field(max_length=40)
    kana: str = Field(max_length=80)
    kind: MunicipalityKind = Field(sa_type=one_of(MunicipalityKind))
    population: int | None = None
    population_as_of: date | None = None
    url: str = Field(default="", max_length=200)
    sample: bool = False


class Participation(SQLModel, table=True):
    """A municipality takes part from `since` until `until` (open when None)."""

    id: int = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code", index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Department(SQLModel, table=True):
    """所管課・係 of a municipality."""

    id: int = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code", index=True)
    name: str = Field(max_length=80)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Post(SQLModel, table=True):
    """職: manuals belong to posts, so that they outlive transfers."""

    id: int = Field(default=None, primary_key=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    title: str = Field(max_length=80)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class User(SQLModel, table=True):
    """職員: a person's account in one town."""

    id: int = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code", index=True)
    login: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=80)
    password_hash: str = Field(max_length=200)
    """Empty until the person has chosen a password by the link of an invitation: nobody signs in with it."""
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Assignment(SQLModel, table=True):
    """配置: who holds which post in which role, from `since` until `until` (open when None)."""

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    post_id: int = Field(foreign_key="post.id", index=True)
    role: Role = Field(sa_type=one_of(Role))
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """ログイン: one browser in which a person is signed in, until it is ended. Mutable in `seen_at` and its end only."""

    __tablename__ = "sign_in"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    device: str = Field(default="", max_length=80)
    """Browser and system in plain words, so that the person recognises it."""
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInFailure(SQLModel, table=True):
    """ログインの失敗: kept to slow down guessing, forgotten after a while. Names and addresses are kept as hashes."""

    __tablename__ = "sign_in_failure"

    id: int = Field(default=None, primary_key=True)
    login_hash: str = Field(max_length=64, index=True)
    source_hash: str = Field(max_length=64, index=True)
    failed_at: datetime = Field(sa_type=UtcDateTime, index=True)
