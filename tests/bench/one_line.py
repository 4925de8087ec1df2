"""The yardstick: the least that Flask does."""

from flask import Flask

app = Flask("one_line")


@app.get("/")
def hello() -> str:
    """One line."""
    return "hello"
