"""The published JSON Schema of the common format."""

import json
from functools import cache

from flask import Blueprint, Response

from kb.common_format.schema import manual_schema
from kb.web.access import Access, access

blueprint = Blueprint("schemas", __name__, url_prefix="/schemas")


@blueprint.get("/manual-v1.json")
@access(Access.ANYONE)
def show() -> Response:
    """The schema of format version 1."""
    return Response(_body(), content_type="application/schema+json")


@cache
def _body() -> str:
    return json.dumps(manual_schema(), ensure_ascii=False, indent=2)
