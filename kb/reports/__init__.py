"""Readers say that a manual is out of date or wrong; the owning post answers."""
