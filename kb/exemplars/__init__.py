"""模範: somebody decides that a manual is worth following, with a reason and an expiry."""
