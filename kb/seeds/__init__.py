"""From `content/` to the database: vocabulary, sample manuals, and the cast of the demonstration."""
