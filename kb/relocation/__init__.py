"""A whole town out of one installation and into another: its rows ↔ the records and texts of a town's folder."""
