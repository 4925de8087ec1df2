"""Keeping a whole installation: a backup of the database while people work, and its restoration into an empty place."""
