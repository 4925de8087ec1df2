"""The web floor: parse a request, call one action or some queries, render. Pages compose rooms."""
