"""いいね: people say which manuals helped them, and their towns are counted."""
