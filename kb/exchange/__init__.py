"""Manual ↔ file: every form in which a manual is taken out and brought in."""
