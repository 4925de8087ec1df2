"""Who somebody is to the rules: a viewer as a value, decided once per request."""

from dataclasses import dataclass, field

from kb.accounts.models import Role


@dataclass(frozen=True)
class Acting:
    """One assignment that is in force: in which post and role somebody acts."""

    assignment_id: int
    post_id: int
    post_title: str
    role: Role
    department_name: str = ""

    @property
    def office(self) -> str:
        """Department and post, as they are called now: 「市民課 住民記録係長」."""
        return f"{self.department_name} {self.post_title}".strip()


@dataclass(frozen=True)
class Viewer:
    """A person, or nobody (`ANYONE`), as the rules see them at one moment."""

    user_id: int | None = None
    name: str = ""
    municipality_code: str | None = None
    municipality_name: str = ""
    member: bool = False
    """The viewer's town participates at this moment."""
    acting: tuple[Acting, ...] = field(default_factory=tuple)

    @property
    def signed_in(self) -> bool:
        """Whether this is a known person."""
        return self.user_id is not None

    @property
    def own_town(self) -> str | None:
        """Code of the town whose 庁内 content this viewer reads; None for an operator, who works for all towns alike."""
        return None if self.acts_as(Role.OPERATOR) else self.municipality_code

    def acts_as(self, *roles: Role) -> Acting | None:
        """The first assignment in force that carries one of `roles`."""
        return next((acting for acting in self.acting if acting.role in roles), None)


ANYONE = Viewer()
"""A visitor who is not signed in."""


def may_act_for(by: Viewer, municipality_code: str, *roles: Role) -> Acting | None:
    """The assignment that lets `by` act for a town in one of `roles`, or None."""
    return by.acts_as(*roles) if by.municipality_code == municipality_code else None
