"""The errors that rooms raise. Each message is Japanese and tells the reader what to do next."""


class DomainError(Exception):
    """Something a person asked for cannot be done; `message` is shown to them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """No such thing, or nothing that this person may know of: both look the same from outside."""

    def __init__(self, message: str = "お探しのページは見つかりませんでした。") -> None:
        super().__init__(message)


class NotAllowed(DomainError):
    """The thing is known to the person, but not theirs to change."""


class Invalid(DomainError):
    """The values given are not acceptable; nothing was changed."""


class Conflict(DomainError):
    """Somebody else was faster, or the thing is already so."""


class Misconfigured(DomainError):
    """A setting is missing or unsafe; the program does not start."""
