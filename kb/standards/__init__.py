"""The yardstick itself: work areas, phases, procedures and common terms."""
