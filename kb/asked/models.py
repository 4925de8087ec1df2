"""The table of asked words. An `AskedWord` is a sum: it grows through its day and is then only folded away."""

from datetime import date

from sqlmodel import Field, SQLModel


class AskedWord(SQLModel, table=True):
    """さがされた語: how often a text was searched for on a day (in Japan), by anybody. The text "" holds all that is not told apart."""

    __tablename__ = "asked_word"

    day: date = Field(primary_key=True)
    text: str = Field(primary_key=True, max_length=60)
    """Folded, with single spaces."""
    asked: int
    missed: int
    """Of those, how often nothing was found."""
    opened: int
    """How often a result was opened."""
    readers: int
    """So many different readers at least are known to have asked for it by this day; counted no further than needed."""
