"""Monosashi: the shared yardstick of municipal work."""
