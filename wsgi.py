"""The WSGI entry: `gunicorn wsgi:app`. Settings come from the environment."""

from kb.app import create_app

app = create_app()
