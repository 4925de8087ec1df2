"""Markdown to safe HTML. Values in, values out."""
