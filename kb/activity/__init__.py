"""What happened: an append-only record of verbs, by post."""
